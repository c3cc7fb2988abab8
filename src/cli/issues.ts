import { type Command, InvalidArgumentError } from 'commander';
import { UsageFault } from '../domain/faults.js';
import { ISSUE_LEVELS, IssueCode, type IssueLevel, issueName } from '../domain/issue.js';
import type { Batch } from '../store/batch-store.js';
import type { IssueEntry, IssueFilter } from '../store/issue-log.js';
import { ordinalOf } from '../store/item-id.js';
import type { Store } from '../store/store.js';
import { localTime, orDash } from './batch-line.js';
import { tellIfInWork } from './batches.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing, wholeNumber } from './listing.js';
import { oneOf } from './one-of.js';
import { withStoreIfThere } from './open-store.js';
import type { Column } from './table.js';

export function addIssuesCommand(program: Command): void {
  const issues = program.command('issues').description('what was found wrong, or worth a note, in batches and items');
  addList(issues);
}

interface ListOptions {
  readonly batch?: number;
  readonly item?: number;
  readonly level?: IssueLevel;
  readonly code?: number;
  readonly limit: number;
  readonly after?: number;
}

/** An Issue as `issues list` prints it; the keys and their order are those of its JSON. */
interface IssueLine {
  readonly id: number;
  readonly batchId: number;
  readonly file: string;
  readonly itemId: number | null;
  /** The item's place in its shipment, from 1. */
  readonly item: number | null;
  readonly line: number | null;
  readonly position: number | null;
  readonly level: IssueLevel;
  readonly code: number;
  readonly name: string | null;
  readonly reference: string | null;
  readonly message: string;
  readonly time: string;
}

function addList(issues: Command): void {
  const list = issues
    .command('list')
    .description('list the issues, newest first')
    .option('--batch <id>', 'only those of that batch', wholeNumber)
    .option('--item <id>', 'only those of that item', wholeNumber)
    .option('--level <level>', ISSUE_LEVELS.join(', '), oneOf(ISSUE_LEVELS, IssueCode.BadLogRequest))
    .option('--code <code>', 'only those with that code, such as 40016', code);
  addPageOptions(list)
    .addHelpText(
      'after',
      helpTail(
        [
          'altinn-batch issues list --batch 4711 --level Error',
          'altinn-batch issues list --code 40016 --json --limit 10000',
          'altinn-batch issues list --limit 10000 --after 815000',
        ],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
      ),
    )
    .action(async (options: ListOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const page = pageOf(options);
      const found = await withStoreIfThere(home, undefined, (store) =>
        store.snapshot(() => ({
          batch: requireKnown(options, store),
          entries: store.issueLog.list(toFilter(options), page.after, page.limit + 1),
        })),
      );
      const { batch, entries } = found ?? { batch: requireKnown(options, undefined), entries: [] };
      const columns = issueColumns(home.settings.timeZone);
      printListing<IssueLine>(entries.map(toIssueLine), page, (one) => one.id, columns, output);
      if (batch !== undefined) tellIfInWork(batch, output);
    });
}

function toFilter({ batch, item, level, code }: ListOptions): IssueFilter {
  return { batchId: batch ?? null, itemId: item ?? null, level: level ?? null, code: code ?? null };
}

/**
 * Gives the batch that is asked for, if any.
 * @param store none when there is none yet
 * @throws UsageFault for a batch or an item that is not there (formats.md section 8, 31033)
 */
function requireKnown(options: ListOptions, store: Store | undefined): Batch | undefined {
  const bad = (what: string, remedy: string) =>
    new UsageFault(`[${IssueCode.BadLogRequest}] There is no ${what}. To see which there are: altinn-batch ${remedy}`);
  const { batch: batchId, item: itemId } = options;
  if (itemId !== undefined && store?.itemLog.has(itemId) !== true) {
    throw bad(`item ${itemId}`, 'items list --batch ID');
  }
  if (batchId === undefined) return undefined;
  const batch = store?.batches.byId(batchId);
  if (batch === undefined) throw bad(`batch ${batchId}`, 'batches list');
  return batch;
}

function code(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`[${IssueCode.BadLogRequest}] A code is a number, such as 40016.`);
}

function toIssueLine(one: IssueEntry): IssueLine {
  const { id, batchId, fileName, itemId, line, position, level, code, reference, message, reportedAt } = one;
  const item = itemId === null ? null : ordinalOf(itemId);
  const name = issueName(code);
  const place = { itemId, item, line, position };
  return { id, batchId, file: fileName, ...place, level, code, name, reference, message, time: reportedAt };
}

function issueColumns(timeZone: string): readonly Column<IssueLine>[] {
  const number = (value: number | null) => (value === null ? '-' : String(value));
  return [
    { title: 'ID', width: 8, right: true, value: (one) => String(one.id) },
    { title: 'TIME', width: 19, value: (one) => localTime(one.time, timeZone) },
    { title: 'BATCH', width: 6, right: true, value: (one) => String(one.batchId) },
    { title: 'ITEM', width: 7, right: true, value: (one) => number(one.item) },
    { title: 'LINE', width: 8, right: true, value: (one) => number(one.line) },
    { title: 'POSITION', width: 8, right: true, value: (one) => number(one.position) },
    { title: 'LEVEL', width: 11, value: (one) => one.level },
    { title: 'CODE', width: 5, right: true, value: (one) => String(one.code) },
    { title: 'REFERENCE', width: 16, value: (one) => orDash(one.reference) },
    { title: 'MESSAGE', width: 0, value: (one) => one.message },
  ];
}
