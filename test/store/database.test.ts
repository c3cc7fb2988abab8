import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { ConfigFault, InternalFault, IoFault } from '../../src/domain/faults.js';
import { Database, type DatabaseOptions } from '../../src/store/database.js';
import { Store } from '../../src/store/store.js';
import { anItem, claimBatch, openShipment, openStore, settle, temporaryFolder } from './fixture.js';

const OPTIONS: DatabaseOptions = { busyTimeoutMs: 0, fileMode: 0o640 };

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function openDatabase(file: string, options: Partial<DatabaseOptions> = {}): Database {
  const db = Database.open(file, { ...OPTIONS, ...options });
  open.push(db);
  return db;
}

function pragma(db: Database, name: string): unknown {
  return db.prepareValue(`PRAGMA ${name}`).get();
}

describe('a new store', () => {
  test('is set up for large pages, a write-ahead log, foreign keys and giving space back', () => {
    const db = openDatabase(join(temporaryFolder(), 'altinn-batch.db'));
    const settings = ['page_size', 'journal_mode', 'foreign_keys', 'auto_vacuum', 'synchronous', 'temp_store'];
    expect(settings.map((name) => pragma(db, name))).toEqual([16384, 'wal', 1, 2, 1, 1]);
    expect(pragma(db, 'user_version')).toBe(3);
  });

  test('and its log files have exactly the mode of the settings, whatever the umask', () => {
    const folder = temporaryFolder();
    const umask = process.umask(0o077);
    try {
      openDatabase(join(folder, 'altinn-batch.db'), { fileMode: 0o660 });
    } finally {
      process.umask(umask);
    }
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o660, 0o660, 0o660]);
  });

  test('is one file again when it is closed', () => {
    const folder = temporaryFolder();
    const store = Store.open(join(folder, 'altinn-batch.db'), OPTIONS);
    claimBatch(store);
    store.close();
    expect(readdirSync(folder)).toEqual(['altinn-batch.db']);
  });
});

describe('an existing store', () => {
  test('is opened with all that it held, and not copied when there is nothing to migrate', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'altinn-batch.db');
    const first = Store.open(file, OPTIONS);
    const batchId = claimBatch(first);
    first.close();
    const again = openStore(file);
    expect(again.store.batches.unfinished().map((one) => one.id)).toEqual([batchId]);
    expect(readdirSync(folder).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('is copied beside itself before a migration', () => {
    const { file, migrations } = storeWithOneMigration();
    addMigration(migrations, '002-colour.sql', 'ALTER TABLE thing ADD COLUMN colour TEXT;');
    const db = openDatabase(file, { migrations });
    expect(db.prepare('SELECT * FROM thing').all()).toEqual([{ id: 7, colour: null }]);
    expect(pragma(db, 'user_version')).toBe(2);

    const copy = `${file}.before-2`;
    expect(statSync(copy).mode & 0o777).toBe(0o640);
    const before = new BetterSqlite3(copy, { readonly: true });
    open.push(before);
    expect(before.prepare('SELECT * FROM thing').all()).toEqual([{ id: 7 }]);
    expect(before.pragma('user_version', { simple: true })).toBe(1);
    expect(existsSync(`${copy}.tmp`)).toBe(false);
  });

  test('stays as it was when a migration fails, and the one before it stays done', () => {
    const { file, migrations } = storeWithOneMigration();
    addMigration(migrations, '002-colour.sql', 'ALTER TABLE thing ADD COLUMN colour TEXT;');
    addMigration(
      migrations,
      '003-broken.sql',
      'ALTER TABLE thing ADD COLUMN size TEXT; INSERT INTO nowhere VALUES (1);',
    );
    expect(() => Database.open(file, { ...OPTIONS, migrations })).toThrow(InternalFault);
    const db = new BetterSqlite3(file);
    open.push(db);
    expect(db.prepare('SELECT * FROM thing').all()).toEqual([{ id: 7, colour: null }]);
    expect(db.pragma('user_version', { simple: true })).toBe(2);
  });

  test('made by a newer version is a fault that says so, and is left as it is', () => {
    const { file, migrations } = storeWithOneMigration();
    const db = new BetterSqlite3(file);
    db.pragma('user_version = 9');
    db.close();
    for (const readonly of [false, true]) {
      const opening = () => Database.open(file, { ...OPTIONS, migrations, readonly });
      expect(opening).toThrow(ConfigFault);
      expect(opening).toThrow(/newer version .*schema 9, this version knows 1/);
    }
  });

  test('from an older version can not be opened only for reading', () => {
    const { file, migrations } = storeWithOneMigration();
    addMigration(migrations, '002-colour.sql', 'ALTER TABLE thing ADD COLUMN colour TEXT;');
    expect(() => Database.open(file, { ...OPTIONS, migrations, readonly: true })).toThrow(/altinn-batch run/);
  });

  test('opened only for reading can be read and not written', () => {
    const { file, store } = openStore();
    const opened = openShipment(store);
    store.shipments.stage(opened.shipmentId, [anItem(1)]);
    settle(store, opened);
    const reader = Store.open(file, { ...OPTIONS, readonly: true });
    open.push(reader);
    expect(reader.receipts.ofBatch(opened.batchId)).toHaveLength(1);
    expect(() => reader.batches.setState(opened.batchId, 'archived')).toThrow(IoFault);
  });

  test('opened only for reading leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'altinn-batch.db');
    Store.open(file, OPTIONS).close();
    const reader = Store.open(file, { ...OPTIONS, readonly: true });
    expect(reader.batches.unfinished()).toEqual([]);
    reader.close();
    expect(readdirSync(folder)).toEqual(['altinn-batch.db']);
  });

  test('with a gap in its migrations is our own fault', () => {
    const { file, migrations } = storeWithOneMigration();
    addMigration(migrations, '003-gap.sql', 'SELECT 1;');
    expect(() => Database.open(file, { ...OPTIONS, migrations })).toThrow(InternalFault);
  });
});

