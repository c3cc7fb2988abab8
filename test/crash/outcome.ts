import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { tree } from '../intake/fresh-home.js';

type Row = Readonly<Record<string, unknown>>;

/** All that came out of a home, but for what two runs can't have in common: ids and times. */
export interface Outcome {
  /** The rows of every table and view that holds shipments or what is in them. */
  readonly stored: Readonly<Record<string, readonly string[]>>;
  /** Receipts by their path in the outbox, one entry a file. */
  readonly receipts: readonly (readonly [name: string, xml: string])[];
  /** Everything else that lies in the home's folders. */
  readonly files: readonly string[];
}

/** Ids that say what they belong to are told by that; those that do not, and all times, go. */
const PASSING = new Set([
  ...[
    'id',
    'at',
    'message_group_id',
    'receipt_id',
    'last_batch_id',
    'acceptance',
    'work_key',
    'pid',
    'published_as',
    'last_changed',
    'modified_at',
  ],
  ...['sub_receipts_from', 'sub_receipts_dated'],
]);
/** Columns with the id of an item; a subscription's is that of the item that began it. */
const ITEMS = new Set(['item_id', 'item_id_before', 'replaced_by', 'subscription_id']);
const APART = /^(attempt|batch_duration|catalogue_import|sqlite_|service|stage_total)/;

export function outcomeOf(home: string): Outcome {
  // Before the store is opened: a reader makes its -wal and -shm files again.
  const files = filesIn(home);
  return { stored: storedIn(home), receipts: receiptsIn(home), files };
}

function storedIn(home: string): Outcome['stored'] {
  const store = new Database(join(home, 'data/altinn-batch.db'), { readonly: true });
  try {
    const rows = (sql: string) => store.prepare<[], Row>(sql).all();
    const batches = new Map(rows('SELECT id, file_name FROM batch').map((one) => [one.id, one.file_name]));
    const shipments = new Map(
      rows('SELECT id, batch_id, format FROM shipment').map((one) => [
        one.id,
        `${batches.get(one.batch_id)} ${one.format}`,
      ]),
    );
    const item = (id: unknown) => `${shipments.get(Math.floor(Number(id) / 1e9))} ${Number(id) % 1e9}`;
    const told = (table: string, name: string, value: unknown): unknown => {
      if (value === null) return null;
      if (name === 'batch_id') return batches.get(value);
      if (name === 'shipment_id') return shipments.get(value);
      if (ITEMS.has(name) || (name === 'id' && /item$|^subscription_schedule$/.test(table))) return item(value);
      if (PASSING.has(name) || name === 'at' || name.endsWith('_at')) return undefined;
      if (name === 'archived_as') return existsSync(join(home, String(value))) && withoutDate(String(value));
      if (name === 'reference_value') return undefined;
      return Buffer.isBuffer(value) ? value.toString('base64') : value;
    };
    const names = rows("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").map(({ name }) =>
      String(name),
    );
    return Object.fromEntries(
      names
        .filter((name) => !APART.test(name))
        .map((table) => [
          table,
          rows(`SELECT * FROM ${table}`)
            // Issues that a later try did not find again are history.
            .filter((row) => (row.outdated_at ?? null) === null)
            .map((row) =>
              JSON.stringify(
                Object.fromEntries(Object.entries(row).map(([name, value]) => [name, told(table, name, value)])),
              ),
            )
            .sort(),
        ]),
    );
  } finally {
    store.close();
  }
}

function receiptsIn(home: string): Outcome['receipts'] {
  return tree(join(home, 'outbox'))
    .filter((path) => !path.endsWith('/'))
    .map((name) => [name.replace(/\.\d+(\.\w+\.xml)$/, '$1'), anonymous(home, name)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

function anonymous(home: string, name: string): string {
  return readFileSync(join(home, 'outbox', name), 'utf8')
    .replace(/<((?:Parent)?ReceiptId|LastChanged)>[^<]*</g, '<$1><')
    .replace(/(BatchReference|ReceiversReference)(<\/ReferenceTypeName>\s*<ReferenceValue>)\d+</g, '$1$2<')
    .replace(/timeReceived="[^"]*"/, 'timeReceived=""');
}

function filesIn(home: string): string[] {
  return tree(home)
    .filter((path) => !path.startsWith('outbox/'))
    .map(withoutDate)
    .sort();
}

function withoutDate(path: string): string {
  return path.replace(/\d{4}-\d\d-\d\d/, 'DATE');
}
