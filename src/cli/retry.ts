import type { Command } from 'commander';
import { UsageFault } from '../domain/faults.js';
import { recordByHand } from './audited.js';
import { ExitCode, helpTail, STOPPED_BY_SIGNAL } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { intakeOptions } from './intake-options.js';
import { wholeNumber } from './listing.js';
import { nonNegative } from './run.js';

interface RetryCommandOptions {
  readonly batch?: number;
  readonly item?: number;
  readonly wait?: number;
}

export function addRetryCommand(program: Command): void {
  program
    .command('retry')
    .description('try again what was not accepted of a batch, after the catalogue, a setting or a schema has changed')
    .option('--batch <id>', 'all of that batch that was not accepted, by its BatchReference', wholeNumber)
    .option('--item <id>', 'one failed item', wholeNumber)
    .option('--wait <seconds>', 'wait that long for another process to let go of this home', nonNegative)
    .addHelpText(
      'after',
      `\nFailed items are tried from what was kept of them, a file that was refused whole from data/rejected.\nReceipts are updated, with their history, and come into the outbox again.\n${helpTail(
        ['altinn-batch retry --batch 17', 'altinn-batch retry --item 3000000012 --wait 60'],
        [...Object.values(ExitCode), ...STOPPED_BY_SIGNAL],
      )}`,
    )
    .action(async ({ batch, item, wait }: RetryCommandOptions, command: Command) => {
      const target = targetOf(batch, item);
      const { home, output } = openCommand(command);
      const { retry } = await import('../mend/retry.js');
      const intake = intakeOptions(output);
      const given = 'batchId' in target ? ['--batch', String(target.batchId)] : ['--item', String(target.itemId)];
      const summary = await retry(home, target, {
        ...intake,
        wait: wait ?? home.settings.lockWaitSeconds,
        maxSeconds: null,
        record: (store, detail) => recordByHand(store, 'retry', given, detail),
      });
      if (summary.exitCode !== ExitCode.Ok) output.releaseNotices();
      if (summary.stopped) throw intake.signal.reason;
      process.exitCode = summary.exitCode;
    });
}

function targetOf(batchId: number | undefined, itemId: number | undefined) {
  if (batchId !== undefined && itemId === undefined) return { batchId };
  if (itemId !== undefined && batchId === undefined) return { itemId };
  throw new UsageFault('Give one of --batch ID and --item ID.');
}
