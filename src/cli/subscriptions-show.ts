import type { Command } from 'commander';
import { localDateTime } from '../domain/dates.js';
import { NotFoundFault } from '../domain/faults.js';
import type { InstanceEntry, SubscriptionChange, SubscriptionDetails } from '../store/subscription-log.js';
import { orDash } from './batch-line.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { limit, wholeNumber } from './listing.js';
import { withStoreIfThere } from './open-store.js';
import { labelled, tableSection } from './sections.js';
import { serviceText } from './subscriptions-list.js';
import type { Column } from './table.js';

const STANDARD_INSTANCES = 20;

export function addSubscriptionsShow(subscriptions: Command): void {
  subscriptions
    .command('show')
    .description('show a subscription: when it is due next, what it has given, what has happened to it')
    .argument('<id>', 'its id, or that of any item that it was sent with', wholeNumber)
    .option('--limit <n>', 'at most so many of its form tasks, the newest', limit, STANDARD_INSTANCES)
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch subscriptions show 100000000001', 'altinn-batch subscriptions show 100000000001 --json'],
        [
          ...[ExitCode.Ok, ExitCode.Usage, ExitCode.NotAccepted],
          ...[ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
        ],
      ),
    )
    .action(async (id: number, options: { readonly limit: number }, command: Command) => {
      const { home, output } = openCommand(command);
      const found = await withStoreIfThere(home, undefined, (store) =>
        store.snapshot(() => store.subscriptionLog.find(id, options.limit)),
      );
      if (found === undefined) throw noSubscription(id);
      output.result(found, () => text(found, home.settings.timeZone));
    });
}

export function noSubscription(id: number): NotFoundFault {
  return new NotFoundFault(
    `There is no subscription ${id}: neither is that its own id nor that of an item that it was sent with. See which there are: altinn-batch subscriptions list`,
  );
}

function text(found: SubscriptionDetails, timeZone: string): string {
  const local = (at: string | null) => (at === null ? null : localDateTime(Date.parse(at), timeZone).replace('T', ' '));
  const sent = found.itemId === found.id ? '' : `, item ${found.itemId}`;
  const head = labelled({
    state: found.endedAt === null ? found.state : `${found.state} at ${local(found.endedAt)}`,
    service: serviceText(found),
    reportee: found.reportee,
    period: found.periodType,
    'next scheduled': found.nextScheduledDate,
    'next due': found.nextDueDate,
    start: found.startDate,
    expiration: found.expirationDate,
    'as it was sent': `scheduled ${orDash(found.firstScheduledDate)}, due ${orDash(found.firstDueDate)}, visible ${orDash(found.visibleDate)}`,
    'case id': found.caseId === null ? null : String(found.caseId),
    identifying: found.identifyingFields.length === 0 ? null : found.identifyingFields.join(' | '),
    periods: `${found.periods} behind it, ${found.passedOver} passed over; form tasks in all: ${found.instanceCount}`,
    'system user': found.systemUserCode,
    shipment: orDash(found.shipmentReference),
    place: `line ${found.line} of ${found.fileName}, batch ${found.batchId}${sent}`,
  });
  const issues = found.instances.flatMap(({ id, issues: messages }) => messages.map((one) => `  ${id}: ${one}`));
  return [
    `Subscription ${found.id} of ${found.ownerCode}`,
    ...head,
    ...tableSection('Form tasks', found.instances, INSTANCE_COLUMNS),
    ...(issues.length === 0 ? [] : ['', 'Issues', ...issues]),
    ...tableSection('What has happened to it', found.changes, changeColumns(local)),
  ].join('\n');
}

const INSTANCE_COLUMNS: readonly Column<InstanceEntry>[] = [
  { title: 'ID', width: 8, right: true, value: (one) => String(one.id) },
  { title: 'PERIOD', width: 6, right: true, value: (one) => String(one.period) },
  { title: 'SCHEDULED', width: 10, value: (one) => one.scheduledDate },
  { title: 'DUE', width: 10, value: (one) => one.dueDate },
  { title: 'VISIBLE', width: 10, value: (one) => orDash(one.visibleDate) },
  { title: 'EDITION', width: 7, value: (one) => one.serviceEditionCode },
  { title: 'STATE', width: 7, value: (one) => one.state },
  { title: 'PREFILL', width: 12, value: (one) => (one.formSetId === null ? '-' : String(one.formSetId)) },
  { title: 'SENT OUT', width: 0, value: (one) => orDash(one.outboundReference) },
];

function changeColumns(local: (at: string) => string | null): readonly Column<SubscriptionChange>[] {
  return [
    { title: 'AT', width: 19, value: (one) => orDash(local(one.at)) },
    { title: 'WHAT', width: 10, value: (one) => one.kind },
    { title: 'BEFORE', width: 30, value: beforeText },
    { title: 'BY', width: 0, value: byText },
  ];
}

function beforeText({ stateBefore, nextScheduledDateBefore }: SubscriptionChange): string {
  return `${orDash(stateBefore)}, scheduled ${orDash(nextScheduledDateBefore)}`;
}

function byText({ itemId, user, why }: SubscriptionChange): string {
  return user === null ? `item ${itemId}` : `${user}: ${why}`;
}
