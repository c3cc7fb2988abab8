import type { Command } from 'commander';
import type { SubscriptionEntry } from '../store/subscription-log.js';
import { SUBSCRIPTION_STATES, type SubscriptionState } from '../store/subscription-store.js';
import { orDash } from './batch-line.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing } from './listing.js';
import { oneOf } from './one-of.js';
import { withStoreIfThere } from './open-store.js';
import { calendarDay } from './period.js';
import { type ServiceOption, serviceOption } from './service-option.js';
import type { Column } from './table.js';

interface ListOptions {
  readonly reportee?: string;
  readonly service?: ServiceOption;
  readonly dueBy?: string;
  readonly state?: SubscriptionState;
  readonly held?: boolean;
  readonly limit: number;
  readonly after?: number;
}

export function addSubscriptionsList(subscriptions: Command): void {
  const list = subscriptions
    .command('list')
    .description('list subscriptions, newest first; those that are due by the day that they are scheduled for')
    .option('--reportee <id>', 'only those of that reportee, by its whole number')
    .option('--service <code>', 'only those of that service, CODE or CODE/EDITION', serviceOption)
    .option('--due-by <day>', 'only those that an activation on that day would take', calendarDay)
    .option('--state <state>', SUBSCRIPTION_STATES.join(', '), oneOf(SUBSCRIPTION_STATES))
    .option('--held', 'only those with a form task that waits for its prefill');
  addPageOptions(list)
    .addHelpText(
      'after',
      helpTail(
        [
          'altinn-batch subscriptions list --due-by 2024-02-01',
          'altinn-batch subscriptions list --reportee 310123455 --json',
          'altinn-batch subscriptions list --service 1051/201010 --state active',
        ],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
      ),
    )
    .action(async ({ reportee, service, dueBy, state, held, ...rest }: ListOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const page = pageOf(rest);
      const filter = {
        reportee: reportee ?? null,
        serviceCode: service?.serviceCode ?? null,
        serviceEditionCode: service?.serviceEditionCode ?? null,
        dueBy: dueBy ?? null,
        state: state ?? null,
        isHeld: held ?? false,
      };
      const rows = await withStoreIfThere(home, [], (store) =>
        store.snapshot(() => store.subscriptionLog.list(filter, page.after, page.limit + 1)),
      );
      printListing<SubscriptionEntry>(rows, page, (one) => one.id, COLUMNS, output);
    });
}

const COLUMNS: readonly Column<SubscriptionEntry>[] = [
  { title: 'ID', width: 12, right: true, value: (one) => String(one.id) },
  { title: 'OWNER', width: 5, value: (one) => one.ownerCode },
  { title: 'SERVICE', width: 14, value: (one) => serviceText(one) },
  { title: 'REPORTEE', width: 11, value: (one) => one.reportee },
  { title: 'STATE', width: 9, value: (one) => one.state },
  { title: 'PERIOD', width: 11, value: (one) => orDash(one.periodType) },
  { title: 'SCHEDULED', width: 10, value: (one) => orDash(one.nextScheduledDate) },
  { title: 'DUE', width: 10, value: (one) => orDash(one.nextDueDate) },
  { title: 'EXPIRES', width: 0, value: (one) => orDash(one.expirationDate) },
];

/** Without an edition the newest is meant. */
export function serviceText({
  serviceCode,
  serviceEditionCode,
}: Pick<SubscriptionEntry, 'serviceCode' | 'serviceEditionCode'>): string {
  return `${serviceCode}/${serviceEditionCode ?? 'newest'}`;
}
