import { chmodSync } from 'node:fs';
import { ConfigFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { APPLICATION_ID } from './database.js';
import { newestMigration } from './migrate.js';
import BetterSqlite3 from './sqlite.js';
import { asStoreFault } from './store-fault.js';

export interface CopyOptions {
  readonly busyTimeoutMs: number;
  /** Of the copy. */
  readonly fileMode: number;
  /** Ends it early, by throwing its reason. */
  readonly signal: AbortSignal;
}

/**
 * Copies a store, as it is at the beginning, while others read and write it. The copy is one file, with no -wal beside it.
 * What is not whole when this throws is left to the caller to remove.
 * @throws IoFault, ConfigFault as asStoreFault says; the signal's reason
 */
export async function copyStore(from: string, to: string, options: CopyOptions): Promise<void> {
  const { busyTimeoutMs, fileMode, signal } = options;
  signal.throwIfAborted();
  await inStore(from, async () => {
    const source = new BetterSqlite3(from, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    try {
      // Without a transaction of its own around it, a copy begins again whenever somebody writes.
      source.exec('BEGIN');
      source.prepare('SELECT count(*) FROM sqlite_schema').get();
      await inStore(to, () =>
        source.backup(to, {
          progress() {
            signal.throwIfAborted();
            return PAGES_PER_STEP;
          },
        }),
      );
    } finally {
      source.close();
    }
  });
  await inStore(to, () => {
    const copy = new BetterSqlite3(to, { timeout: busyTimeoutMs });
    try {
      copy.pragma('journal_mode = DELETE');
    } finally {
      copy.close();
    }
    chmodSync(to, fileMode);
  });
}

/** 16 MiB: a signal is heard between two steps. */
const PAGES_PER_STEP = 1024;

/**
 * Looks at what a file says of itself: whether it is a store of ours, and of which version.
 * @param name how texts name it
 * @returns the number of the last migration applied to it
 * @throws ConfigFault when this version can't work with it
 */
export function requireStoreOfOurs(file: string, name: string): number {
  const what = maskPersonNumbers(name);
  const isNone = new ConfigFault(`${what} is not a store of altinn-batch: name a file that \`backup\` has made.`);
  return looking(file, isNone, (store) => {
    const version = Number(store.pragma('user_version', { simple: true }));
    if (version < 1 || store.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw isNone;
    if (version <= newestMigration()) return version;
    throw new ConfigFault(
      `${what} was made by a newer version of altinn-batch (schema ${version}, this version knows ${newestMigration()}): install that version.`,
    );
  });
}

/**
 * Reads all of a store, and proves that nothing in it is broken.
 * @param name how texts name it
 * @param remedy what to do when it is damaged
 * @throws ConfigFault saying what is wrong with it
 */
export function proveWhole(file: string, name: string, remedy: string): void {
  const isDamaged = (how: string) =>
    new ConfigFault(maskPersonNumbers(`${name} is damaged (${how.replace(/\s+/g, ' ')}). ${remedy}`));
  looking(file, isDamaged('it has no header'), (store) => {
    for (const fault of faultsIn(store)) throw isDamaged(fault);
  });
}

function looking<T>(file: string, isNoDatabase: ConfigFault, look: (store: BetterSqlite3.Database) => T): T {
  let store: BetterSqlite3.Database | null = null;
  try {
    store = new BetterSqlite3(file, { readonly: true, fileMustExist: true });
    return look(store);
  } catch (error) {
    const isNone = error instanceof BetterSqlite3.SqliteError && error.code === 'SQLITE_NOTADB';
    throw isNone ? isNoDatabase : asStoreFault(error, file);
  } finally {
    store?.close();
  }
}

function* faultsIn(store: BetterSqlite3.Database): Generator<string> {
  const integrity = store.prepare<[], string>('PRAGMA integrity_check(1)').pluck().get();
  if (integrity !== 'ok') yield integrity ?? 'integrity_check says nothing';
  const key = store.prepare<[], { table: string; parent: string }>('PRAGMA foreign_key_check').get();
  if (key !== undefined) yield `a row of ${key.table} names one of ${key.parent} that is not there`;
}

async function inStore<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreFault(error, file);
  }
}
