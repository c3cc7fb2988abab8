import type { Command } from 'commander';
import { recordByHand, typedArguments } from './audited.js';
import { ExitCode, helpTail, STOPPED_BY_SIGNAL } from './exit-codes.js';
import { openCommand } from './global-options.js';
import type { Output } from './output.js';
import { checkReadable } from './readable-file.js';
import { stopSignal } from './stop-signal.js';

const FAULT_CODES = [ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration];

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('copy the store into a file, while runs go on; the copy is proven and on the disk when it is there')
    .argument('<file>', 'the copy')
    .option('--force', 'overwrite a file of that name')
    .addHelpText(
      'after',
      `\nThe settings, the catalogue, its form schemas and the files in data/ are not in it: they are plain files.\n${helpTail(
        ['altinn-batch backup /backup/altinn-batch.db --force', 'altinn-batch backup "/backup/$(date +%F).db"'],
        [ExitCode.Ok, ...FAULT_CODES, ...STOPPED_BY_SIGNAL],
      )}`,
    )
    .action(async (file: string, options: { force?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      const { backup } = await import('../keep/backup.js');
      const result = await backup(home, file, { force: options.force ?? false, signal: stopSignal() });
      if (!output.quiet) output.result(result, () => `backed up to ${file} (${result.bytes} bytes)`);
    });
  program
    .command('restore')
    .description('make a backup the store of the home; the store that it replaces is kept beside it')
    .argument('<file>', 'a copy that `backup` has made')
    .option('--force', 'replace the store that is there')
    .addHelpText(
      'after',
      `\nNo run, watch or purge may be going on. Files that were archived after the backup are printed: to take them\nin again, put them back into the inbox.\n${helpTail(
        ['altinn-batch restore /backup/altinn-batch.db --force'],
        [ExitCode.Ok, ...FAULT_CODES, ExitCode.Locked, ...STOPPED_BY_SIGNAL],
      )}`,
    )
    .action(async (file: string, options: { force?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      checkReadable(file);
      const { restore } = await import('../keep/restore.js');
      const unrecorded: string[] = [];
      const result = await restore(home, file, {
        force: options.force ?? false,
        signal: stopSignal(),
        onRestore: (store, detail) => recordByHand(store, 'restore', typedArguments(command), { ...detail }),
        onUnrecorded: (path) => unrecorded.push(path),
      });
      const kept = result.replaced === null ? '' : `; the store before it is kept as ${result.replaced}`;
      if (!output.quiet) output.result(result, () => `restored ${file}${kept}`);
      tellUnrecorded(unrecorded, output);
    });
}

/** Also with -q: what is lost to the store must not be overlooked. */
function tellUnrecorded(paths: readonly string[], output: Output): void {
  for (const file of paths) output.result({ file, unrecorded: true }, () => `not in the backup: ${file}`);
  if (paths.length === 0) return;
  output.notice(
    `The restored store knows nothing of what came after the backup (files: ${paths.length}). Put those of data/archive back into the inbox to have them taken in again.`,
  );
  output.releaseNotices();
}
