import { join } from 'node:path';
import type { Home } from '../config/home.js';
import { makeFolder } from '../config/home.js';
import { acquireLock } from '../intake/lock.js';

/** Does work that only one process may do at a time, beside the intake. @throws LockedFault when another is at it */
export async function holdingPurgeLock<T>(home: Home, work: () => Promise<T>): Promise<T> {
  makeFolder(home.data, home.settings.folderMode);
  const explain = (holder: string, folder: string) =>
    `${holder} is purging or restoring ${folder}. Wait until it is done, then run the command again.`;
  const lock = await acquireLock(join(home.data, 'purge.lock'), 0, undefined, home.settings.fileMode, explain);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Does work for which no intake may be going on. @throws LockedFault when it is */
export async function holdingIntakeLock<T>(home: Home, work: () => Promise<T>): Promise<T> {
  makeFolder(home.data, home.settings.folderMode);
  const explain = (holder: string, folder: string) =>
    `${holder} is working on ${folder}: stop the service and its timers, then run the command again.`;
  const lock = await acquireLock(home.lock, home.settings.lockWaitSeconds, undefined, home.settings.fileMode, explain);
  try {
    return await work();
  } finally {
    lock.release();
  }
}
