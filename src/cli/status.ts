import type { Command } from 'commander';
import { localDateTime } from '../domain/dates.js';
import type { Expected } from '../watchkeeping/expectations.js';
import type { LastBatch, Status } from '../watchkeeping/status.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStoreToLookAt } from './open-store.js';

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('tell how the home stands, and whether anything needs attention; makes and changes nothing')
    .addHelpText(
      'after',
      helpTail(
        [
          'altinn-batch status --home /srv/altinn',
          'altinn-batch status --json | jq .reasons',
          'altinn-batch status -q || echo "look after the intake"',
        ],
        [
          ExitCode.Ok,
          ExitCode.Usage,
          ExitCode.NotHealthy,
          ExitCode.Internal,
          ExitCode.InputOutput,
          ExitCode.Configuration,
        ],
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      const { statusOf } = await import('../watchkeeping/status.js');
      const { timeZone } = home.settings;
      const status = await withStoreToLookAt(home, (store) => statusOf(home, store, Date.now()));
      if (!output.quiet) output.result(status, () => asText(status, timeZone));
      else for (const reason of status.reasons) output.result(reason, () => reason.text);
      process.exitCode = status.healthy ? ExitCode.Ok : ExitCode.NotHealthy;
    });
}

function asText(status: Status, timeZone: string): string {
  const { today, store, freeDisk, lock, inWork } = status;
  const local = (utc: string) => localDateTime(Date.parse(utc), timeZone);
  const rows: readonly (readonly [string, string])[] = [
    ['home', `${status.home}, altinn-batch ${status.version}`],
    ...status.inboxes.map((one) => [one.path, waiting(one)] as const),
    ['in work', waiting(inWork)],
    ['today', batches(today.batches)],
    ['last success', lastBatch(status.lastSuccess, local)],
    ['last failure', lastBatch(status.lastFailure, local)],
    ['store', `${size(store.bytes)}, and ${size(store.walBytes)} of log`],
    ['free disk', freeDisk.map(({ folder, bytes }) => `${size(bytes)} for ${folder}`).join(', ')],
    ['at work', lock === null ? 'no run or watch' : `process ${lock.pid}`],
    ...status.expected.map((one) => ['expected', expected(one, local)] as const),
    ...status.daily.map(({ task, at, state }) => ['daily', `${task} ${at}: ${state}`] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}${value}`);
  if (status.healthy) return ['healthy', ...lines].join('\n');
  return ['NOT HEALTHY', ...status.reasons.map(({ text }) => `- ${text}`), ...lines].join('\n');
}

function waiting(some: {
  readonly files: number;
  readonly bytes: number;
  readonly oldestSeconds: number | null;
  readonly left?: number;
}): string {
  const left = some.left ? `; ${some.left} that no run takes` : '';
  if (some.files === 0) return `nothing${left}`;
  const files = some.files === 1 ? '1 file' : `${some.files} files`;
  return `${files}, ${size(some.bytes)}, the oldest for ${Math.floor(some.oldestSeconds ?? 0)} s${left}`;
}

function batches(counts: Status['today']['batches']): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return 'no batches';
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  const split = named.map(([status, count]) => `${count} ${status}`).join(', ');
  return `${total === 1 ? '1 batch' : `${total} batches`}: ${split}`;
}

function lastBatch(one: LastBatch | null, local: (utc: string) => string): string {
  if (one === null) return 'none yet';
  return `${local(one.at)}, batch ${one.batchId}, ${one.file ?? 'no longer kept'}${one.status === 'OK' ? '' : `, ${one.status}`}`;
}

function expected(
  { systemUserCode, format, by, state, lastAccepted }: Expected,
  local: (utc: string) => string,
): string {
  const what = format === null ? systemUserCode : `${systemUserCode} ${format}`;
  const last = lastAccepted === null ? 'none yet' : `the last ${local(lastAccepted)}`;
  return `${what} by ${by}: ${state} (${last})`;
}

/** 1,234,567 as `1.2 MB`. */
function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)), units.length - 1);
  return power === 0 ? `${bytes} B` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
