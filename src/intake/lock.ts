import { chmodSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IoFault, LockedFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import Database from '../store/sqlite.js';

/** The right to work on a home's inbox; nobody else has it until release. */
export interface Lock {
  /** Gives it up; a second call does nothing. */
  release(): void;
}

const RETRY_MS = 100;

/**
 * Takes the lock of a home: an exclusive transaction on an empty SQLite file. It is the system's lock on that file, so
 * it ends with the process however that ends, child processes never have it, and nothing has to be cleaned up.
 * Such locks go when any descriptor of the file is closed in the process: nothing else may ever open it.
 * @param waitSeconds how long to wait for another process to let go; 0 = not at all
 * @param signal ends the wait, by throwing its reason
 * @param explain the text when another process has it, with the remedy
 * @throws LockedFault when another process has it; IoFault when the file can't be made or locked
 */
export async function acquireLock(
  file: string,
  waitSeconds: number,
  signal?: AbortSignal,
  fileMode = 0o640,
  explain: (holder: string, folder: string) => string = explainIntake,
): Promise<Lock> {
  signal?.throwIfAborted();
  const deadline = performance.now() + waitSeconds * 1000;
  const database = openLockFile(file, fileMode);
  try {
    while (!tryLock(database, file)) {
      const left = deadline - performance.now();
      if (left <= 0) throw locked(file, explain);
      await sleep(Math.min(RETRY_MS, left), undefined, { signal }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return { release: () => void database.close() };
}

function openLockFile(file: string, fileMode: number): Database.Database {
  try {
    const database = new Database(file, { timeout: 0 });
    chmodSync(file, fileMode);
    return database;
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function tryLock(database: Database.Database, file: string): boolean {
  try {
    // Nothing is ever written, and with its journal in memory nothing is ever left behind either.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code)) return false;
    throw unusable(file, error);
  }
}

function locked(file: string, explain: (holder: string, folder: string) => string): LockedFault {
  const pid = lockHolder(file);
  const holder = pid === null ? 'Another process' : `Another process (pid ${pid})`;
  return new LockedFault(maskPersonNumbers(explain(holder, dirname(file))));
}

function explainIntake(holder: string, folder: string): string {
  return `${holder} is working on ${folder}. Wait until it is done, or say how long to wait for it with --wait SECONDS.`;
}

/** The first of the bytes that SQLite locks, in every database of any size. */
const SQLITE_PENDING_BYTE = 0x40000000;

/**
 * The process that has the lock; null when none has, and where the system doesn't tell: it does on Linux, of processes that
 * this one may see. It is not taken for that, nor its file opened.
 */
export function lockHolder(file: string): number | null {
  try {
    const { ino } = statSync(file);
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      // `1: POSIX  ADVISORY  WRITE 4711 fe:00:2154847 1073741824 1073742335`
      const [, type, , access, pid, where, start] = line.split(/\s+/);
      if (type !== 'POSIX' || access !== 'WRITE' || where?.split(':')[2] !== String(ino)) continue;
      if (Number(start) >= SQLITE_PENDING_BYTE && Number(pid) > 0) return Number(pid);
    }
  } catch {
    // No such list on this system.
  }
  return null;
}

function unusable(file: string, cause: unknown): IoFault {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new IoFault(
    maskPersonNumbers(
      `The lock file ${file} can't be used (${reason}). ` +
        'Give the account that runs altinn-batch the right to write there; ' +
        'if the file holds anything, stop altinn-batch and remove it: it must be empty.',
    ),
    { cause },
  );
}
