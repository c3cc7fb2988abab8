import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { UsageFault } from '../domain/faults.js';
import type { ExportedShipment, ItemsExport } from '../mend/export-items.js';
import { publishAtomically } from '../receipts/publish.js';
import type { Batch } from '../store/batch-store.js';
import type { Store } from '../store/store.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { withStoreIfThere } from './open-store.js';
import type { Output } from './output.js';
import { Table } from './table.js';

interface ExportOptions {
  readonly batch: number;
  readonly failed?: true;
  readonly output: string;
  readonly reference?: string;
  readonly force?: true;
}

const STDOUT = '-';
/** Of more the operator is told how many. */
const MOST_NAMED = 20;

export function addItemsExportCommand(items: Command): void {
  items
    .command('export')
    .description('write the failed items of a batch to a file of the same format, to be mended and sent again')
    .requiredOption('--batch <id>', 'the batch, by its BatchReference', wholeNumber)
    .option('--failed', 'those that failed or were refused: only these are kept as they were sent')
    .requiredOption('-o, --output <file>', 'where to; - is stdout')
    .option('--reference <r>', 'shipment reference of the new file (default: the old one with -2 and so on behind it)')
    .option('--force', 'overwrite a file that is there')
    .addHelpText(
      'after',
      `\nThe new file has the next sequence number where the old one had any. Person numbers stand in it whole.\n${helpTail(
        [
          'altinn-batch items export --batch 17 --failed -o mended.xml',
          "altinn-batch items export --batch 17 --failed -o - | sed 's/2009/2010/' >inbox/mended.xml.part",
        ],
        [
          ExitCode.Ok,
          ExitCode.Usage,
          ExitCode.NotAccepted,
          ExitCode.Internal,
          ExitCode.InputOutput,
          ExitCode.Configuration,
        ],
      )}`,
    )
    .action(async (options: ExportOptions, command: Command) => {
      const { home, output } = openCommand(command);
      if (options.failed !== true) {
        throw new UsageFault('Say --failed: only failed and refused items are kept as they were sent.');
      }
      const isComplete = await withStoreIfThere(home, null, (store) => exportFailed(home, store, options, output));
      if (isComplete === null) throw noSuchBatch(options.batch);
      process.exitCode = isComplete ? ExitCode.Ok : ExitCode.NotAccepted;
    });
}

/** Whether all that failed is in the file. */
async function exportFailed(home: Home, store: Store, options: ExportOptions, output: Output): Promise<boolean> {
  const batch = store.batches.byId(options.batch);
  if (batch === undefined) throw noSuchBatch(options.batch);
  checkReference(store, batch, options.reference);
  if (options.output !== STDOUT && options.force !== true && existsSync(options.output)) {
    throw new UsageFault(`${options.output} is there already: name another file, or overwrite it with --force.`);
  }
  const { ItemsExport } = await import('../mend/export-items.js');
  const exported = new ItemsExport(home, store, batch, options.reference ?? null);
  if (!write(exported, options.output, home)) {
    output.notice(nothingToExport(store, batch, exported));
    tellLeftOut(exported, output);
    return wasNothingLost(store, batch, exported);
  }
  tell(batch, exported, options.output, output);
  tellLeftOut(exported, output);
  return exported.shipments.every(({ leftOut }) => leftOut.length === 0);
}

/** False when there is nothing to write: then nothing is. */
function write(exported: ItemsExport, to: string, home: Home): boolean {
  const chunks = exported.chunks();
  const first = chunks.next();
  if (first.done === true) return false;
  if (to === STDOUT) {
    process.stdout.write(first.value);
    for (const chunk of chunks) process.stdout.write(chunk);
  } else {
    publishAtomically(resolve(to), joined(first.value, chunks), home.settings.fileMode);
  }
  return true;
}

function* joined(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}

function checkReference(store: Store, batch: Batch, reference: string | undefined): void {
  if (reference === undefined) return;
  if (reference.trim() === '') throw new UsageFault('--reference must not be empty.');
  const shipments = store.shipments.ofBatch(batch.id);
  if (shipments.every(({ format }) => format === 'altut')) {
    throw new UsageFault(
      `Batch ${batch.id} is an AltUt file, and such files have no shipment reference: leave --reference out.`,
    );
  }
  for (const { systemUserCode, format } of shipments) {
    const first = store.shipments.findAccepted(systemUserCode, format, reference);
    if (first === undefined) continue;
    throw new UsageFault(
      `The reference ${reference} was used before, by a shipment that was accepted (receipt ${first.receiptId}): name another one.`,
    );
  }
}

function nothingToExport(store: Store, batch: Batch, { shipments }: ItemsExport): string {
  if (shipments.length > 0) return `Nothing of batch ${batch.id} can be exported, and no file was written.`;
  if (isRefusedWhole(store, batch)) {
    const file = batch.archivedAs === null ? '' : ` It is at ${batch.archivedAs}.`;
    return `Batch ${batch.id} was refused whole, so no items of it are kept: mend the file itself.${file}`;
  }
  return `No item of batch ${batch.id} failed, and no file was written.`;
}

function wasNothingLost(store: Store, batch: Batch, { shipments }: ItemsExport): boolean {
  return shipments.length === 0 && !isRefusedWhole(store, batch);
}

function isRefusedWhole(store: Store, batch: Batch): boolean {
  const shipments = store.shipments.ofBatch(batch.id);
  return batch.status !== null && batch.status !== 'OK' && shipments.every(({ state }) => state === 'refused');
}

function tell(batch: Batch, { shipments }: ItemsExport, file: string, output: Output): void {
  const table = exportTable();
  for (const { format, systemUserCode, reference, sequenceNo, items, leftOut } of shipments) {
    const row = {
      batchId: batch.id,
      format,
      systemUserCode,
      reference,
      sequenceNo,
      items,
      leftOut: leftOut.length,
      file,
    };
    if (file === STDOUT) output.notice(`${format} of ${systemUserCode}: ${items} items, reference ${reference ?? '-'}`);
    else if (!output.quiet) output.result(row, () => table.row(row));
  }
}

type ExportRow = Omit<ExportedShipment, 'leftOut'> & {
  readonly batchId: number;
  readonly leftOut: number;
  readonly file: string;
};

function exportTable(): Table<ExportRow> {
  return new Table<ExportRow>([
    { title: 'FORMAT', width: 14, value: (one) => one.format },
    { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode },
    { title: 'REFERENCE', width: 20, value: (one) => one.reference ?? '-' },
    { title: 'SEQUENCE', width: 8, value: (one) => one.sequenceNo ?? '-' },
    { title: 'ITEMS', width: 8, right: true, value: (one) => String(one.items) },
    { title: 'LEFT OUT', width: 8, right: true, value: (one) => String(one.leftOut) },
    { title: 'FILE', width: 0, value: (one) => one.file },
  ]);
}

function tellLeftOut({ shipments }: ItemsExport, output: Output): void {
  for (const { format, leftOut } of shipments) {
    for (const { item, why } of leftOut.slice(0, MOST_NAMED)) {
      const reference = item.sendersReference === null ? '' : `, reference ${item.sendersReference}`;
      output.notice(`Left out: ${format} item ${item.itemId}, line ${item.line}${reference}: ${why}.`);
    }
    if (leftOut.length > MOST_NAMED)
      output.notice(`Left out besides: ${leftOut.length - MOST_NAMED} more ${format} items.`);
  }
}

export function noSuchBatch(batchId: number): UsageFault {
  return new UsageFault(`There is no batch ${batchId}: its id stands in receipts as BatchReference.`);
}
