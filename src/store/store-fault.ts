import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { ConfigFault, Fault, InternalFault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';

/**
 * What SQLite or the file system threw under the store, as a Fault with a remedy: trouble with the disk or the lock is an
 * IoFault, a damaged file a ConfigFault that names the copies beside it, all else of SQLite's an InternalFault.
 * Anything that is neither's comes back as it is.
 */
export function asStoreFault(error: unknown, file: string): unknown {
  if (error instanceof Fault) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  const what = `The store ${file}: ${maskPersonNumbers(messageOf(error))} (${code}).`;
  const cause = { cause: error };
  if (isCode(code, DAMAGED)) return new ConfigFault(`${what} The file is damaged. ${restoreHint(file)}`, cause);
  for (const [codes, remedy] of DISK_TROUBLE) {
    if (isCode(code, codes)) return new IoFault(`${what} ${remedy}, then run again.`, cause);
  }
  if (error instanceof BetterSqlite3.SqliteError) {
    return new InternalFault(`${what} This is a fault of altinn-batch: report it with this message.`, cause);
  }
  return new IoFault(`${what} See to that disk and folder, then run again.`, cause);
}

const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

const DISK_TROUBLE: readonly (readonly [codes: readonly string[], remedy: string])[] = [
  [['SQLITE_FULL', 'ENOSPC', 'EDQUOT'], 'The disk is full: free some space on it'],
  [
    ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_PROTOCOL'],
    'Another process kept it locked for too long: wait for it to end, or raise busyTimeoutSeconds in the settings',
  ],
  [
    ['SQLITE_READONLY', 'SQLITE_PERM', 'EACCES', 'EPERM', 'EROFS'],
    'Give the user that runs this the right to write that file and its folder',
  ],
  [
    ['SQLITE_CANTOPEN', 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG'],
    'Make sure that its folder is there, that no folder stands in its place, and that this user may write in it',
  ],
  [['SQLITE_IOERR', 'SQLITE_NOLFS', 'EIO', 'EFBIG'], 'The disk or the network share reports a failure: check it'],
];

/** SQLite's extended codes begin with the plain one: SQLITE_IOERR_WRITE. */
function isCode(code: string, known: readonly string[]): boolean {
  return known.some((one) => code === one || code.startsWith(`${one}_`));
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof BetterSqlite3.SqliteError) return error.code;
  if (error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function restoreHint(file: string): string {
  const folder = dirname(file);
  const prefix = `${basename(file)}.before-`;
  const copies = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(prefix)) : [];
  const beside = copies.length === 0 ? '' : `, or the copy made before a migration (${copies.join(', ')})`;
  return `Put your last backup in its place with: altinn-batch restore FILE --force${beside}.`;
}
