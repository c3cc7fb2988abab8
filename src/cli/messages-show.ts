import { Argument, type Command } from 'commander';
import { NotFoundFault } from '../domain/faults.js';
import type { MessageDetails, StoredMessageEvent } from '../store/message-log.js';
import { recordByHand } from './audited.js';
import { orDash } from './batch-line.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { localTime, MESSAGE_CODES, type MessageLine, toMessageLine } from './message-line.js';
import { withStoreIfThere } from './open-store.js';
import { labelled, tableSection } from './sections.js';
import type { Column } from './table.js';

/** A message as `messages show` prints it; the keys and their order are those of its JSON. */
export interface MessageReport extends MessageLine {
  readonly file: string;
  /** Of the shipment. */
  readonly shipment: string | null;
  /** Which confirmations its service asks for; null when it is no longer in the catalogue. */
  readonly confirmations: string | null;
  /** What it has come through, in the order in which that was recorded. */
  readonly history: readonly Change[];
}

interface Change {
  readonly status: string;
  /** Local, to the second. */
  readonly at: string;
  /** As it was given, where it was. */
  readonly given: string | null;
  readonly by: string | null;
  readonly roles: string | null;
  readonly method: number | null;
  /** intake, time, command, file or inbox. */
  readonly source: string;
  /** Of the file that it came in from the inbox. */
  readonly batchId: number | null;
  readonly line: number | null;
  /** When it was put on record, where that is another time. */
  readonly recorded: string | null;
}

export function addMessagesShow(messages: Command): void {
  messages
    .command('show')
    .description('show a message: its status, when it is due, and all that has happened to it')
    .addArgument(new Argument('<id>', 'the id of the message').argParser(wholeNumber))
    .option('--unmasked', 'person numbers whole; who asked for that is recorded in the audit log')
    .addHelpText(
      'after',
      `\nWhat it holds: altinn-batch items show ID; its attachments: altinn-batch attachments save ID\n${helpTail(
        ['altinn-batch messages show 100000000002', 'altinn-batch messages show 100000000002 --json'],
        MESSAGE_CODES,
      )}`,
    )
    .action(async (itemId: number, options: { readonly unmasked?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      const unmasked = options.unmasked === true;
      const message = await withStoreIfThere(home, undefined, (store) => {
        if (!unmasked) return store.snapshot(() => store.messageLog.byId(itemId));
        return store.transaction(() => {
          const one = store.messageLog.byId(itemId);
          if (one !== undefined) recordByHand(store, 'messages show', [String(itemId), '--unmasked'], { itemId });
          return one;
        });
      });
      if (message === undefined) throw noMessage(itemId);
      const report = toReport(message, new Date().toISOString(), home.settings.timeZone);
      const text = () => reportText(report);
      if (unmasked) output.unmaskedResult(report, text);
      else output.result(report, text);
    });
}

export function noMessage(itemId: number): NotFoundFault {
  return new NotFoundFault(
    `There is no message ${itemId}, its shipment has not been accepted, or what it held was purged. To see which there are: altinn-batch messages list; to look for one by reference or reportee: altinn-batch find TEXT`,
  );
}

function toReport(message: MessageDetails, now: string, timeZone: string): MessageReport {
  const line = toMessageLine(message, now, timeZone);
  const { fileName, reference, confirmations, acceptedAt, visibleAt } = message;
  const events = message.events.map((event) => changeOf(event, timeZone));
  const ours = (status: string, at: string, source: string): Change => {
    const nobody = { given: null, by: null, roles: null, method: null };
    return { status, at: localTime(at, timeZone), ...nobody, source, batchId: null, line: null, recorded: null };
  };
  const unread = visibleAt <= now ? [ours('Unread', visibleAt, 'time')] : [];
  const history = [ours('Created', acceptedAt, 'intake'), ...unread, ...events];
  return { ...line, file: fileName, shipment: reference, confirmations, history };
}

function changeOf(event: StoredMessageEvent, timeZone: string): Change {
  const { kind, at, atGiven, personNumber, roles, method, source, batchId, line, recordedAt } = event;
  return {
    status: kind,
    at: localTime(at, timeZone),
    given: atGiven,
    by: personNumber,
    roles,
    method,
    source,
    batchId,
    line,
    recorded: at === recordedAt ? null : localTime(recordedAt, timeZone),
  };
}

function reportText(report: MessageReport): string {
  const { id, batchId, file, due, overdue, requiresConfirmation } = report;
  const toDo = requiresConfirmation ? 'to be confirmed' : 'to be read';
  return [
    `Message ${id}: ${orDash(report.title)}`,
    ...labelled({
      status: report.status,
      visible: report.visible,
      due: due === null ? null : `${due}, ${toDo}${overdue ? ': overdue' : ''}`,
      from: `${file}, batch ${batchId}`,
      format: report.format,
      'system user': report.systemUserCode,
      shipment: orDash(report.shipment),
      service: `${report.serviceCode}/${report.serviceEditionCode}`,
      'short name': report.shortName,
      reportee: orDash(report.reportee),
      reference: orDash(report.sendersReference),
      confirmations: report.confirmations,
      purged: report.purged,
    }),
    ...tableSection('History', report.history, CHANGE_COLUMNS),
  ].join('\n');
}

const CHANGE_COLUMNS: readonly Column<Change>[] = [
  { title: 'STATUS', width: 9, value: (one) => one.status },
  { title: 'AT', width: 19, value: (one) => one.at },
  { title: 'BY', width: 11, value: (one) => orDash(one.by) },
  { title: 'METHOD', width: 6, value: (one) => orDash(one.method === null ? null : String(one.method)) },
  { title: 'RECORDED', width: 19, value: (one) => one.recorded ?? one.at },
  { title: 'SOURCE', width: 24, value: sourceText },
  { title: 'ROLES', width: 0, value: (one) => orDash(one.roles) },
];

function sourceText({ source, batchId, line }: Change): string {
  const place = [batchId === null ? [] : [`batch ${batchId}`], line === null ? [] : [`line ${line}`]].flat();
  return [source, ...place].join(', ');
}
