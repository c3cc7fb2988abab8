import { accessSync, constants } from 'node:fs';

const MEMORY = '/dev/shm';

/** Has the temporary folders that are made meanwhile lie in memory where the system has room there: no fsync takes time. */
export function inMemory<T>(make: () => T): T {
  const before = process.env.TMPDIR;
  if (isWritable()) process.env.TMPDIR = MEMORY;
  try {
    return make();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

function isWritable(): boolean {
  try {
    accessSync(MEMORY, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
