import type { Command } from 'commander';
import { localDateTime } from '../domain/dates.js';
import { UsageFault } from '../domain/faults.js';
import { IssueCode } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import { CONTRACT_TYPE_NAMES } from '../domain/receipt.js';
import type { ListedReceipt } from '../store/receipt-search.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing } from './listing.js';
import { withStoreIfThere } from './open-store.js';
import { addPeriodOptions, periodOf } from './period.js';
import type { Column } from './table.js';

export function addReceiptsList(receipts: Command): void {
  const list = receipts
    .command('list')
    .description('print the receipts of a type, the one changed last first')
    .option('--type <type>', 'ReceiptTypeName: PreFill, Subscription, Correspondence, Outbound, ...');
  addPageOptions(addPeriodOptions(list))
    .addHelpText(
      'after',
      `\n--from and --to are about LastChanged.\n${helpTail(
        [
          'altinn-batch receipts list --type Correspondence --from 2024-01-01 --to 2024-01-31',
          'altinn-batch receipts list --type PreFill --json --limit 1000 | jq -r .receipt',
        ],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
      )}`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const type = listedType(options.type);
      const period = localPeriod(options, home.settings.timeZone);
      const page = pageOf(options);
      const rows = await withStoreIfThere(home, [], ({ receiptSearch }) =>
        receiptSearch.list(type, period, { after: page.after, limit: page.limit + 1 }),
      );
      printListing(rows, page, (one) => one.receiptId, COLUMNS, output);
    });
}

interface ListOptions {
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly after?: number;
}

const COLUMNS: readonly Column<ListedReceipt>[] = [
  { title: 'RECEIPT', width: 7, right: true, value: (one) => String(one.receiptId) },
  { title: 'STATUS', width: 16, value: (one) => one.status },
  { title: 'LAST CHANGED', width: 19, value: (one) => one.lastChanged },
  { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode ?? '-' },
  { title: 'REFERENCE', width: 16, value: (one) => one.reference ?? '-' },
  { title: 'SUB-RECEIPTS', width: 12, right: true, value: (one) => String(one.subReceipts) },
  { title: 'FILE', width: 0, value: (one) => one.receipt ?? one.file ?? '-' },
];

/** @throws UsageFault 30101 (formats.md section 6) */
function listedType(type: string | undefined): string {
  const types = CONTRACT_TYPE_NAMES.filter((name) => name !== 'NotSet');
  if (type !== undefined && types.includes(type)) return type;
  const remedy = `give --type with one of ${types.join(', ')}.`;
  if (type !== undefined && type !== 'NotSet') throw new UsageFault(`There is no type ${quoted(type)}: ${remedy}`);
  throw new UsageFault(`[${IssueCode.ReceiptTypeNotGiven}] A list needs a type other than NotSet: ${remedy}`);
}

/** The period in the time of LastChanged, which is local. */
function localPeriod(options: ListOptions, timeZone: string): { from: string | null; before: string | null } {
  const { from, before } = periodOf(options, timeZone);
  const local = (utc: string | null) => (utc === null ? null : localDateTime(Date.parse(utc), timeZone));
  return { from: local(from), before: local(before) };
}
