import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { finished, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const SETTINGS = { rescanSeconds: 0.1, chunkItems: 20 };

/** Long enough that the validating child is at work when its parent is killed. */
const LONG = correspondences(
  { reference: 'LONG' },
  ...Array.from({ length: 4000 }, (_, index) =>
    correspondence(`M-${index}`, {}, { MessageBody: 'Brev. '.repeat(300) }),
  ),
);
const SHORT = correspondences({ reference: 'SHORT' }, correspondence('M-1'));

it('lets one process work on a home: a second ends with 75 at once, or waits for the first as long as it is told', async () => {
  const home = intakeHome(SETTINGS);
  drop(home, 'short.xml', SHORT);
  const first = startAltinnBatch(['watch', '--home', home]);
  const firstEnded = finished(first);
  await until(() => readdirSync(join(home, 'inbox')).length === 0 && outbox(home).length === 1);

  const [second, watch] = await Promise.all([run(home), finished(startAltinnBatch(['watch', '--home', home]))]);
  expect([second.exitCode, watch.exitCode]).toStrictEqual([75, 75]);
  expect(second.stderr).toMatch(/Another process( \(pid \d+\))? is working on .*--wait SECONDS/);

  const waiting = startAltinnBatch(['run', '--wait', '60', '--home', home]);
  const stopped = startAltinnBatch(['run', '--wait', '60', '--home', home]);
  const ended = [finished(waiting), finished(stopped)] as const;
  await until(() => [waiting, stopped].every((child) => hasOpen(child.pid ?? 0, join(home, 'data', 'intake.lock'))));
  await sleep(500);
  expect([waiting.exitCode, stopped.exitCode]).toStrictEqual([null, null]);
  stopped.kill('SIGTERM');
  expect((await ended[1]).exitCode).toBe(143);
  drop(home, 'again.xml', SHORT.replace('SHORT', 'AGAIN'));
  await until(() => outbox(home).length === 2);
  first.kill('SIGTERM');
  expect((await firstEnded).exitCode).toBe(0);
  expect((await ended[0]).exitCode).toBe(0);
});

it('frees the home of a process that is killed in mid-file, and its validating child ends with it', async () => {
  const home = intakeHome(SETTINGS);
  drop(home, 'long.xml', LONG);
  const first = startAltinnBatch(['run', '--home', home]);
  const ended = finished(first);
  await until(() => stagedItems(home) > 0);
  const children = childrenOf(first.pid ?? 0);
  expect(children).toHaveLength(1);
  first.kill('SIGKILL');
  const [{ signal }, next] = await Promise.all([ended, run(home)]);
  expect(signal).toBe('SIGKILL');
  expect(next).toMatchObject({ exitCode: 0, shipments: [{ items: { total: 4000, accepted: 4000, failed: 0 } }] });
  await until(() => !children.some(isAlive));
});

function outbox(home: string): string[] {
  try {
    return readdirSync(join(home, 'outbox'));
  } catch {
    return [];
  }
}

function stagedItems(home: string): number {
  try {
    return query<{ items: number | null }>(home, 'SELECT sum(staged_items) AS items FROM shipment')[0]?.items ?? 0;
  } catch {
    // Not made yet.
    return 0;
  }
}

/** The test's own limit of time is the limit of this. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

/** The processes whose parent it is (Linux: field 4 of /proc/PID/stat, after the name in brackets). */
function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => statOf(pid)?.[1] === String(parent)).map(Number);
}

/** Whether a process has that file open: one that stands by for the lock does. */
function hasOpen(pid: number, file: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)) === file);
  } catch {
    // A descriptor was closed while it was looked at.
    return false;
  }
}

/** A zombie that nobody has waited for yet is dead, too. */
function isAlive(pid: number): boolean {
  const state = statOf(String(pid))?.[0];
  return state !== undefined && state !== 'Z';
}

function statOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    return undefined;
  }
}
