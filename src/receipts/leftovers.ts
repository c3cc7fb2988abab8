import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { asIoFault } from './io-fault.js';
import { writerOf } from './temporary-name.js';

/** A file that is being written changes all the time; one this old was left, even if its process id is in use again. */
const STALE_MILLISECONDS = 60 * 60 * 1000;

/**
 * Removes the temporary files that a killed process left in a folder, and returns their names. To be called while this
 * process publishes nothing itself. Throws IoFault when the folder can't be read or a file in it can't be removed.
 * @param isOurs which of them, in a folder that isn't ours alone
 */
export function removeLeftovers(folder: string, isOurs: (name: string) => boolean = () => true): readonly string[] {
  try {
    const leftovers = readdirSync(folder).filter((name) => isOurs(name) && isLeftover(folder, name));
    for (const name of leftovers) rmSync(join(folder, name), { force: true });
    return leftovers;
  } catch (error) {
    throw asIoFault(error, 'clear temporary files from', folder);
  }
}

function isLeftover(folder: string, name: string): boolean {
  const writer = writerOf(name);
  if (writer === null) return false;
  const found = lstatSync(join(folder, name), { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return false;
  return writer === process.pid || !isAlive(writer) || Date.now() - found.mtimeMs > STALE_MILLISECONDS;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Not allowed to signal it: it is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
