import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { Store } from '../../src/store/store.js';
import { homeOfAllFormats } from '../crash/home-of-all-formats.js';
import { drop, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { aFailedItem, anError, anItem, openShipment, openStore, settle, temporaryFolder } from './fixture.js';

describe('the running totals', () => {
  test('are what counting the whole store gives, after a run over files of all formats, good, bad and refused', async () => {
    const home = homeOfAllFormats({ maxFailedItems: '40%' });
    await run(home);
    const mostlyBad = ['1', '2', '3'].map((name) => correspondence(name, { ServiceCode: 'NONE' }));
    drop(home, 'too-many.xml', correspondences({ reference: 'C-9' }, ...mostlyBad, correspondence('4')));
    drop(home, 'again.xml', correspondences({ reference: 'C-9' }, correspondence('5')));
    await run(home);
    const sql = openFile(join(home, 'data/altinn-batch.db'));
    const totals = totalsIn(sql);
    expect(totals).toStrictEqual(countedIn(sql));
    expect(totals.items.map(({ state }) => state)).toEqual(expect.arrayContaining(['accepted', 'failed', 'refused']));
    expect(totals.batches.map(({ status }) => status)).toEqual(expect.arrayContaining(['OK', 'Rejected']));
    expect(totals.issues.length).toBeGreaterThan(4);
  });

  test('of a store that was made before there were any are counted when it is brought up to date', async () => {
    const home = homeOfAllFormats();
    await run(home);
    const now = openFile(join(home, 'data/altinn-batch.db'));
    const file = join(temporaryFolder(), 'older.db');
    makeFirstVersion(file, join(home, 'data/altinn-batch.db'));
    Store.open(file, { busyTimeoutMs: 0, fileMode: 0o640 }).close();
    const migrated = openFile(file);
    expect(totalsIn(migrated)).toStrictEqual(totalsIn(now));
    expect(totalsIn(migrated)).toStrictEqual(countedIn(migrated));
  });

  test('rise only when a shipment is settled, in its transaction, and count an item that is accepted later as well', () => {
    const { store, sql } = openStore();
    const opened = openShipment(store, { format: 'subscription' });
    store.shipments.stage(opened.shipmentId, [anItem(1), aFailedItem(2)]);
    expect(store.totals.items()).toEqual([]);
    settle(store, opened);
    const items = () => Object.fromEntries(store.totals.items().map(({ state, items }) => [state, items]));
    expect(items()).toEqual({ accepted: 1, failed: 1, refused: 0 });
    sql.exec('UPDATE shipment SET accepted_items = 2, failed_items = 0');
    expect(items()).toEqual({ accepted: 2, failed: 1, refused: 0 });
  });

  test('of batches say by mailbox, format and status how many, how many bytes, and which was the last', () => {
    const { store } = openStore();
    const opened = openShipment(store, { format: 'altut' });
    store.batches.addIssues(opened.batchId, null, [anError('One.'), anError('Two.')], '2009-10-01T08:00:00.000Z');
    expect([store.totals.batches(), store.totals.issues()]).toEqual([[], []]);
    store.batches.setState(opened.batchId, 'committed', { format: 'altut', status: 'Rejected' });
    store.batches.setState(opened.batchId, 'published');
    const other = openShipment(store, { format: 'altut', reference: 'R-2' });
    store.batches.setState(other.batchId, 'committed', { format: 'altut', status: 'Rejected' });
    expect(store.totals.batches()).toMatchObject([
      { mailbox: null, format: 'altut', status: 'Rejected', batches: 2, bytes: 20, lastBatchId: other.batchId },
    ]);
    expect(store.totals.issues()).toEqual([{ code: 0, level: 'Error', issues: 2 }]);
  });
});

describe('durations', () => {
  test('add up over the attempts at a batch, and by format', () => {
    const { store, sql } = openStore();
    const { batchId } = openShipment(store);
    store.totals.addDurations(batchId, { claim: 0.5, read: 2 });
    store.batches.setState(batchId, 'committed', { format: 'subscription', status: 'OK' });
    store.totals.addDurations(batchId, { read: 1, commit: 0.25 });
    expect(sql.prepare('SELECT * FROM batch_duration').all()).toEqual([
      {
        batch_id: batchId,
        claim_seconds: 0.5,
        hook_seconds: 0,
        read_seconds: 3,
        commit_seconds: 0.25,
        publish_seconds: 0,
        archive_seconds: 0,
      },
    ]);
    expect(store.totals.stages()).toEqual([
      { format: null, stage: 'claim', seconds: 0.5 },
      { format: null, stage: 'read', seconds: 2 },
      { format: 'subscription', stage: 'commit', seconds: 0.25 },
      { format: 'subscription', stage: 'read', seconds: 1 },
    ]);
  });
});

function openFile(file: string): BetterSqlite3.Database {
  return new BetterSqlite3(file);
}

interface Totals {
  readonly batches: readonly Readonly<Record<string, unknown>>[];
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly issues: readonly unknown[];
}

function totalsIn(sql: BetterSqlite3.Database): Totals {
  return read(sql, [
    'SELECT mailbox, format, status, batches, bytes FROM batch_total ORDER BY 1, 2, 3',
    'SELECT format, state, items FROM item_total WHERE items > 0 ORDER BY 1, 2',
    'SELECT code, level, issues FROM issue_total ORDER BY 1, 2',
  ]);
}

function countedIn(sql: BetterSqlite3.Database): Totals {
  return read(sql, [
    `SELECT coalesce(mailbox, '') AS mailbox, coalesce(format, '') AS format, status, count(*) AS batches,
       sum(bytes) AS bytes FROM batch GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    'SELECT format, visible_item.state, count(*) AS items FROM visible_item GROUP BY 1, 2 ORDER BY 1, 2',
    'SELECT code, level, count(*) AS issues FROM issue GROUP BY 1, 2 ORDER BY 1, 2',
  ]);
}

function read(sql: BetterSqlite3.Database, queries: readonly [string, string, string]): Totals {
  const [batches, items, issues] = queries.map((query) => sql.prepare<[], Record<string, unknown>>(query).all());
  return { batches: batches ?? [], items: items ?? [], issues: issues ?? [] };
}

/** A store as the first migration makes it, with what is in a newer one. */
function makeFirstVersion(file: string, from: string): void {
  const first = fileURLToPath(new URL('../../src/store/migrations/001-intake.sql', import.meta.url));
  const sql = new BetterSqlite3(file);
  sql.pragma('page_size = 16384');
  sql.pragma('application_id = 0x414c4254');
  sql.exec(readFileSync(first, 'utf8'));
  sql.prepare('ATTACH ? AS newer').run(from);
  const tables = sql.prepare<[], string>(
    "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
  );
  sql.pragma('foreign_keys = OFF');
  for (const table of tables.pluck().all()) {
    const columns = sql.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table).join();
    sql.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
  }
  sql.pragma('user_version = 1');
  sql.close();
}
