import { Argument, type Command } from 'commander';
import { NotFoundFault } from '../domain/faults.js';
import type { Format } from '../domain/format.js';
import type { ItemEntry, ItemFilter } from '../store/item-log.js';
import type { ItemState } from '../store/sub-receipt-items.js';
import { recordByHand } from './audited.js';
import { orDash } from './batch-line.js';
import { noBatch, tellIfInWork } from './batches.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { itemReportText, toItemReport } from './item-report.js';
import { addPageOptions, pageOf, printListing, wholeNumber } from './listing.js';
import { oneOf } from './one-of.js';
import { withStoreIfThere } from './open-store.js';
import { type ServiceOption, serviceOption } from './service-option.js';
import type { Column } from './table.js';

const EXIT_CODES = [
  ExitCode.Ok,
  ExitCode.Usage,
  ExitCode.NotAccepted,
  ExitCode.Internal,
  ExitCode.InputOutput,
  ExitCode.Configuration,
];
const STATES: readonly ItemState[] = ['accepted', 'failed', 'refused', 'ignored'];

export function addItemsCommand(program: Command): void {
  const items = program.command('items').description('the items of a batch, accepted or not');
  addList(items);
  addShow(items);
}

interface ListOptions {
  readonly batch: number;
  readonly state?: ItemState;
  readonly reportee?: string;
  readonly reference?: string;
  readonly service?: ServiceOption;
  readonly limit: number;
  readonly after?: number;
}

/** An item as `items list` prints it; the keys and their order are those of its JSON. */
interface ItemLine {
  readonly id: number;
  readonly batchId: number;
  readonly format: Format;
  /** Its place in its shipment, from 1. */
  readonly item: number;
  readonly line: number;
  readonly position: number;
  readonly state: ItemState;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  readonly shortName: string | null;
  /** How many, of every level. */
  readonly issues: number;
}

function addList(items: Command): void {
  const list = items
    .command('list')
    .description('list the items of a batch, newest first: the last of the file at the top')
    .requiredOption('--batch <id>', 'the id of the batch', wholeNumber)
    .option('--state <state>', STATES.join(', '), oneOf(STATES))
    .option('--reportee <id>', 'only those of that reportee, by its whole number')
    .option('--reference <reference>', 'only those with that SendersReference (AltUt: messageReference)')
    .option('--service <code>', 'only those of that service, CODE or CODE/EDITION', serviceOption);
  addPageOptions(list)
    .addHelpText(
      'after',
      `\nItems that were refused have no fault of their own: too many others of their shipment failed. Those that were\nignored are of a service that its owner passes over.\n${helpTail(
        [
          'altinn-batch items list --batch 4711 --state failed',
          'altinn-batch items list --batch 4711 --service 1051/201010 --json',
          'altinn-batch items list --batch 4711 --reference OPPGJOR-22',
        ],
        EXIT_CODES,
      )}`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const page = pageOf(options);
      const found = await withStoreIfThere(home, undefined, (store) =>
        store.snapshot(() => {
          const batch = store.batches.byId(options.batch);
          if (batch === undefined) return undefined;
          return { batch, entries: store.itemLog.list(toFilter(options), page.after, page.limit + 1) };
        }),
      );
      if (found === undefined) throw noBatch(options.batch);
      printListing<ItemLine>(found.entries.map(toItemLine), page, (one) => one.id, ITEM_COLUMNS, output);
      tellIfInWork(found.batch, output);
    });
}

function toFilter({ batch, state, reportee, reference, service }: ListOptions): ItemFilter {
  return {
    batchId: batch,
    state: state ?? null,
    reportee: reportee ?? null,
    sendersReference: reference ?? null,
    serviceCode: service?.serviceCode ?? null,
    serviceEditionCode: service?.serviceEditionCode ?? null,
  };
}

function toItemLine(entry: ItemEntry): ItemLine {
  const { id, batchId, format, ordinal, line, position, state, ...fields } = entry;
  const { serviceCode, serviceEditionCode, reportee, sendersReference, shortName, issues } = fields;
  const service = { serviceCode, serviceEditionCode };
  const rest = { ...service, reportee, sendersReference, shortName, issues };
  return { id, batchId, format, item: ordinal, line, position, state, ...rest };
}

const ITEM_COLUMNS: readonly Column<ItemLine>[] = [
  { title: 'ID', width: 12, right: true, value: (one) => String(one.id) },
  { title: 'FORMAT', width: 14, value: (one) => one.format },
  { title: 'ITEM', width: 7, right: true, value: (one) => String(one.item) },
  { title: 'LINE', width: 8, right: true, value: (one) => String(one.line) },
  { title: 'POSITION', width: 8, right: true, value: (one) => String(one.position) },
  { title: 'STATE', width: 8, value: (one) => one.state },
  { title: 'SERVICE', width: 14, value: (one) => serviceText(one) },
  { title: 'REPORTEE', width: 11, value: (one) => orDash(one.reportee) },
  { title: 'ISSUES', width: 6, right: true, value: (one) => String(one.issues) },
  { title: 'REFERENCE', width: 0, value: (one) => orDash(one.sendersReference) },
];

function serviceText({ serviceCode, serviceEditionCode }: ItemLine): string {
  return [serviceCode, serviceEditionCode].filter((one) => one !== null).join('/') || '-';
}

function addShow(items: Command): void {
  items
    .command('show')
    .description('show an item: where it stands, what became of it, its issues, and its raw XML or stored content')
    .addArgument(new Argument('<id>', 'the id of the item').argParser(wholeNumber))
    .option('--unmasked', 'person numbers whole; who asked for that is recorded in the audit log')
    .addHelpText(
      'after',
      `\nOf a failed item the raw XML is kept, of an accepted one its content. Attachments are shown by name, size and\nSHA-256.\n${helpTail(
        [
          'altinn-batch items show 100000000002',
          'altinn-batch items show 100000000002 --json',
          'altinn-batch items show 100000000002 --unmasked',
        ],
        EXIT_CODES,
      )}`,
    )
    .action(async (itemId: number, options: { readonly unmasked?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      const unmasked = options.unmasked === true;
      const item = await withStoreIfThere(home, undefined, (store) => {
        if (!unmasked) return store.snapshot(() => store.itemLog.byId(itemId));
        return store.transaction(() => {
          const one = store.itemLog.byId(itemId);
          if (one !== undefined) recordByHand(store, 'items show', [String(itemId), '--unmasked'], { itemId });
          return one;
        });
      });
      if (item === undefined) throw noItem(itemId);
      const report = toItemReport(item);
      const text = () => itemReportText(report);
      if (unmasked) output.unmaskedResult(report, text);
      else output.result(report, text);
    });
}

function noItem(itemId: number): NotFoundFault {
  return new NotFoundFault(
    `There is no item ${itemId}, or its shipment is still in work or was refused whole. To see which there are: altinn-batch items list --batch ID; to look for one by reference or reportee: altinn-batch find TEXT`,
  );
}
