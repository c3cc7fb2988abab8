import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { openHome } from '../../src/config/home.js';
import { Fault } from '../../src/domain/faults.js';
import { restore as restoreHome } from '../../src/keep/restore.js';
import { Store } from '../../src/store/store.js';
import { faultsOf } from '../store/fixture.js';
import { altinnBatch, finished, jsonLines, startAltinnBatch, temporaryFolder } from '../support/cli.js';
import { drop, furnish, intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { damage } from './damage.js';

const shipment = (reference: string) => correspondences({ reference }, correspondence('M-1'));
const references = (home: string) =>
  query<{ reference: string }>(home, 'SELECT reference FROM shipment ORDER BY id').map((one) => one.reference);
const dataOf = (home: string) =>
  readdirSync(join(home, 'data')).filter((name) => name.includes('.db') || name.includes('.tmp'));

async function take(home: string, reference: string): Promise<void> {
  drop(home, `${reference}.xml`, shipment(reference));
  expect((await run(home)).exitCode).toBe(0);
}

async function restore(home: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await altinnBatch(['restore', '--json', '--home', home, ...args]);
  return { exitCode, stderr, lines: jsonLines(stdout) };
}

/** A home with a backup of its first shipment, and a second one after that. Made once, and copied for each test. */
const template = mkdtempSync(join(tmpdir(), 'altinn-batch-restore-'));
afterAll(() => rmSync(template, { recursive: true, force: true }));

async function homeWithBackup(settings: object = {}) {
  if (readdirSync(template).length === 0) await makeTemplate();
  const folder = temporaryFolder();
  cpSync(template, folder, { recursive: true });
  const [home, file] = [join(folder, 'home'), join(folder, 'copy.db')];
  put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0, ...settings }));
  return { home, file };
}

async function makeTemplate(): Promise<void> {
  const home = join(template, 'home');
  furnish(home);
  await take(home, 'FIRST');
  expect((await altinnBatch(['backup', join(template, 'copy.db'), '--home', home])).exitCode).toBe(0);
  await take(home, 'SECOND');
}

