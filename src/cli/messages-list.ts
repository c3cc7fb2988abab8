import type { Command } from 'commander';
import { NotFoundFault, UsageFault } from '../domain/faults.js';
import { MESSAGE_STATUSES, type MessageStatus } from '../domain/message-event.js';
import type { MessageFilter } from '../store/message-log.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing } from './listing.js';
import { MESSAGE_CODES, MESSAGE_COLUMNS, type MessageLine, toMessageLine } from './message-line.js';
import { oneOf } from './one-of.js';
import { withStoreIfThere } from './open-store.js';
import { dateOrTime, endOf } from './period.js';
import { type ServiceOption, serviceOption } from './service-option.js';

interface ListOptions {
  readonly status?: MessageStatus;
  readonly owner?: string;
  readonly service?: ServiceOption;
  readonly reportee?: string;
  readonly reference?: string;
  readonly due?: string;
  readonly overdue?: boolean;
  readonly limit: number;
  readonly after?: number;
}

export function addMessagesList(messages: Command): void {
  const list = messages
    .command('list')
    .description('list messages, those that become visible last at the top')
    .option('--status <status>', MESSAGE_STATUSES.join(', '), oneOf(MESSAGE_STATUSES))
    .option('--owner <code>', 'only those of a service owner (SKD), or of one of its system user codes (SKD-PSA)')
    .option('--service <code>', 'only those of that service, CODE or CODE/EDITION', serviceOption)
    .option('--reportee <id>', 'only those to that reportee, by its whole number')
    .option('--reference <reference>', 'only those with that SendersReference (AltUt: messageReference)')
    .option('--due <date>', 'only those that are due by then and still to be read, or confirmed', dateOrTime)
    .option('--overdue', 'the same, by now');
  addPageOptions(list)
    .addHelpText(
      'after',
      `\nCreated is a message that is not visible yet. With --due and --overdue they are listed by when they are due, the last\nat the top. One that is to be confirmed is due until it is; any other until it is read.\n${helpTail(
        [
          'altinn-batch messages list --status Unread --owner SKD',
          'altinn-batch messages list --overdue --service PSA/2009',
          'altinn-batch messages list --due 2024-02-28 --json',
        ],
        MESSAGE_CODES,
      )}`,
    )
    .action(async (options: ListOptions, command: Command) => {
      if (options.due !== undefined && options.overdue === true) {
        throw new UsageFault('--due and --overdue contradict each other: give one of them.');
      }
      const { home, output } = openCommand(command);
      const { timeZone } = home.settings;
      const page = pageOf(options);
      const now = new Date().toISOString();
      const filter = toFilter(options, now, timeZone);
      const found = await withStoreIfThere(home, [], (store) =>
        store.snapshot(() => store.messageLog.list(filter, now, page.after, page.limit + 1)),
      );
      if (found === undefined) {
        throw new NotFoundFault(
          `There is no message ${page.after}, or it has no place in this list: --after takes the id of one that has.`,
        );
      }
      const lines = found.map((entry) => toMessageLine(entry, now, timeZone));
      printListing<MessageLine>(lines, page, (one) => one.id, MESSAGE_COLUMNS, output);
    });
}

function toFilter(options: ListOptions, now: string, timeZone: string): MessageFilter {
  const { status, owner, service, reportee, reference, due, overdue } = options;
  const dueBy = due === undefined ? null : new Date(endOf(due, timeZone)).toISOString();
  return {
    status: status ?? null,
    owner: owner ?? null,
    serviceCode: service?.serviceCode ?? null,
    serviceEditionCode: service?.serviceEditionCode ?? null,
    reportee: reportee ?? null,
    sendersReference: reference ?? null,
    dueBy: overdue === true ? now : dueBy,
  };
}
