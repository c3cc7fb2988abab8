import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { applyPermissions, type Permissions } from '../config/permissions.js';
import { asIoFault } from './io-fault.js';
import { temporaryName } from './temporary-name.js';
import { writeChunks } from './write-chunks.js';

/**
 * Puts a whole file, or none, in the place of `path`: written and fsynced under a temporary name in the same folder, given
 * exactly these permissions, renamed (replacing what was there), and the folder fsynced. Chunks are encoded as UTF-8 one by one, so none
 * may end within a character. On any failure the temporary file is removed, `chunks` is closed, and an earlier file of that
 * name is as it was, unless only the last fsync failed.
 * @throws IoFault naming the path and the remedy, ConfigFault when the file can't be given to its user or group; what `chunks` itself throws comes through as it is.
 */
export function publishAtomically(path: string, chunks: Iterable<string>, given: Permissions | number): void {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path), process.pid));
  try {
    try {
      writeWhole(temporary, chunks, given);
      renameSync(temporary, path);
    } catch (error) {
      removeQuietly(temporary);
      throw error;
    }
    syncFolder(folder);
  } catch (error) {
    throw asIoFault(error, 'write', path);
  }
}

function writeWhole(temporary: string, chunks: Iterable<string>, given: Permissions | number): void {
  // One of the same process id may have been left by an earlier process.
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    applyPermissions(descriptor, given, dirname(temporary));
    writeChunks(descriptor, chunks);
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
