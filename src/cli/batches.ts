import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Home } from '../config/home.js';
import { NotFoundFault } from '../domain/faults.js';
import { FORMATS, type Format } from '../domain/format.js';
import { RECEIPT_STATUS_CODES, type ReceiptStatusCode } from '../domain/receipt.js';
import type { BatchDetails } from '../store/batch-log.js';
import { type Batch, isSettled } from '../store/batch-store.js';
import { type BatchLine, batchColumns, toBatchLine } from './batch-line.js';
import { batchReportText, type FilePlace, toBatchReport } from './batch-report.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing, wholeNumber } from './listing.js';
import { oneOf } from './one-of.js';
import { withStoreIfThere } from './open-store.js';
import type { Output } from './output.js';
import { addPeriodOptions, periodOf } from './period.js';

const FAULT_CODES = [ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration];

export function addBatchesCommand(program: Command): void {
  const batches = program.command('batches').description('the files that were taken in, and what became of them');
  addList(batches);
  addShow(batches);
}

interface ListOptions {
  readonly owner?: string;
  readonly format?: Format;
  readonly status?: ReceiptStatusCode;
  readonly file?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly after?: number;
}

function addList(batches: Command): void {
  const list = batches
    .command('list')
    .description('list the batches, newest first')
    .option('--owner <code>', "a service owner's three characters, or a whole system user code")
    .option('--format <format>', FORMATS.join(', '), oneOf(FORMATS))
    .option('--status <status>', RECEIPT_STATUS_CODES.join(', '), oneOf(RECEIPT_STATUS_CODES))
    .option('--file <name>', 'the name of the file; * stands for any characters, ? for one');
  addPageOptions(addPeriodOptions(list))
    .addHelpText(
      'after',
      `\nThe period is that in which the files were taken from the inbox. An owner's batches are also all that came in\nits own mailbox.\n${helpTail(
        [
          'altinn-batch batches list --status Rejected --from 2024-01-31',
          "altinn-batch batches list --owner SKD --file 'oppgjor-*.xml' --json",
          'altinn-batch batches list --limit 1000 --after 4711',
        ],
        [ExitCode.Ok, ...FAULT_CODES],
      )}`,
    )
    .action(async (options: ListOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const { owner = null, format = null, status = null, file = null } = options;
      const { timeZone } = home.settings;
      const filter = { owner, format, status, file, ...periodOf(options, timeZone) };
      const page = pageOf(options);
      const entries = await withStoreIfThere(home, [], (store) =>
        store.snapshot(() => store.batchLog.list(filter, page.after, page.limit + 1)),
      );
      printListing<BatchLine>(entries.map(toBatchLine), page, (one) => one.id, batchColumns(timeZone), output);
    });
}

function addShow(batches: Command): void {
  batches
    .command('show')
    .description('show a batch: its shipments, attempts, issues by code and receipts, and where its file is')
    .addArgument(new Argument('<id>', 'the id of the batch: BatchReference in receipts').argParser(wholeNumber))
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch batches show 4711', 'altinn-batch batches show 4711 --json'],
        [ExitCode.Ok, ExitCode.NotAccepted, ...FAULT_CODES],
      ),
    )
    .action(async (batchId: number, _options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      const found = await withStoreIfThere(home, undefined, (store) =>
        store.snapshot(() => {
          const batch = store.batchLog.byId(batchId);
          if (batch === undefined) return undefined;
          return { batch, receipts: store.receipts.ofBatch(batchId), events: store.messageAnswers.ofBatch(batchId) };
        }),
      );
      if (found === undefined) throw noBatch(batchId);
      const report = toBatchReport(found.batch, found.receipts, placeOf(home, found.batch), isAlive, found.events);
      output.result(report, () => batchReportText(report, home.settings.timeZone));
    });
}

/** What a command answers that was asked for a batch which is not there. */
export function noBatch(batchId: number): NotFoundFault {
  return new NotFoundFault(
    `There is no batch ${batchId}. Its id is the BatchReference in its receipts; to see which there are: altinn-batch batches list`,
  );
}

/** Explains an empty listing: nothing of a batch in work is told until it is settled. */
export function tellIfInWork(batch: Batch, output: Output): void {
  if (isSettled(batch.state)) return;
  output.notice(`Batch ${batch.id} is still in work (${batch.state}): what is in it is told when it is done with.`);
}

function placeOf(home: Home, { archivedAs, state, workKey, fileName }: BatchDetails): FilePlace | null {
  if (archivedAs === null && state === 'archived') return null;
  const path = archivedAs ?? relative(home.root, join(home.work, workKey, fileName));
  return { path, there: existsSync(join(home.root, path)) };
}

/** Whether there is a process with that id; one of another account counts, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
