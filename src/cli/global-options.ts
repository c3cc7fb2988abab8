import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Home, openHome } from '../config/home.js';
import type { Settings } from '../config/settings.js';
import { UsageFault } from '../domain/faults.js';
import { createOutput, type Output } from './output.js';

/** The options that every command takes, before or after its name. */
export interface GlobalOptions {
  /** The home folder, and whether anyone asked for it by name (option or environment). */
  readonly home: string;
  readonly homeGiven: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** How often -v was given. */
  readonly verbose: number;
  /** As an absolute path; null when none was given. */
  readonly logFile: string | null;
}

const VERBOSE_LEVELS = ['info', 'debug', 'trace'] as const;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function addGlobalOptions(program: Command): void {
  program
    .option('--home <dir>', 'the home folder (default: ALTINN_BATCH_HOME, else the current folder)')
    .option('--json', 'results as one JSON object a line')
    .option('-q, --quiet', 'print only what was not accepted, and faults')
    .option('--log-file <file>', 'write the log to that file, too; it is opened anew on SIGHUP')
    .option('-v, --verbose', 'log more to stderr; again for still more', (_value, times: number) => times + 1, 0);
}

/** @throws UsageFault when they contradict each other */
export function globalOptions(command: Command, environment: NodeJS.ProcessEnv = process.env): GlobalOptions {
  const given = command.optsWithGlobals<{
    home?: string;
    json?: boolean;
    quiet?: boolean;
    verbose?: number;
    logFile?: string;
  }>();
  if (given.home === '') throw new UsageFault('--home needs the path of a folder.');
  if (given.logFile === '') throw new UsageFault('--log-file needs the path of a file.');
  const verbose = given.verbose ?? 0;
  if (given.quiet === true && verbose > 0) throw new UsageFault('-q and -v contradict each other: give one of them.');
  const home = given.home ?? (environment.ALTINN_BATCH_HOME || undefined);
  return {
    home: home ?? '.',
    homeGiven: home !== undefined,
    json: given.json ?? false,
    quiet: given.quiet ?? false,
    verbose,
    logFile: given.logFile === undefined ? null : resolve(given.logFile),
  };
}

/** What a command that needs a home starts from. */
export function openCommand(command: Command): { options: GlobalOptions; home: Home; output: Output } {
  const options = globalOptions(command);
  const home = openHome(options.home);
  return { options, home, output: outputOf(options, home.settings, home.logFile) };
}

/**
 * Where a command's words go, by its options and the settings.
 * @param logFile that of the settings; null when there is none
 */
export function outputOf(
  options: GlobalOptions,
  settings: Pick<Settings, 'logLevel' | 'fileMode'>,
  logFile: string | null,
): Output {
  const { json, quiet, verbose } = options;
  const path = options.logFile ?? logFile;
  // What -q leaves out, a log file still has.
  const level = logLevel({ quiet: false, verbose }, settings.logLevel);
  return createOutput({
    json,
    quiet,
    level: logLevel(options, settings.logLevel),
    logFile: path === null ? null : { path, level, mode: settings.fileMode },
  });
}

/** The log level: the setting's, but with -q only errors, and with -v at least so much. */
export function logLevel(options: Pick<GlobalOptions, 'quiet' | 'verbose'>, setting: string): string {
  const asked = options.quiet ? 'error' : VERBOSE_LEVELS[Math.min(options.verbose, VERBOSE_LEVELS.length) - 1];
  if (asked === undefined) return setting;
  const rank = (level: string) => LEVELS.indexOf(level);
  const wanted = options.quiet ? Math.max(rank(asked), rank(setting)) : Math.min(rank(asked), rank(setting));
  return LEVELS[wanted] ?? setting;
}
