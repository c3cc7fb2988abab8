import { existsSync, readdirSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import type { Home } from '../config/home.js';
import type { RunSummary } from '../intake/results.js';
import { Validator } from '../xml/validator.js';
import { ExitCode, helpTail, STOPPED_BY_SIGNAL } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { intakeOptions } from './intake-options.js';

export function addRunCommand(program: Command): void {
  program
    .command('run')
    .description('process all that is in the inbox now, then exit (for cron)')
    .option('--wait <seconds>', 'wait that long for another process to let go of this home', nonNegative)
    .option('--max-seconds <n>', 'take no new file after that many seconds', nonNegative)
    .addHelpText(
      'after',
      helpTail(
        [
          'altinn-batch run --home /srv/altinn',
          'altinn-batch run --json | jq -r .status',
          '*/5 * * * *  altinn-batch run -q --home /srv/altinn --max-seconds 240',
        ],
        [...Object.values(ExitCode).filter((code) => code !== ExitCode.NotHealthy), ...STOPPED_BY_SIGNAL],
      ),
    )
    .action(async (options: { wait?: number; maxSeconds?: number }, command: Command) => {
      const { home, output } = openCommand(command);
      const intake = intakeOptions(output);
      // The child starts while the rest is being loaded.
      const validator = hasFiles(home) ? new Validator() : null;
      const { runOnce } = await import('../intake/run.js');
      const summary: RunSummary = await runOnce(home, {
        ...intake,
        wait: options.wait ?? home.settings.lockWaitSeconds,
        maxSeconds: options.maxSeconds ?? null,
        validator,
      });
      if (summary.exitCode === ExitCode.Internal || summary.exitCode === ExitCode.InputOutput) output.releaseNotices();
      // Not 0: what a script does after a run must not begin with half of the files done.
      else if (summary.stopped) throw intake.signal.reason;
      process.exitCode = summary.exitCode;
    });
}

/** Whether there is anything in the inbox or in work, be it a file to be taken or not. */
function hasFiles({ mailboxes, work }: Home): boolean {
  try {
    return [...mailboxes.map(({ inbox }) => inbox), work].some(
      (folder) => existsSync(folder) && readdirSync(folder).length > 0,
    );
  } catch {
    // A folder that can't be read is told of by what needs it.
    return false;
  }
}

/** For an option that takes a number of seconds. */
export function nonNegative(text: string): number {
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds, 0 or more.');
}
