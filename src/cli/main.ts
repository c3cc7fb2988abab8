#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { productVersion } from '../config/version.js';
import { Fault, IoFault } from '../domain/faults.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { addGlobalOptions } from './global-options.js';
import { recordFault } from './output.js';
import { plain } from './plain.js';
import { StoppedBySignal } from './stop-signal.js';

type LoadCommand = () => Promise<(program: Command) => void>;

/** In the order of the help. Loading them all takes a third of the time that a short command takes, so most are left out. */
const COMMANDS: readonly (readonly [names: readonly string[], load: LoadCommand])[] = [
  [['init'], async () => (await import('./init.js')).addInitCommand],
  [['run'], async () => (await import('./run.js')).addRunCommand],
  [['watch'], async () => (await import('./watch.js')).addWatchCommand],
  [['validate'], async () => (await import('./validate.js')).addValidateCommand],
  [['services'], async () => (await import('./services.js')).addServicesCommand],
  [['receipts'], async () => (await import('./receipts.js')).addReceiptsCommand],
  [['status'], async () => (await import('./status.js')).addStatusCommand],
  [['metrics'], async () => (await import('./metrics.js')).addMetricsCommand],
  [['audit'], async () => (await import('./audit.js')).addAuditCommand],
  [['batches'], async () => (await import('./batches.js')).addBatchesCommand],
  [['issues'], async () => (await import('./issues.js')).addIssuesCommand],
  [['items'], async () => (await import('./items.js')).addItemsCommand],
  [['find'], async () => (await import('./find.js')).addFindCommand],
  [['subscriptions'], async () => (await import('./subscriptions.js')).addSubscriptionsCommand],
  [['prefill'], async () => (await import('./prefill.js')).addPrefillCommand],
  [['messages'], async () => (await import('./messages.js')).addMessagesCommand],
  [['attachments'], async () => (await import('./attachments.js')).addAttachmentsCommand],
  [['confirmations'], async () => (await import('./confirmations.js')).addConfirmationsCommand],
  [['usage-data'], async () => (await import('./usage-data.js')).addUsageDataCommand],
  [['purge'], async () => (await import('./purge.js')).addPurgeCommand],
  [['backup', 'restore'], async () => (await import('./backup.js')).addBackupCommands],
  [['completion', 'man'], async () => (await import('./completion.js')).addCompletionCommands],
  [['retry'], async () => (await import('./retry.js')).addRetryCommand],
  [['sequence'], async () => (await import('./sequence.js')).addSequenceCommand],
];
/** They tell of all the others. */
const OF_ALL_COMMANDS: ReadonlySet<string> = new Set(['completion', 'man']);

main(process.argv.slice(2));

/** Wires the commands, and turns whatever they throw into a line on stderr and an exit code. */
async function main(args: readonly string[]): Promise<void> {
  const program = createProgram();
  process.stdout.on('error', (error) => onUnwritable('stdout', error));
  process.stderr.on('error', (error) => onUnwritable('stderr', error));
  process.on('uncaughtException', (error) => end(report(error, program)));
  try {
    await addCommands(program, args);
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
  program.addHelpText(
    'after',
    helpTail(
      ['altinn-batch init --home /srv/altinn', 'altinn-batch run --home /srv/altinn', 'altinn-batch run --help'],
      Object.values(ExitCode),
    ),
  );
  return program;
}

/** The one that is asked for; all of them where that is none of these. */
async function addCommands(program: Command, args: readonly string[]): Promise<void> {
  const asked = firstOperand(program, args);
  const isOne = asked !== undefined && !OF_ALL_COMMANDS.has(asked);
  const found = isOne ? COMMANDS.filter(([names]) => names.includes(asked)) : [];
  const chosen = found.length > 0 ? found : COMMANDS;
  for (const add of await Promise.all(chosen.map(([, load]) => load()))) add(program);
}

function firstOperand({ options }: Command, args: readonly string[]): string | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('-')) return arg;
    if (options.some(({ required, short, long }) => required && (arg === short || arg === long))) at++;
  }
  return undefined;
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
