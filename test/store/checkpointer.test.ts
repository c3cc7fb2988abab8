import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import BetterSqlite3 from '../../src/store/sqlite.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import { PERSON, reportee, serviceOwner, subscriptionItem, subscriptionPart } from '../support/submissions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

// The compiled one, since a thread is started from a file.
const { Checkpointer } = (await import(
  new URL('../../dist/store/checkpointer.js', import.meta.url).href
)) as typeof import('../../src/store/checkpointer.js');

/** A store whose log SQLite never copies by itself, with some rows in the log. */
function storeWithLog(): { file: string; db: BetterSqlite3.Database; rowsCopied(): number } {
  const file = join(temporaryFolder(), 'a.db');
  const db = new BetterSqlite3(file);
  db.pragma('journal_mode = WAL');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE a (b)');
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.exec('INSERT INTO a VALUES (1), (2), (3)');
  const rowsCopied = () => {
    const copy = join(temporaryFolder(), 'without-log.db');
    copyFileSync(file, copy);
    return new BetterSqlite3(copy).prepare<[], number>('SELECT count(*) FROM a').pluck().get() ?? 0;
  };
  return { file, db, rowsCopied };
}

test('after some chunks the log is copied into the store, whose owner goes on and leaves no log', async () => {
  const { file, db, rowsCopied } = storeWithLog();
  const checkpointer = new Checkpointer(file);
  for (let chunk = 0; chunk < 8; chunk++) checkpointer.onChunk();
  db.exec('INSERT INTO a VALUES (4)');
  await checkpointer.close();
  expect(rowsCopied()).toBeGreaterThanOrEqual(3);
  db.close();
  expect(rowsCopied()).toBe(4);
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test('a few chunks and their commit start no thread', async () => {
  const { file, db, rowsCopied } = storeWithLog();
  const checkpointer = new Checkpointer(file);
  for (let chunk = 0; chunk < 7; chunk++) checkpointer.onChunk();
  checkpointer.onCommit();
  await checkpointer.close();
  expect(rowsCopied()).toBe(0);
  db.close();
});

test('what it can not do it leaves to others', async () => {
  const checkpointer = new Checkpointer(join(temporaryFolder(), 'none.db'));
  for (let chunk = 0; chunk < 16; chunk++) checkpointer.onChunk();
  await checkpointer.close();
  checkpointer.onChunk();
  await checkpointer.close();
});

test('a run of many chunks ends with the store in one file', async () => {
  const home = intakeHome({ chunkItems: 1 });
  const items = Array.from({ length: 40 }, () => subscriptionItem());
  drop(home, 'file.xml', serviceOwner(subscriptionPart({ reference: 'MANY' }, reportee(PERSON, ...items))));
  const { exitCode } = await run(home);
  expect(exitCode).toBe(0);
  expect(existsSync(join(home, 'data/altinn-batch.db-wal'))).toBe(false);
  expect(query(home, 'SELECT count(*) AS items FROM visible_subscription')).toStrictEqual([{ items: 40 }]);
});
