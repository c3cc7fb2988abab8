import { chownSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import type { Home } from '../config/home.js';
import { localDateTime } from '../domain/dates.js';
import { UsageFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { isSameFile, look, onDisk, removeIfThere, syncFile } from '../intake/file-system.js';
import { removeLeftovers } from '../receipts/leftovers.js';
import { temporaryName } from '../receipts/temporary-name.js';
import { newestMigration } from '../store/migrate.js';
import { Store } from '../store/store.js';
import { copyStore, proveWhole, requireStoreOfOurs } from '../store/store-copy.js';
import { datedFolders, unrecordedFiles } from './dated-folders.js';
import { holdingIntakeLock, holdingPurgeLock } from './locks.js';
import { replaceStore } from './set-aside.js';

export interface RestoreResult {
  /** As it was named. */
  readonly restored: string;
  /** Where the store that it replaced is kept, relative to the home; null when there was none. */
  readonly replaced: string | null;
}

export interface RestoreOptions {
  readonly force: boolean;
  readonly signal: AbortSignal;
  /** Enters it in the audit log of the restored store. */
  onRestore(store: Store, result: RestoreResult): void;
  /** Told each file in the archive, or among the rejected ones, that came after the backup: relative to the home. */
  onUnrecorded(path: string): void;
}

/**
 * Makes a backup the store of the home. The backup is proven first, and what is replaced is kept beside it.
 * @throws UsageFault when a store is there and may not be replaced; ConfigFault when the file is no backup that can be used;
 * LockedFault while an intake or a purge is going on; IoFault when the disk is at fault; the signal's reason
 */
export function restore(home: Home, file: string, options: RestoreOptions): Promise<RestoreResult> {
  return holdingIntakeLock(home, () => holdingPurgeLock(home, () => restoreLocked(home, file, options)));
}

async function restoreLocked(home: Home, file: string, options: RestoreOptions): Promise<RestoreResult> {
  requireLeave(home, file, options.force);
  const { busyTimeoutSeconds, fileMode } = home.settings;
  const busyTimeoutMs = busyTimeoutSeconds * 1000;
  const temporary = join(home.data, temporaryName(basename(home.store), process.pid));
  removeLeftovers(home.data);
  try {
    requireStoreOfOurs(resolve(file), file);
    await copyStore(resolve(file), temporary, { busyTimeoutMs, fileMode, signal: options.signal });
    proveWhole(temporary, file, 'Take another backup.');
    const keptAs = `${home.store}.replaced-${stamp(new Date())}`;
    const result = { restored: file, replaced: look(home.store) === null ? null : relative(home.root, keptAs) };
    makeCurrent(temporary, home, (store) => options.onRestore(store, result));
    replaceStore(home.store, temporary, keptAs, busyTimeoutMs);
    tellUnrecorded(home, options);
    return result;
  } finally {
    for (const ending of ['', '-journal', '-wal', '-shm', `.before-${newestMigration()}`]) {
      removeIfThere(temporary + ending);
    }
  }
}

function requireLeave(home: Home, file: string, force: boolean): void {
  const there = look(home.store);
  const name = maskPersonNumbers(file);
  if (isSameFile(look(resolve(file)), there)) throw new UsageFault(`${name} is the store itself: name a backup.`);
  if (there === null || force) return;
  throw new UsageFault(
    `There is a store already, ${maskPersonNumbers(home.store)}: --force replaces it, and keeps it beside the new one.`,
  );
}

/** Brings it up to date and has it tell where it came from, while nobody knows it yet. */
function makeCurrent(file: string, home: Home, enter: (store: Store) => void): void {
  const { busyTimeoutSeconds, fileMode } = home.settings;
  const store = Store.open(file, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode });
  try {
    store.transaction(() => enter(store));
  } finally {
    store.close();
  }
  // Root restores for the account that owns the folder.
  const { uid, gid } = statSync(home.data);
  if (process.getuid?.() === 0) onDisk('give its owner', file, () => chownSync(file, uid, gid));
  syncFile(file);
}

/** Files that came since the newest batch in the backup; what came before is known to it, or was put there by hand. */
function tellUnrecorded(home: Home, { onUnrecorded }: RestoreOptions): void {
  const { busyTimeoutSeconds, fileMode, timeZone } = home.settings;
  const store = Store.open(home.store, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode });
  try {
    const newest = store.batches.newestClaim();
    const from = newest === undefined ? '' : localDateTime(Date.parse(newest), timeZone).slice(0, 10);
    for (const above of [home.archive, home.rejected]) {
      for (const folder of datedFolders(above).filter(({ day }) => day >= from)) {
        for (const path of unrecordedFiles(home.root, store, folder)) onUnrecorded(path);
      }
    }
  } finally {
    store.close();
  }
}

/** 20240131T235959Z */
function stamp(now: Date): string {
  return `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