describe('what can not be opened', () => {
  test('another SQLite database is a fault of the settings', () => {
    const file = join(temporaryFolder(), 'other.db');
    const other = new BetterSqlite3(file);
    other.exec('CREATE TABLE t (a)');
    other.close();
    expect(() => Database.open(file, OPTIONS)).toThrow(ConfigFault);
    expect(() => Database.open(file, OPTIONS)).toThrow(/not a store of altinn-batch/);
  });

  test('a damaged file is a fault that names the copy to put back', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'altinn-batch.db');
    writeFileSync(file, 'This is no database. '.repeat(100));
    writeFileSync(`${file}.before-2`, '');
    expect(() => Database.open(file, OPTIONS)).toThrow(ConfigFault);
    expect(() => Database.open(file, OPTIONS)).toThrow(/backup.*altinn-batch\.db\.before-2/);
  });

  test('a missing folder, and a folder in the place of the file, are faults of the disk', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'altinn-batch.db'));
    expect(() => Database.open(join(folder, 'none', 'altinn-batch.db'), OPTIONS)).toThrow(IoFault);
    expect(() => Database.open(join(folder, 'altinn-batch.db'), OPTIONS)).toThrow(IoFault);
    expect(() => Database.open(join(folder, 'no.db'), { ...OPTIONS, readonly: true })).toThrow(IoFault);
    expect(existsSync(join(folder, 'no.db'))).toBe(false);
  });
});

describe('a transaction', () => {
  test('is undone whole by what it throws, joined ones included', () => {
    const { store } = openStore();
    const attempt = () =>
      store.transaction(() => {
        claimBatch(store);
        store.transaction(() => claimBatch(store));
        throw new Error('stop');
      });
    expect(attempt).toThrow('stop');
    expect(store.batches.unfinished()).toEqual([]);
    expect(store.transaction(() => claimBatch(store))).toBeGreaterThan(0);
  });

  test('is durable only where it is asked to be', () => {
    const db = openDatabase(join(temporaryFolder(), 'altinn-batch.db'));
    const synchronous = db.prepareValue('PRAGMA synchronous');
    expect(db.transaction(() => synchronous.get())).toBe(1);
    expect(db.durableTransaction(() => db.durableTransaction(() => synchronous.get()))).toBe(2);
    expect(() =>
      db.durableTransaction(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(synchronous.get()).toBe(1);
  });

  test('that is to be durable inside one that is not is our own fault', () => {
    const db = openDatabase(join(temporaryFolder(), 'altinn-batch.db'));
    expect(() => db.transaction(() => db.durableTransaction(() => 1))).toThrow(InternalFault);
  });

  test('that finds the store locked is a fault with a remedy', () => {
    const file = join(temporaryFolder(), 'altinn-batch.db');
    const db = openDatabase(file);
    const other = openDatabase(file);
    db.transaction(() => {
      expect(() => other.transaction(() => 1)).toThrow(IoFault);
      expect(() => other.transaction(() => 1)).toThrow(/locked.*busyTimeoutSeconds/);
    });
    expect(other.transaction(() => 1)).toBe(1);
  });

  test('that finds the disk full is a fault with a remedy, leaves nothing, and the next one can go on', () => {
    const db = openDatabase(join(temporaryFolder(), 'altinn-batch.db'));
    const pages = Number(pragma(db, 'page_count'));
    const insert = db.prepare<[string]>(
      "INSERT INTO catalogue_import (sha256, imported_at, service_owners, services) VALUES (?, '', 0, 0)",
    );
    db.exec(`PRAGMA max_page_count = ${pages + 10}`);
    const fill = () =>
      db.transaction(() => {
        for (let row = 0; row < 100; row++) insert.run('x'.repeat(10_000));
      });
    expect(fill).toThrow(IoFault);
    expect(fill).toThrow(/disk is full: free some space/);
    expect(db.prepareValue('SELECT count(*) FROM catalogue_import').get()).toBe(0);
    db.exec(`PRAGMA max_page_count = ${pages + 1000}`);
    fill();
    expect(db.prepareValue('SELECT count(*) FROM catalogue_import').get()).toBe(100);
  });
});

test('a fault of the store shows no person number', () => {
  const db = openDatabase(join(temporaryFolder(), 'altinn-batch.db'));
  expect(() => db.exec('SELECT "01010112345"')).toThrow(/010101\*{5}/);
});

function storeWithOneMigration(): { file: string; migrations: string } {
  const folder = temporaryFolder();
  const migrations = join(folder, 'migrations');
  mkdirSync(migrations);
  addMigration(migrations, '001-thing.sql', 'CREATE TABLE thing (id INTEGER PRIMARY KEY);');
  const file = join(folder, 'altinn-batch.db');
  const db = Database.open(file, { ...OPTIONS, migrations });
  db.exec('INSERT INTO thing (id) VALUES (7)');
  db.close();
  return { file, migrations };
}

function addMigration(folder: string, name: string, sql: string): void {
  writeFileSync(join(folder, name), sql);
}
