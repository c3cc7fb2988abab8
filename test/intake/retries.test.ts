import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { altinnBatch, builtModule, finished, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import {
  correspondence,
  correspondences,
  ORGANISATION,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { told } from '../support/told.js';

const RETRYING = { retries: 20, retryBackoffSeconds: 0.05, rescanSeconds: 0.1 };
const file = (reference: string) => correspondences({ reference }, correspondence('M-1'));
const outcomes = (home: string) =>
  query<{ outcome: string }>(home, 'SELECT DISTINCT outcome FROM attempt ORDER BY id').map(({ outcome }) => outcome);

function start(home: string, command: 'run' | 'watch') {
  const child = startAltinnBatch([command, '--home', home]);
  return { child, says: told(child), ended: finished(child) };
}

/** A connection of somebody else's that keeps the store from being written. */
function lockedStore(home: string): { release(): void } {
  const other = new Database(join(home, 'data/altinn-batch.db'));
  other.exec('BEGIN IMMEDIATE');
  const release = () => other.close();
  onTestFinished(() => void release());
  return { release };
}

describe('a fault that passes', () => {
  test('a store that another process keeps locked: the run goes on once it lets go', async () => {
    const home = intakeHome({ ...RETRYING, busyTimeoutSeconds: 0 });
    await run(home);
    const lock = lockedStore(home);
    drop(home, 'x.xml', file('C-1'));
    const { says, ended } = start(home, 'run');
    await says.until(/x\.xml: The store .*database is locked.*Trying again in 0\.1 s \(2 of 20\)/);
    lock.release();
    expect(await ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^x\.xml .* OK /m) });
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(1);
  });

  test('an outbox that is taken away and comes back: the committed file gets its receipt, once', async () => {
    const home = intakeHome(RETRYING);
    const { child, says, ended } = start(home, 'watch');
    drop(home, 'first.xml', file('C-0'));
    await archived(home, 1);
    rmSync(join(home, 'outbox'), { recursive: true });
    writeFileSync(join(home, 'outbox'), '');
    drop(home, 'x.xml', file('C-1'));
    await says.until(/x\.xml: Could not write .*outbox.*Trying again in 0\.05 s \(1 of 20\)/);
    rmSync(join(home, 'outbox'));
    mkdirSync(join(home, 'outbox'));
    await archived(home, 2);
    child.kill('SIGTERM');
    expect((await ended).exitCode).toBe(0);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(1);
    expect(outcomes(home)).toStrictEqual(['done', 'interrupted']);
    expect(query(home, "SELECT reference, accepted_items AS n FROM shipment WHERE state = 'accepted'")).toStrictEqual([
      { reference: 'C-0', n: 1 },
      { reference: 'C-1', n: 1 },
    ]);
  });

  test('a file size limit that is raised: the file is read on from its last chunk', async () => {
    const home = intakeHome({ ...RETRYING, chunkItems: 10 });
    const items = Array.from({ length: 400 }, (_, index) =>
      correspondence(`M-${index}`, {}, { MessageBody: 'Brev. '.repeat(1700) }),
    );
    drop(home, 'bulky.xml', correspondences({ reference: 'C-1' }, ...items));
    const main = fileURLToPath(builtModule('cli/main.js'));
    const limited = ['-c', 'ulimit -S -f 3000; exec "$@"', 'bash', process.execPath, main, 'run', '--home', home];
    const child = spawn('bash', limited, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = finished(child);
    await told(child).until(/bulky\.xml: The store .*Trying again/);
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
    expect(await ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^bulky\.xml .* OK +400\/400 /m) });
    expect(outcomes(home)).toStrictEqual(['interrupted', 'done']);
  });

  test('a validating child that dies is replaced in the same run', async () => {
    const home = intakeHome({ ...RETRYING, chunkItems: 50, maxKilledAttempts: 1 });
    const items = Array.from({ length: 8_000 }, () => subscriptionItem());
    drop(home, 'long.xml', serviceOwner(subscriptionPart({ reference: 'S-1' }, reportee(ORGANISATION, ...items))));
    const { child, says, ended } = start(home, 'run');
    while (stagedItems(home) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGKILL');
    await says.until(/long\.xml: The validating child process ended .*Trying again/);
    expect(await ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^long\.xml .* OK +8000\/8000 /m) });
    expect(outcomes(home)).toStrictEqual(['interrupted', 'done']);
  });
});

describe('a fault that stays', () => {
  test('is tried again as often as `retries` says, and then ends the run with 74; the next one goes on', async () => {
    const home = intakeHome({ retries: 2, retryBackoffSeconds: 0.01, busyTimeoutSeconds: 0, maxKilledAttempts: 1 });
    await run(home);
    const lock = lockedStore(home);
    drop(home, 'x.xml', file('C-1'));
    const { exitCode, stdout, stderr } = await altinnBatch(['run', '--home', home]);
    expect({ exitCode, stdout }).toStrictEqual({ exitCode: 74, stdout: '' });
    expect(stderr.match(/Trying again in (0\.\d+) s \(\d of 2\)/g)).toStrictEqual([
      'Trying again in 0.01 s (1 of 2)',
      'Trying again in 0.02 s (2 of 2)',
    ]);
    expect(stderr).toMatch(/altinn-batch: The store .*locked/);
    lock.release();
    expect((await run(home)).shipments).toMatchObject([{ file: 'x.xml', status: 'OK' }]);
  });

  test('does not hold up a signal: the run ends at once, and the next one goes on', async () => {
    const home = intakeHome({ retries: 1, retryBackoffSeconds: 3600, busyTimeoutSeconds: 0 });
    await run(home);
    const lock = lockedStore(home);
    drop(home, 'x.xml', file('C-1'));
    const { child, says, ended } = start(home, 'run');
    await says.until(/x\.xml: .*Trying again in 300 s/);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({
      exitCode: 143,
      stderr: expect.stringContaining('The next run goes on from here'),
    });
    lock.release();
    expect((await run(home)).shipments).toMatchObject([{ file: 'x.xml', status: 'OK' }]);
  });

  test('wrong settings and catalogues are none: they are told at once', async () => {
    const home = intakeHome({ retries: 100, retryBackoffSeconds: 3600 });
    writeFileSync(join(home, 'services.json'), '{');
    expect((await run(home)).exitCode).toBe(78);
  });
});

async function archived(home: string, batches: number): Promise<void> {
  while (number(home, "SELECT count(*) AS number FROM batch WHERE state = 'archived'") < batches) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function stagedItems(home: string): number {
  return number(home, 'SELECT sum(staged_items) AS number FROM shipment');
}

function number(home: string, sql: string): number {
  try {
    return query<{ number: number | null }>(home, sql)[0]?.number ?? 0;
  } catch {
    // The store is not made yet.
    return 0;
  }
}

function childrenOf(pid: number | undefined): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return list === '' ? [] : list.split(' ').map(Number);
}
