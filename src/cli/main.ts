#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { productVersion } from '../config/version.js';
import { Fault, IoFault } from '../domain/faults.js';
import { addAttachmentsCommand } from './attachments.js';
import { addAuditCommand } from './audit.js';
import { addBackupCommands } from './backup.js';
import { addBatchesCommand } from './batches.js';
import { addCompletionCommands } from './completion.js';
import { addConfirmationsCommand } from './confirmations.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { addFindCommand } from './find.js';
import { addGlobalOptions } from './global-options.js';
import { addInitCommand } from './init.js';
import { addIssuesCommand } from './issues.js';
import { addItemsCommand } from './items.js';
import { addMessagesCommand } from './messages.js';
import { addMetricsCommand } from './metrics.js';
import { recordFault } from './output.js';
import { plain } from './plain.js';
import { addPrefillCommand } from './prefill.js';
import { addPurgeCommand } from './purge.js';
import { addReceiptsCommand } from './receipts.js';
import { addRetryCommand } from './retry.js';
import { addRunCommand } from './run.js';
import { addSequenceCommand } from './sequence.js';
import { addServicesCommand } from './services.js';
import { addStatusCommand } from './status.js';
import { StoppedBySignal } from './stop-signal.js';
import { addSubscriptionsCommand } from './subscriptions.js';
import { addUsageDataCommand } from './usage-data.js';
import { addValidateCommand } from './validate.js';
import { addWatchCommand } from './watch.js';

main(process.argv.slice(2));

/** Wires the commands, and turns whatever they throw into a line on stderr and an exit code. */
async function main(args: readonly string[]): Promise<void> {
  const program = createProgram();
  process.stdout.on('error', (error) => onUnwritable('stdout', error));
  process.stderr.on('error', (error) => onUnwritable('stderr', error));
  process.on('uncaughtException', (error) => end(report(error, program)));
  try {
    await program.parseAsync(args, { from: 'user' });
    end(Number(process.exitCode ?? ExitCode.Ok));
  } catch (error) {
    end(report(error, program));
  }
}

/**
 * What a fault may have left open must not keep the process alive, so it is ended; but only once all that was printed has
 * gone out: what a slow reader at the other end of a pipe has not taken yet would be lost.
 */
function end(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

function createProgram(): Command {
  const program = new Command('altinn-batch')
    .description('Takes in batch files of the Altinn II formats, from inbox to receipt.')
    .version(productVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: (text) => process.stderr.write(plain(text)) })
    .showHelpAfterError('Add --help for usage and examples.')
    .exitOverride();
  addGlobalOptions(program);
  addInitCommand(program);
  addRunCommand(program);
  addWatchCommand(program);
  addValidateCommand(program);
  addServicesCommand(program);
  addReceiptsCommand(program);
  addStatusCommand(program);
  addMetricsCommand(program);
  addAuditCommand(program);
  addBatchesCommand(program);
  addIssuesCommand(program);
  addItemsCommand(program);
  addFindCommand(program);
  addSubscriptionsCommand(program);
  addPrefillCommand(program);
  addMessagesCommand(program);
  addAttachmentsCommand(program);
  addConfirmationsCommand(program);
  addUsageDataCommand(program);
  addPurgeCommand(program);
  addBackupCommands(program);
  addCompletionCommands(program);
  addRetryCommand(program);
  addSequenceCommand(program);
  program.addHelpText(
    'after',
    helpTail(
      ['altinn-batch init --home /srv/altinn', 'altinn-batch run --home /srv/altinn', 'altinn-batch run --help'],
      Object.values(ExitCode),
    ),
  );
  return program;
}

/** The exit code of a fault, once it has been told on stderr. */
function report(error: unknown, program: Command): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Ok : ExitCode.Usage;
  const verbose = program.opts<{ verbose: number }>().verbose > 0;
  const text = error instanceof Error ? error.message : String(error);
  const code = exitCodeOf(error);
  const hint = code === ExitCode.Internal && !verbose ? ' (-v shows where)' : '';
  process.stderr.write(plain(`altinn-batch: ${text.trim()}${hint}\n`));
  recordFault(text.trim(), code);
  if (verbose && code !== ExitCode.Usage) process.stderr.write(plain(`${stackOf(error)}\n`));
  return code;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Fault || error instanceof StoppedBySignal) return error.exitCode;
  // What the operating system refuses is a matter of input and output, wherever it was met.
  return error instanceof Error && 'syscall' in error ? ExitCode.InputOutput : ExitCode.Internal;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause)}`;
}

/** A reader that has seen enough (`altinn-batch run | head`) is no fault of the work, which goes on without it. */
function onUnwritable(stream: string, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  const remedy = 'see to the disk or pipe that it goes to, then run the command again';
  throw new IoFault(`Could not write to ${stream} (${error.code ?? error.message}): ${remedy}.`, { cause: error });
}
