import type { Command } from 'commander';
import { type Home, openHome } from '../config/home.js';
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
}

const VERBOSE_LEVELS = ['info', 'debug', 'trace'] as const;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export function addGlobalOptions(program: Command): void {
  program
    .option('--home <dir>', 'the home folder (default: ALTINN_BATCH_HOME, else the current folder)')
    .option('--json', 'results as one JSON object a line')
    .option('-q, --quiet', 'print only what was not accepted, and faults')
    .option('-v, --verbose', 'log more to stderr; again for still more', (_value, times: number) => times + 1, 0);
}

/** @throws UsageFault when they contradict each other */
export function globalOptions(command: Command, environment: NodeJS.ProcessEnv = process.env): GlobalOptions {
  const given = command.optsWithGlobals<{ home?: string; json?: boolean; quiet?: boolean; verbose?: number }>();
  if (given.home === '') throw new UsageFault('--home needs the path of a folder.');
  const verbose = given.verbose ?? 0;
  if (given.quiet === true && verbose > 0) throw new UsageFault('-q and -v contradict each other: give one of them.');
  const home = given.home ?? (environment.ALTINN_BATCH_HOME || undefined);
  return {
    home: home ?? '.',
    homeGiven: home !== undefined,
    json: given.json ?? false,
    quiet: given.quiet ?? false,
    verbose,
  };
}

/** What a command that needs a home starts from. */
export function openCommand(command: Command): { options: GlobalOptions; home: Home; output: Output } {
  const options = globalOptions(command);
  const home = openHome(options.home);
  return { options, home, output: createOutput(options, logLevel(options, home.settings.logLevel)) };
}

/** The log level: the setting's, but with -q only errors, and with -v at least so much. */
export function logLevel(options: Pick<GlobalOptions, 'quiet' | 'verbose'>, setting: string): string {
  const asked = options.quiet ? 'error' : VERBOSE_LEVELS[Math.min(options.verbose, VERBOSE_LEVELS.length) - 1];
  if (asked === undefined) return setting;
  const rank = (level: string) => LEVELS.indexOf(level);
  const wanted = options.quiet ? Math.max(rank(asked), rank(setting)) : Math.min(rank(asked), rank(setting));
  return LEVELS[wanted] ?? setting;
}
