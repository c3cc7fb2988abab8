import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { applyPermissions, type Permissions } from '../config/permissions.js';
import { BackgroundSync } from './background-sync.js';
import { asIoFault } from './io-fault.js';
import { temporaryName } from './temporary-name.js';
import { writeChunks } from './write-chunks.js';

/** A file that is whole and on the disk, but has not got its name yet. */
export interface StagedFile {
  /**
   * Renames it into its place (replacing what was there) and fsyncs the folder. When that fails it is discarded.
   * @throws IoFault naming the path and the remedy
   */
  place(): void;
  /** Removes it, unless it has been placed. */
  discard(): void;
}

/**
 * Puts a whole file, or none, in the place of `path`: written and fsynced under a temporary name in the same folder, given
 * exactly these permissions, renamed (replacing what was there), and the folder fsynced. Chunks are encoded as UTF-8 one by one, so none
 * may end within a character. On any failure the temporary file is removed, `chunks` is closed, and an earlier file of that
 * name is as it was, unless only the last fsync failed.
 * @throws IoFault naming the path and the remedy, ConfigFault when the file can't be given to its user or group; what `chunks` itself throws comes through as it is.
 */
export function publishAtomically(path: string, chunks: Iterable<string>, given: Permissions | number): void {
  stageFile(path, chunks, given).place();
}

/** The first half of publishAtomically, for whoever has to make sure of something before the file gets its name. */
export function stageFile(path: string, chunks: Iterable<string>, given: Permissions | number): StagedFile {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path), process.pid));
  const orDiscard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      removeQuietly(temporary);
      throw asIoFault(error, 'write', path);
    }
  };
  orDiscard(() => writeWhole(temporary, chunks, given));
  let isPlaced = false;
  return {
    place() {
      orDiscard(() => renameSync(temporary, path));
      isPlaced = true;
      orDiscard(() => syncFolder(folder));
    },
    discard() {
      if (!isPlaced) removeQuietly(temporary);
    },
  };
}

function writeWhole(temporary: string, chunks: Iterable<string>, given: Permissions | number): void {
  // One of the same process id may have been left by an earlier process.
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    const sync = new BackgroundSync(temporary);
    try {
      applyPermissions(descriptor, given, dirname(temporary));
      writeChunks(descriptor, chunks, (bytes) => sync.onWritten(bytes));
    } finally {
      sync.close();
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The failure that led here is the one to report. */
function removeQuietly(temporary: string): void {
  try {
    rmSync(temporary, { force: true });
  } catch {}
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Some network file systems can't fsync a folder; there is nothing more that could be done then. */
function isUnsupported(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EINVAL' || error.code === 'ENOTSUP');
}
