import type { Command } from 'commander';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStoreToLookAt } from './open-store.js';

export function addMetricsCommand(program: Command): void {
  program
    .command('metrics')
    .description('print metrics of the home in the text format of Prometheus; makes and changes nothing')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch metrics --home /srv/altinn', 'altinn-batch metrics | grep inbox'],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      const { metricsSamples, metricsText } = await import('../watchkeeping/metrics.js');
      await withStoreToLookAt(home, async (store) => {
        if (output.json) {
          for (const sample of await metricsSamples(home, store, Date.now())) output.result(sample, () => '');
        } else {
          process.stdout.write(await metricsText(home, store, Date.now()));
        }
      });
    });
}
