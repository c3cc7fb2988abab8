import { renameSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Home } from '../config/home.js';
import { IoFault, UsageFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { isSameFile, linkOrMove, look, onDisk, removeIfThere, syncFile, syncFolder } from '../intake/file-system.js';
import { removeLeftovers } from '../receipts/leftovers.js';
import { temporaryName, writerOf } from '../receipts/temporary-name.js';
import { copyStore, proveWhole, requireStoreOfOurs } from '../store/store-copy.js';

export interface BackupResult {
  /** As it was named. */
  readonly backup: string;
  readonly bytes: number;
  /** The last migration that the store in it has seen. */
  readonly schema: number;
}

/**
 * Copies the store into a file, while runs go on. The file is there only when it is whole, proven and on the disk.
 * @throws UsageFault when the file may not be overwritten; IoFault, ConfigFault when it can't be written or the store is
 * damaged; the signal's reason
 */
export async function backup(
  home: Home,
  file: string,
  { force, signal }: { force: boolean; signal: AbortSignal },
): Promise<BackupResult> {
  const path = resolve(file);
  requireStore(home);
  requirePlace(home, path, file, force);
  const temporary = join(dirname(path), temporaryName(basename(path), process.pid));
  const { busyTimeoutSeconds, fileMode } = home.settings;
  removeLeftovers(dirname(path), (name) => name === temporaryName(basename(path), writerOf(name) ?? 0));
  try {
    await copyStore(home.store, temporary, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode, signal });
    proveWhole(temporary, home.store, 'Put an earlier backup in its place: altinn-batch restore FILE --force.');
    const schema = requireStoreOfOurs(temporary, home.store);
    syncFile(temporary);
    const bytes = statSync(temporary).size;
    if (force) onDisk('write', path, () => renameSync(temporary, path));
    else if (!onDisk('write', path, () => linkOrMove(temporary, path))) throw taken(file);
    return { backup: file, bytes, schema };
  } finally {
    for (const one of [temporary, `${temporary}-journal`]) removeIfThere(one);
    syncFolder(dirname(path));
  }
}

function requireStore(home: Home): void {
  if (look(home.store) !== null) return;
  throw new IoFault(`There is no store ${maskPersonNumbers(home.store)} yet: it is made by the first run.`);
}

function requirePlace(home: Home, path: string, file: string, force: boolean): void {
  const there = look(path);
  const name = maskPersonNumbers(file);
  if (there?.isDirectory()) throw new UsageFault(`${name} is a folder: name a file in it.`);
  if (isSameFile(there, look(home.store))) throw new UsageFault(`${name} is the store itself: name another file.`);
  if (look(dirname(path)) === null) throw new IoFault(`The folder of ${name} is not there: make it first.`);
  for (const beside of ['-wal', '-journal']) {
    if (look(path + beside) === null) continue;
    throw new UsageFault(`${name}${beside} lies beside it, so ${name} is a database in use: name another file.`);
  }
  if (there !== null && !force) throw taken(file);
}

function taken(file: string): UsageFault {
  return new UsageFault(
    `${maskPersonNumbers(file)} is there already: name another file, or overwrite it with --force.`,
  );
}
