import { constants, copyFileSync, linkSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { LockedFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { look, onDisk, removeIfThere, syncFile, syncFolder } from '../intake/file-system.js';
import BetterSqlite3 from '../store/sqlite.js';
import { asStoreFault } from '../store/store-fault.js';

/**
 * Puts a whole store in the place of another one, which is kept under a name beside it. Killed at any point, one of them is in
 * that place. A damaged store is moved as it is, with its -wal file; any other is first closed down, so that it is one file.
 * @throws LockedFault when somebody has the store open; IoFault when the disk is at fault
 */
export function replaceStore(store: string, by: string, keptAs: string, busyTimeoutMs: number): void {
  const old = look(store) === null ? null : closeDown(store, busyTimeoutMs);
  try {
    if (look(store) !== null) onDisk('keep', store, () => linkOrCopy(store, keptAs));
    // Left beside the new store, it would be taken for its own.
    moveIfThere(`${store}-wal`, `${keptAs}-wal`);
    removeIfThere(`${store}-shm`);
    onDisk('write', store, () => renameSync(by, store));
    syncFolder(dirname(store));
  } finally {
    old?.close();
  }
}

/**
 * Brings all that is in the -wal file into the store and keeps everybody out of it, until it is closed.
 * @returns null when it is damaged
 */
function closeDown(store: string, busyTimeoutMs: number): BetterSqlite3.Database | null {
  let db: BetterSqlite3.Database | null = null;
  try {
    db = new BetterSqlite3(store, { timeout: busyTimeoutMs });
    db.pragma('locking_mode = EXCLUSIVE');
    if (db.pragma('journal_mode = DELETE', { simple: true }) !== 'delete') throw inUse(store);
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db?.close();
    const code = error instanceof BetterSqlite3.SqliteError ? error.code : '';
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return null;
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw inUse(store, error);
    throw asStoreFault(error, store);
  }
}

function inUse(store: string, cause?: unknown): LockedFault {
  return new LockedFault(
    `Another process has the store ${maskPersonNumbers(store)} open: wait until it is done, then run the command again.`,
    { cause },
  );
}

/** The store must not be gone from its place for a moment: whoever came then would make a new one. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    syncFile(to);
  }
}

function moveIfThere(from: string, to: string): void {
  if (look(from) !== null) onDisk('move', from, () => renameSync(from, to));
}
