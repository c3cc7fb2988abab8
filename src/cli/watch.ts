import type { Command } from 'commander';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { intakeOptions } from './intake-options.js';

export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .description('process files as they come, until SIGINT or SIGTERM; the file under way keeps its checkpoint')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch watch --home /srv/altinn', 'altinn-batch watch --json -v >>results.jsonl 2>>log.jsonl'],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Locked, ExitCode.Configuration],
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      const options = intakeOptions(output);
      const { watchInbox } = await import('../intake/watch.js');
      try {
        await watchInbox(home, { ...options, wait: home.settings.lockWaitSeconds, maxSeconds: null });
      } catch (error) {
        // To be stopped while it waits for the lock is an end like any other.
        if (error !== options.signal.reason) throw error;
      }
    });
}
