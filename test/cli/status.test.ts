import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/watchkeeping/status.js';
import { runToStep } from '../crash/run-to-step.js';
import { tree } from '../intake/fresh-home.js';
import { altinnBatch, finished, jsonLines, startAltinnBatch, temporaryHome } from '../support/cli.js';
import { drop, intakeHome, put, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const file = (reference: string, ...more: string[]) => correspondences({ reference }, correspondence('M-1'), ...more);
const BAD = correspondence('M-2', { ServiceCode: 'NONE' });

async function statusOf(home: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await altinnBatch(['status', '--json', '--home', home, ...args]);
  const [status] = jsonLines<Status & Record<string, unknown>>(stdout);
  if (status === undefined) throw new Error(stderr);
  return { exitCode, status, codes: status.reasons.map(({ code }) => code) };
}

describe('status', () => {
  test('of a fresh home is healthy, says so to people and scripts, and makes nothing', async () => {
    const home = await temporaryHome();
    const before = tree(home);
    const { exitCode, stdout, stderr } = await altinnBatch(['status', '--home', home]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^healthy\nhome {10}.*, altinn-batch \d/);
    expect(stdout).toMatch(/^inbox {9}nothing\nin work {7}nothing\ntoday {9}no batches\nlast success {2}none yet$/m);
    expect(await altinnBatch(['status', '-q', '--home', home])).toMatchObject({ exitCode: 0, stdout: '' });
    expect(tree(home)).toEqual(before);
  });

  test('of a home that only has an inbox and a catalogue is healthy, too', async () => {
    expect(await statusOf(intakeHome())).toMatchObject({ exitCode: 0, codes: [] });
  });

  test('counts what waits and what came today, names the last success and failure, and leaves the store as it was', async () => {
    const home = intakeHome({ timeZone: 'UTC' });
    drop(home, 'good.xml', file('C-1'), 30);
    drop(home, 'half.xml', file('C-2', BAD), 20);
    drop(home, 'again.xml', file('C-1'), 10);
    await run(home);
    drop(home, 'next.xml', file('C-3'), 1_000_000);
    mkdirSync(join(home, 'inbox/folder.xml'));
    const { exitCode, status } = await statusOf(home);
    expect(exitCode).toBe(0);
    expect(status).toMatchObject({
      healthy: true,
      reasons: [],
      inboxes: [{ mailbox: null, path: 'inbox', files: 1, bytes: file('C-3').length, oldestFile: 'next.xml', left: 1 }],
      inWork: { files: 0, bytes: 0, oldestSeconds: null },
      today: {
        day: new Date().toISOString().slice(0, 10),
        batches: { OK: 1, ValidationFailed: 1, Rejected: 1, UnExpectedError: 0, unfinished: 0 },
      },
      lastSuccess: { batchId: 1, file: 'good.xml', status: 'OK' },
      lastFailure: { batchId: 3, file: 'again.xml', status: 'Rejected' },
      store: { bytes: statSync(join(home, 'data/altinn-batch.db')).size, walBytes: 0 },
      unpublishedReceipts: 0,
      unpublishedOutbound: 0,
      lock: null,
    });
    // What a sender says of a file's time is not how long it has waited here.
    expect(status.inboxes[0]?.oldestSeconds).toBeLessThan(900);
    expect(readdirSync(join(home, 'data')).filter((name) => name.startsWith('altinn-batch.db'))).toHaveLength(1);
    const text = await altinnBatch(['status', '--home', home]);
    expect(text.stdout).toMatch(/^today {9}3 batches: 1 OK, 1 ValidationFailed, 1 Rejected$/m);
  });

  test('names the process that holds the home, and is not kept waiting by whoever writes to the store', async () => {
    const home = intakeHome({ busyTimeoutSeconds: 0 });
    const child = startAltinnBatch(['watch', '--json', '--home', home]);
    const ended = finished(child);
    drop(home, 'a.xml', file('C-1'));
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    const writer = new Database(join(home, 'data/altinn-batch.db'));
    writer.exec('BEGIN IMMEDIATE');
    const { exitCode, status } = await statusOf(home);
    writer.close();
    expect([exitCode, status.lock]).toEqual([0, { pid: child.pid }]);
    child.kill('SIGTERM');
    expect((await ended).exitCode).toBe(0);
    expect((await statusOf(home)).status.lock).toBeNull();
  });

  test('ends with 69 and says why when files wait too long in the inbox or, of a run that was killed, in work', async () => {
    const home = intakeHome({ maxWaitingSeconds: 0 });
    drop(home, 'killed.xml', file('C-1'), 20);
    expect((await runToStep(home, { step: 'chunk' })).signal).toBe('SIGKILL');
    drop(home, 'waiting.xml', file('C-2'));
    const { exitCode, status, codes } = await statusOf(home);
    expect([exitCode, status.healthy, codes]).toEqual([69, false, ['inbox', 'work']]);
    expect(status.inWork.files).toBe(1);
    expect(status.today.batches.unfinished).toBe(1);
    const quiet = await altinnBatch(['status', '-q', '--home', home]);
    expect(quiet.exitCode).toBe(69);
    expect(quiet.stdout).toMatch(/^waiting\.xml has waited in inbox .*\nkilled\.xml has been in work for .*\n$/);
    await run(home);
    expect((await statusOf(home)).exitCode).toBe(0);
  });

  test('ends with 69 when nobody has done what the settings want done each day', async () => {
    const home = intakeHome({ timeZone: 'UTC', activateAt: '00:00', confirmationsAt: '23:59', maxWaitingSeconds: 0 });
    drop(home, 'a.xml', file('C-1'));
    await run(home);
    const { exitCode, status, codes } = await statusOf(home);
    expect([exitCode, codes]).toEqual([69, ['daily']]);
    expect(status.daily).toMatchObject([{ task: 'activateAt', state: 'overdue' }, { task: 'confirmationsAt' }]);
    const text = await altinnBatch(['status', '--home', home]);
    expect(text.stdout).toMatch(/^daily {9}activateAt 00:00: overdue$/m);
  });

  test('ends with 69 when the disk has too little room, an expected file is overdue, or the catalogue is broken', async () => {
    const home = intakeHome({
      minFreeBytes: Number.MAX_SAFE_INTEGER,
      expect: [{ systemUserCode: 'SKD', by: '00:00' }],
    });
    await run(home);
    put(home, 'services.json', '{');
    const { exitCode, codes, status } = await statusOf(home);
    expect([exitCode, codes]).toEqual([69, ['catalogue', 'disk', 'overdue']]);
    expect(status.expected).toMatchObject([{ systemUserCode: 'SKD', format: null, by: '00:00', state: 'overdue' }]);
    const text = await altinnBatch(['status', '--home', home]);
    expect(text.stdout).toMatch(/^NOT HEALTHY\n- .*services\.json.*\n- Too little disk at .*\n- No shipment of SKD /);
    expect(text.stdout).toMatch(/^expected {6}SKD by 00:00: overdue \(none yet\)$/m);
  });

  test('ends with 69 when the store is of another version, or no store', async () => {
    const home = intakeHome();
    await run(home);
    const store = join(home, 'data/altinn-batch.db');
    const sql = new Database(store);
    sql.pragma('user_version = 99');
    sql.close();
    const newer = await statusOf(home);
    expect([newer.exitCode, newer.codes]).toEqual([69, ['store']]);
    expect(newer.status.reasons[0]?.text).toContain('made by a newer version of altinn-batch (schema 99');
    writeFileSync(store, 'This is no database. '.repeat(100));
    expect(await statusOf(home)).toMatchObject({ exitCode: 69, codes: ['store'] });
  });
});
