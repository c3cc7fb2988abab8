import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openHome } from '../../src/config/home.js';
import { Fault } from '../../src/domain/faults.js';
import { backup as backupHome } from '../../src/keep/backup.js';
import { faultsOf } from '../store/fixture.js';
import { altinnBatch, type CliResult, finished, jsonLines, startAltinnBatch, temporaryFolder } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { damage } from './damage.js';

const SHORT = correspondences({ reference: 'SHORT' }, correspondence('M-1'));
const LONG = correspondences(
  { reference: 'LONG' },
  ...Array.from({ length: 3000 }, (_, index) =>
    correspondence(`M-${index}`, {}, { MessageBody: 'Brev. '.repeat(200) }),
  ),
);

function backup(home: string, ...args: string[]): Promise<CliResult> {
  return altinnBatch(['backup', '--json', '--home', home, ...args]);
}

/** Reads a copy as it is, without its being changed by that. */
function inCopy<T>(file: string, look: (copy: Database.Database) => T): T {
  const copy = new Database(file, { readonly: true });
  try {
    return look(copy);
  } finally {
    copy.close();
  }
}

test('backup copies the store while a run goes on: one file, whole, with the mode of the settings', async () => {
  const home = intakeHome({ fileMode: '0600', chunkItems: 20 });
  const folder = temporaryFolder();
  drop(home, 'long.xml', LONG);
  const intake = startAltinnBatch(['run', '--home', home]);
  const ended = finished(intake);
  while (stagedItems(home) === 0) await sleep(10);
  // Halted in the middle of whatever it does: so it can't be done before the backup is.
  intake.kill('SIGSTOP');

  const file = join(folder, 'copy.db');
  const { exitCode, stdout, stderr } = await backup(home, file);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const size = statSync(file).size;
  expect(jsonLines(stdout)).toEqual([{ backup: file, bytes: size, schema: expect.any(Number) }]);
  expect(stagedItems(home)).toBeLessThan(3000);
  intake.kill('SIGCONT');
  expect(statSync(file).mode & 0o7777).toBe(0o600);
  inCopy(file, (copy) => {
    expect(faultsOf(copy)).toEqual([]);
    const [counted, stated] = ['count(*) FROM item', 'sum(staged_items) FROM shipment'].map((what) =>
      copy.prepare(`SELECT ${what}`).pluck().get(),
    );
    expect(counted).toBeGreaterThan(0);
    expect(counted).toBe(stated);
  });
  expect(readdirSync(folder)).toEqual(['copy.db']);
  expect((await ended).exitCode).toBe(0);
  expect(query(home, 'SELECT count(*) AS n FROM item')).toEqual([{ n: 3000 }]);
});

test('backup overwrites nothing without --force, and never what is in use', async () => {
  const home = intakeHome();
  const folder = temporaryFolder();
  const file = join(folder, 'copy.db');
  const { signal } = new AbortController();
  await expect(backupHome(openHome(home), file, { force: false, signal })).rejects.toThrow('There is no store');
  drop(home, 'short.xml', SHORT);
  await run(home);
  writeFileSync(file, 'something');
  // Left by a backup that was killed; the other one is not ours.
  for (const name of ['.copy.db.tmp-999999999', '.other.db.tmp-999999999']) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'sub.db'));
  writeFileSync(join(folder, 'live.db-wal'), '');

  const refused: [name: string, exitCode: number, says: string][] = [
    ['copy.db', 64, 'is there already'],
    ['sub.db', 64, 'is a folder'],
    ['live.db', 64, 'is a database in use'],
    ['none/copy.db', 74, 'is not there: make it first'],
    [join(home, 'data/altinn-batch.db'), 64, 'is the store itself'],
  ];
  for (const [name, exitCode, says] of refused) {
    const force = name !== 'copy.db';
    const path = resolve(folder, name);
    const fault = await backupHome(openHome(home), path, { force, signal }).catch((error: unknown) => error);
    expect(fault, name).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ exitCode, message: expect.stringContaining(says) });
  }
  expect((await backup(home, file)).exitCode).toBe(64);
  expect(readFileSync(file, 'utf8')).toBe('something');

  expect((await backup(home, file, '--force')).exitCode).toBe(0);
  inCopy(file, (copy) => expect(copy.prepare('SELECT reference FROM shipment').pluck().all()).toEqual(['SHORT']));
  expect(readdirSync(folder).sort()).toEqual(['.other.db.tmp-999999999', 'copy.db', 'live.db-wal', 'sub.db']);
});

test('a store that is damaged is not copied: the command ends with 78 and says what to do', async () => {
  const home = intakeHome();
  const folder = temporaryFolder();
  drop(home, 'long.xml', LONG);
  await run(home);
  damage(join(home, 'data/altinn-batch.db'));
  const { exitCode, stderr } = await backup(home, join(folder, 'copy.db'));
  expect(exitCode).toBe(78);
  expect(stderr).toMatch(/damaged.*altinn-batch restore FILE --force/);
  expect(readdirSync(folder)).toEqual([]);
});

function stagedItems(home: string): number {
  try {
    return query<{ items: number | null }>(home, 'SELECT sum(staged_items) AS items FROM shipment')[0]?.items ?? 0;
  } catch {
    return 0;
  }
}
