import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type BetterSqlite3 from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { anItem, openShipment, openStore, settle } from './fixture.js';

describe('the schema', () => {
  test('that the migrations make is the committed one (on purpose? `npx vitest run test/store/schema.test.ts -u`)', async () => {
    const { sql } = openStore();
    await expect(dump(sql)).toMatchFileSnapshot('schema.sql');
  });

  test('is described in docs/database.md: every table and view under its own heading, with every column', () => {
    const { sql } = openStore();
    const docs = readFileSync(fileURLToPath(new URL('../../docs/database.md', import.meta.url)), 'utf8');
    const sections = new Map(docs.split(/^#{2,3} /m).map((section) => [/^`(\w+)`\n/.exec(section)?.[1], section]));
    const missing = tables(sql).flatMap((table) => {
      const section = sections.get(table);
      if (section === undefined) return [table];
      return columns(sql, table)
        .filter((column) => !section.includes(`\`${column}\``))
        .map((column) => `${table}.${column}`);
    });
    expect(missing).toEqual([]);
    const described = [...sections.keys()].filter((name) => name !== undefined);
    expect(described.sort()).toEqual(tables(sql).sort());
  });

  test('has only STRICT tables', () => {
    const { sql } = openStore();
    const loose = sql
      .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0")
      .pluck()
      .all();
    expect(loose.filter((name) => !String(name).startsWith('sqlite_'))).toEqual([]);
  });
});

describe('the query plans', () => {
  test('look up every foreign key by an index when a row that it may name is deleted', () => {
    const { sql } = openStore();
    const scans: string[] = [];
    for (const table of tables(sql)) {
      for (const key of foreignKeys(sql, table)) {
        const where = key.map((column) => `${column} = ?`).join(' AND ');
        const plan = planOf(sql, `SELECT 1 FROM ${table} WHERE ${where}`);
        if (plan.some((step) => step.startsWith('SCAN')))
          scans.push(`${table} (${key.join(', ')}): ${plan.join('; ')}`);
      }
    }
    expect(scans).toEqual([]);
  });

  test('of no statement go through all rows of a table that grows', () => {
    const { store, sql } = openStore();
    const opened = openShipment(store, { format: 'prefill' });
    store.shipments.stage(opened.shipmentId, [anItem(1)]);
    settle(store, opened);
    sql.exec(
      `CREATE TEMP TABLE repeated_reference (item_id INTEGER PRIMARY KEY, line, position, reference, first_line);
       CREATE TEMP TABLE expired_date (date TEXT PRIMARY KEY) WITHOUT ROWID;
       CREATE TEMP TABLE expired_item (item_id INTEGER PRIMARY KEY, date);`,
    );

    const scans = store.statements.flatMap((statement) =>
      planOf(sql, statement)
        .filter((step) => step.startsWith('SCAN') && !MAY_BE_SCANNED.some((allowed) => step.startsWith(allowed)))
        .map((step) => `${step} in ${statement}`),
    );
    expect(scans).toEqual([]);
    expect(store.statements.length).toBeGreaterThan(50);
  });

  test("of the log's listings and searches come in order from an index, so that they end when they have enough", () => {
    const { store, sql } = openStore();
    const listings = store.statements.filter((statement) => statement.includes('LIMIT @limit'));
    const sorting = listings.filter((statement) => planOf(sql, statement).some((step) => step.includes('TEMP B-TREE')));
    expect(listings.length).toBeGreaterThan(30);
    // Names that begin with something come by name: the newest of them take a look at all of them. So do messages of a
    // reportee, or with a reference: few, that are found by the keys of items.
    const ofKey = sorting.filter((statement) => /FROM item_by_\w+ CROSS JOIN message_status/.test(statement));
    expect(ofKey).toHaveLength(4);
    expect(sorting.filter((statement) => !ofKey.includes(statement))).toEqual([
      expect.stringContaining('batch.file_name >= @prefix'),
    ]);
  });
});

const MAY_BE_SCANNED = [
  // One row: the newest.
  'SCAN receipt',
  'SCAN catalogue_import',
  // The few batches that are not archived, and their shipments.
  'SCAN batch USING INDEX batch_unfinished',
  'SCAN shipment USING COVERING INDEX shipment_staged',
  // Empty but while items are being tried again.
  'SCAN retry_item',
  // A row for each number that was ever set by hand.
  'SCAN sequence_override USING COVERING INDEX',
  // The few batches that go out and are not in the outbox.
  'SCAN outbound_batch USING INDEX outbound_batch_unpublished',
  // What activating subscriptions has made and not sent out yet.
  'SCAN form_task_instance USING INDEX form_task_instance_to_send',
  // The senders of messages and their services: a few rows, however many messages there are.
  'SCAN message_group',
  // The running totals: a few rows, however large the store is.
  'SCAN batch_total',
  'SCAN item_total',
  'SCAN issue_total',
  'SCAN stage_total',
  // The catalogue is read and replaced whole.
  'SCAN service',
  // One row for each kind.
  'SCAN purge_count',
  // What the purge has just gathered is thrown away.
  'SCAN expired_date',
  'SCAN expired_item',
  // What the query itself has just made.
  'SCAN CONSTANT ROW',
  'SCAN (subquery',
  'SCAN now',
];

function dump(sql: BetterSqlite3.Database): string {
  const statements = sql
    .prepare<[], string>(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )
    .pluck()
    .all();
  return statements.map((statement) => `${statement};\n`).join('\n');
}

function tables(sql: BetterSqlite3.Database): string[] {
  return sql
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();
}

function columns(sql: BetterSqlite3.Database, table: string): string[] {
  return sql.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table);
}

function foreignKeys(sql: BetterSqlite3.Database, table: string): string[][] {
  const keys = new Map<number, string[]>();
  const rows = sql
    .prepare<[string], { id: number; from: string }>(
      'SELECT id, "from" FROM pragma_foreign_key_list(?) ORDER BY id, seq',
    )
    .all(table);
  for (const { id, from } of rows) keys.set(id, [...(keys.get(id) ?? []), from]);
  return [...keys.values()];
}

function planOf(sql: BetterSqlite3.Database, statement: string): string[] {
  const rows = sql.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`);
  const byName = Object.fromEntries([...statement.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]));
  const byPlace = [...statement].filter((letter) => letter === '?').map(() => null);
  const values = Object.keys(byName).length === 0 ? byPlace : [...byPlace, byName];
  return rows.all(...values).map((row) => row.detail);
}
