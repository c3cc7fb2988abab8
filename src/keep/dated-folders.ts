import { opendirSync, readdirSync, rmdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { errorCode, look, onDisk, syncFolder } from '../intake/file-system.js';
import type { Store } from '../store/store.js';

/** `data/archive/2024-01-31`, say. */
export interface DatedFolder {
  /** yyyy-MM-dd */
  readonly day: string;
  readonly path: string;
}

/** The dated folders in the archive, or among the rejected files, oldest first; none where there is no such folder. */
export function datedFolders(above: string): readonly DatedFolder[] {
  if (look(above) === null) return [];
  return onDisk('read the folder', above, () => readdirSync(above, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d{2}-\d{2}$/.test(entry.name))
    .map(({ name }) => ({ day: name, path: join(above, name) }))
    .sort((one, other) => (one.day < other.day ? -1 : 1));
}

/** The files in a dated folder that no batch is known to have brought, as paths relative to the home. */
export function* unrecordedFiles(root: string, store: Store, folder: DatedFolder): Generator<string> {
  const entries = onDisk('read the folder', folder.path, () => opendirSync(folder.path));
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      const path = relative(root, join(folder.path, entry.name));
      if (entry.isFile() && !store.purge.isOnRecord(path)) yield path;
    }
  } finally {
    entries.closeSync();
  }
}

/** Removes those that are empty; one that is not, or has just gone, is left. */
export function removeEmpty(above: string, folders: readonly DatedFolder[]): void {
  for (const { path } of folders) {
    onDisk('remove the folder', path, () => {
      try {
        rmdirSync(path);
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw error;
      }
    });
  }
  if (folders.length > 0) syncFolder(above);
}
