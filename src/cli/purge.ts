import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { PurgeResult } from '../keep/purge.js';
import type { Store } from '../store/store.js';
import { currentUser, typedArguments } from './audited.js';
import { ExitCode, helpTail, STOPPED_BY_SIGNAL } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStore, withStoreToRead } from './open-store.js';
import type { Output } from './output.js';
import { stopSignal } from './stop-signal.js';
import { Table } from './table.js';

export function addPurgeCommand(program: Command): void {
  program
    .command('purge')
    .description('remove what is older than the settings keep it (keepDays); receipts stay in the store')
    .option('--dry-run', 'only count what would be removed; change nothing')
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch purge --dry-run', '30 2 * * *  altinn-batch purge -q --home /srv/altinn'],
        [
          ExitCode.Ok,
          ExitCode.Usage,
          ExitCode.Internal,
          ExitCode.InputOutput,
          ExitCode.Locked,
          ExitCode.Configuration,
          ...STOPPED_BY_SIGNAL,
        ],
      ),
    )
    .action(async (options: { dryRun?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      const typed = typedArguments(command);
      const failed = options.dryRun === true ? await count(home, output) : await remove(home, output, typed);
      if (failed > 0) output.releaseNotices();
      process.exitCode = failed > 0 ? ExitCode.InputOutput : ExitCode.Ok;
    });
}

function count(home: Home, output: Output): Promise<number> {
  return withStoreToRead(home, 0, (store) => purgeStore(home, store, output, { dryRun: true, typed: [] }));
}

async function remove(home: Home, output: Output, typed: readonly string[]): Promise<number> {
  const { holdingPurgeLock } = await import('../keep/locks.js');
  return holdingPurgeLock(home, () =>
    withStore(home, (store) => purgeStore(home, store, output, { dryRun: false, typed })),
  );
}

/** @returns how many files could not be removed */
async function purgeStore(
  home: Home,
  store: Store,
  output: Output,
  { dryRun, typed }: { dryRun: boolean; typed: readonly string[] },
): Promise<number> {
  const { purge } = await import('../keep/purge.js');
  if (Object.values(home.settings.keepDays).every((days) => days === null)) {
    output.notice(
      'Everything is kept for ever: say in the settings, in keepDays, for how many days each kind is kept.',
    );
  }
  const table = new Table<PurgeResult>([
    { title: 'KIND', width: 13, value: (one) => one.kind },
    { title: 'KEPT', width: 9, right: true, value: ({ days }) => (days === null ? 'for ever' : `${days} days`) },
    { title: dryRun ? 'WOULD GO' : 'REMOVED', width: 9, right: true, value: (one) => number(one, one.removed) },
    { title: 'BYTES', width: 12, right: true, value: (one) => (isFileKind(one) ? number(one, one.bytes) : '-') },
  ]);
  const { bytesGivenBack, failed } = await purge({
    home,
    store,
    now: Date.now(),
    dryRun,
    user: currentUser(),
    signal: stopSignal(),
    onNotice: (text) => output.notice(text),
    onResult(result) {
      if (output.quiet) return;
      output.result({ ...result, dryRun }, () => table.row(result));
    },
    onCount({ user: by, kind, days, removed, bytes, startedAt }, interrupted) {
      const detail = { kind, days, removed, bytes, startedAt, interrupted };
      // Those of an earlier one, which was killed, are not known.
      const given = interrupted ? [] : typed.map(maskPersonNumbers);
      store.audit.add({ at: new Date().toISOString(), user: by, command: 'purge', arguments: given, detail });
    },
  });
  if (!dryRun) output.log.info({ bytesGivenBack, failed }, 'purged');
  if (!dryRun && !output.quiet) {
    output.result({ bytesGivenBack }, () => `Given back to the disk by the store: ${bytesGivenBack} bytes.`);
  }
  return failed;
}

function number({ days }: PurgeResult, value: number): string {
  return days === null ? '-' : String(value);
}

function isFileKind({ kind }: PurgeResult): boolean {
  return kind.endsWith('Files');
}