describe('restore', () => {
  test('puts a backup in the place of the store, keeps that one beside it, and tells what came in between', async () => {
    const { home, file } = await homeWithBackup();
    const before = readFileSync(file);
    const refused = await restore(home, file);
    expect([refused.exitCode, refused.lines]).toEqual([64, []]);
    expect(refused.stderr).toContain('--force');
    expect(references(home)).toEqual(['FIRST', 'SECOND']);

    const { exitCode, lines, stderr } = await restore(home, file, '--force');
    expect(exitCode).toBe(0);
    const [done, ...unrecorded] = lines;
    expect(done).toEqual({
      restored: file,
      replaced: expect.stringMatching(/^data\/altinn-batch\.db\.replaced-\d{8}T\d{6}Z$/),
    });
    expect(unrecorded).toEqual([
      { file: expect.stringMatching(/^data\/archive\/[\d-]+\/SECOND\.xml$/), unrecorded: true },
    ]);
    expect(stderr).toContain('back into the inbox');
    const replaced = String(done?.replaced);
    expect(dataOf(home).sort()).toEqual(['altinn-batch.db', replaced.slice('data/'.length)]);
    expect(references(home)).toEqual(['FIRST']);
    expect(statSync(join(home, 'data/altinn-batch.db')).mode & 0o7777).toBe(0o640);
    expect(query(home, 'SELECT command, arguments FROM audit')).toEqual([
      { command: 'restore', arguments: JSON.stringify(['--json', '--home', home, file, '--force']) },
    ]);
    expect(readFileSync(file).equals(before)).toBe(true);
    const kept = new Database(join(home, replaced), { readonly: true });
    expect(kept.prepare('SELECT reference FROM shipment ORDER BY id').pluck().all()).toEqual(['FIRST', 'SECOND']);
    kept.close();

    const archived = join(home, String(unrecorded[0]?.file));
    copyFileSync(archived, join(home, 'inbox/SECOND.xml'));
    rmSync(archived);
    expect((await run(home)).shipments).toMatchObject([{ file: 'SECOND.xml', status: 'OK' }]);
    expect(references(home)).toEqual(['FIRST', 'SECOND']);
  });

  test('makes the store of a home that has lost it, or has a damaged one, whatever -wal file is left there', async () => {
    const { home, file } = await homeWithBackup();
    const store = join(home, 'data/altinn-batch.db');
    rmSync(store);
    writeFileSync(`${store}-wal`, 'frames of another store');
    expect(await restoreQuietly(home, file)).toEqual({ restored: file, replaced: null });
    expect(
      dataOf(home)
        .map((name) => name.replace(/\d{8}T\d{6}Z/, 'TIME'))
        .sort(),
    ).toEqual(['altinn-batch.db', 'altinn-batch.db.replaced-TIME-wal']);
    expect(references(home)).toEqual(['FIRST']);

    const garbage = 'no store at all, but much longer than a header would be '.repeat(100);
    for (const ending of ['', '-wal', '-shm']) rmSync(store + ending, { force: true });
    writeFileSync(store, garbage);
    expect((await run(home)).exitCode).toBe(78);
    const { replaced } = await restoreQuietly(home, file);
    expect(readFileSync(join(home, replaced ?? ''), 'utf8')).toBe(garbage);
    await take(home, 'THIRD');
    expect(references(home)).toEqual(['FIRST', 'THIRD']);
    const sql = new Database(store, { readonly: true });
    expect(faultsOf(sql)).toEqual([]);
    sql.close();
  });

  test('takes nothing but a whole store of a version that it knows, and leaves the one that is there', async () => {
    const { home, file } = await homeWithBackup();
    const folder = temporaryFolder();
    const copy = (name: string, change: (file: string) => void) => {
      const path = join(folder, name);
      copyFileSync(file, path);
      change(path);
      return path;
    };
    const sql =
      (...statements: string[]) =>
      (path: string) => {
        const db = new Database(path);
        for (const statement of statements) db.exec(statement);
        db.close();
      };
    const cases: [file: string, exitCode: number, says: RegExp][] = [
      [copy('text.db', (path) => writeFileSync(path, 'text '.repeat(1000))), 78, /is not a store of altinn-batch/],
      [copy('empty.db', (path) => writeFileSync(path, '')), 78, /is not a store of altinn-batch/],
      [copy('other.db', sql('PRAGMA application_id = 1')), 78, /is not a store of altinn-batch/],
      [copy('newer.db', sql('PRAGMA user_version = 999')), 78, /newer version.*999/],
      [copy('damaged.db', damage), 78, /is damaged/],
      [
        copy('torn.db', sql('PRAGMA foreign_keys = OFF', 'DELETE FROM shipment')),
        78,
        /is damaged \(a row of \w+ names/,
      ],
      [join(home, 'data/altinn-batch.db'), 64, /is the store itself/],
    ];
    for (const [path, exitCode, says] of cases) {
      const fault = await restoreQuietly(home, path).catch((error: unknown) => error);
      expect(fault, path).toBeInstanceOf(Fault);
      expect(fault).toMatchObject({ exitCode, message: expect.stringMatching(says) });
    }
    expect((await restore(home, join(folder, 'none.db'), '--force')).exitCode).toBe(74);
    expect(references(home)).toEqual(['FIRST', 'SECOND']);
    expect(dataOf(home).filter((name) => !/-(wal|shm)$/.test(name))).toEqual(['altinn-batch.db']);
  });

  test('waits for nobody: a home that is watched, or a store that is open, makes it end with 75', async () => {
    const { home, file } = await homeWithBackup({ busyTimeoutSeconds: 0.2 });
    const watch = startAltinnBatch(['watch', '--home', home]);
    const ended = finished(watch);
    const beside = await untilWatched(home, file);
    expect(beside.stderr).toContain('stop the service and its timers');
    watch.kill('SIGTERM');
    await ended;
    const reader = new Database(join(home, 'data/altinn-batch.db'));
    reader.prepare('SELECT count(*) FROM batch').get();
    const open = await restore(home, file, '--force');
    reader.close();
    expect([open.exitCode, open.stderr]).toEqual([75, expect.stringContaining('has the store')]);
    expect(references(home)).toEqual(['FIRST', 'SECOND']);
    expect((await restore(home, file, '--force')).exitCode).toBe(0);
  });

  test('brings the store of an older version up to date', async () => {
    const home = intakeHome();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'migrations'));
    const first = '001-intake.sql';
    copyFileSync(new URL(`../../src/store/migrations/${first}`, import.meta.url), join(folder, 'migrations', first));
    const file = join(folder, 'old.db');
    const sql = new Database(file);
    sql.pragma('application_id = 0x414c4254');
    sql.pragma('user_version = 1');
    sql.exec(readFileSync(join(folder, 'migrations', first), 'utf8'));
    sql.close();
    const { exitCode } = await restore(home, file);
    expect(exitCode).toBe(0);
    expect(dataOf(home)).toEqual(['altinn-batch.db']);
    const store = Store.open(join(home, 'data/altinn-batch.db'), { busyTimeoutMs: 1, fileMode: 0o640, readonly: true });
    store.close();
    await take(home, 'FIRST');
  });
});

/** In the test's own process, which is quicker. */
function restoreQuietly(home: string, file: string) {
  const { signal } = new AbortController();
  return restoreHome(openHome(home), file, { force: true, signal, onRestore: () => {}, onUnrecorded: () => {} });
}

/** Until the watch has its lock a restore gets it, and does no harm. */
async function untilWatched(home: string, file: string) {
  for (;;) {
    const outcome = await restore(home, file);
    if (outcome.exitCode === 75) return outcome;
  }
}
