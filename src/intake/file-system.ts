import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { applyPermissions, type Permissions } from '../config/permissions.js';
import { Fault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';

/**
 * Runs work on the disk; what the system refuses becomes an IoFault that names the path and says what to do.
 * Anything else that is thrown goes through as it is.
 * @param doing what the work does with the path, as an infinitive: `read`, `move`
 */
export function onDisk<T>(doing: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault || errorCode(error) === undefined) throw error;
    throw ioFault(doing, path, error);
  }
}

export function ioFault(doing: string, path: string, cause: unknown): IoFault {
  const code = errorCode(cause) ?? 'unknown error';
  const remedy = REMEDIES[code] ?? 'Check the disk and the folder';
  return new IoFault(maskPersonNumbers(`Can't ${doing} ${path} (${code}). ${remedy}, then run the command again.`), {
    cause,
  });
}

/** The system's name of an error, `ENOENT`; undefined when it is none of the system's. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room on it',
  EDQUOT: "The account's disk quota is used up: raise it or make room",
  EACCES: 'Give the account that runs altinn-batch the right to read and write there',
  EPERM: 'Give the account that runs altinn-batch the right to read and write there',
  EROFS: 'The file system is mounted read-only: mount it for writing',
  ENOENT: 'It is not there: put it back, or correct the path in the settings',
  ENOTDIR: 'Something that is no folder stands where a folder should be: move it away',
  EEXIST: 'Something that is no folder stands where a folder should be: move it away',
  EISDIR: 'A folder stands where a file should be: move it away',
  ELOOP: 'A symbolic link stands where a file should be: move it away',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n)',
  ENFILE: 'Too many files are open on this machine: raise the limit',
  ENAMETOOLONG: 'The path is too long: shorten it',
  EIO: 'The disk or the network share reports a failure: check it',
  ESTALE: 'The network share has gone away: mount it again',
};

/** What stands at a path, links not followed; null when nothing does. */
export function look(path: string): Stats | null {
  return onDisk('look at', path, () => lstatSync(path, { throwIfNoEntry: false }) ?? null);
}

export function isSameFile(one: Stats | null, other: Stats | null): boolean {
  return one !== null && other !== null && one.ino === other.ino && one.dev === other.dev;
}

/** Opens a file for writing, new or emptied, with exactly these permissions, whatever the umask. */
export function createFile(path: string, given: Permissions | number): number {
  return onDisk('write', path, () => {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const fd = openSync(path, flags, 0o600);
    try {
      applyPermissions(fd, given, path);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    return fd;
  });
}

/** writeSync may write less than it was given; this does not. */
export function writeWhole(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Has a file's bytes on the disk. */
export function syncFile(path: string): void {
  sync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
}

/** Has a folder's names on the disk: what was made, moved or removed in it outlives a power cut from here on. */
export function syncFolder(path: string): void {
  sync(path, constants.O_RDONLY | constants.O_DIRECTORY);
}

function sync(path: string, flags: number): void {
  onDisk('write to the disk', path, () => {
    const fd = openSync(path, flags);
    try {
      fsyncSync(fd);
    } catch (error) {
      // Some network file systems know no fsync of folders.
      if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOTSUP') throw error;
    } finally {
      closeSync(fd);
    }
  });
}

export function removeIfThere(path: string): void {
  onDisk('remove', path, () => rmSync(path, { force: true }));
}

/**
 * Moves a file to another folder of the same file system without ever overwriting: `x.xml`, or `x.1.xml` when that
 * is taken, and so on. The file is never gone in between: killed halfway it is in both places, and done again it ends
 * in one.
 * @param trying told each path before it is tried
 * @returns the path it has now
 */
export function moveToFreeName(from: string, folder: string, name: string, trying?: (path: string) => void): string {
  const to = linkToFreeName(from, folder, name, trying);
  removeIfThere(from);
  return to;
}

/** As moveToFreeName, but leaves the file in its old place too, where the file system has hard links. */
export function linkToFreeName(from: string, folder: string, name: string, trying?: (path: string) => void): string {
  for (let number = 0; ; number++) {
    const to = join(folder, numberedName(name, number));
    trying?.(to);
    if (onDisk('move', from, () => linkOrMove(from, to))) return to;
  }
}

/** Gives a file another name, and leaves it its old one where the file system has hard links. False when the name is taken, unless by this very file. */
export function linkOrMove(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return isSameFile(look(from), look(to));
    if (NO_HARD_LINKS.has(code)) return moveOntoPlaceholder(from, to);
    throw error;
  }
}

/** Whether a move failed because its two ends are on different file systems. */
export function isOtherDisk(error: unknown): boolean {
  return error instanceof IoFault && errorCode(error.cause) === 'EXDEV';
}

const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** For file systems without hard links: takes the name with an empty file, then moves onto that. False when taken. */
export function moveOntoPlaceholder(from: string, to: string): boolean {
  try {
    closeSync(openSync(to, 'wx'));
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    renameSync(from, to);
  } catch (error) {
    unlinkSync(to);
    throw error;
  }
  return true;
}

const NAME_BYTES = 255;

/** `x.xml`, then `x.1.xml`, `x.2.xml`; a name at the file system's limit loses the end of its stem. */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const extension = extname(name);
  const suffix = `.${number}${extension}`;
  let stem = basename(name, extension);
  while (stem.length > 1 && Buffer.byteLength(stem + suffix) > NAME_BYTES) stem = [...stem].slice(0, -1).join('');
  return stem + suffix;
}

/** What a copy holds, to check it by. */
export interface Copied {
  readonly size: number;
  readonly sha256: string;
}

/**
 * Copies a file with its times, never through a link, has the copy on the disk when it returns, and reads it back.
 * @throws IoFault also when the copy does not read as what was written
 */
export function copyFile(from: string, to: string, given: Permissions | number): Copied {
  const copied = writeCopy(from, to, given);
  if (digestFile(to).sha256 === copied.sha256) return copied;
  throw new IoFault(maskPersonNumbers(`The copy of ${from} at ${to} reads otherwise than written. Check the disk.`));
}

function writeCopy(from: string, to: string, given: Permissions | number): Copied {
  return onDisk('copy', from, () => {
    const source = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const target = createFile(to, given);
      try {
        const copied = digest(source, from, (piece) => onDisk('write', to, () => writeWhole(target, piece)));
        const { atimeMs, mtimeMs } = fstatSync(source);
        futimesSync(target, atimeMs / 1000, mtimeMs / 1000);
        onDisk('write', to, () => fsyncSync(target));
        return copied;
      } catch (error) {
        // A copy that did not fit would only keep the disk full.
        removeIfThere(to);
        throw error;
      } finally {
        closeSync(target);
      }
    } finally {
      closeSync(source);
    }
  });
}

/** Reads a file back for its size and hash. */
export function digestFile(path: string): Copied {
  return onDisk('read', path, () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      return digest(fd, path, () => {});
    } finally {
      closeSync(fd);
    }
  });
}

function digest(fd: number, path: string, onPiece: (piece: Buffer) => void): Copied {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  let size = 0;
  for (;;) {
    const read = onDisk('read', path, () => readSync(fd, piece, 0, piece.length, null));
    if (read === 0) return { size, sha256: hash.digest('hex') };
    hash.update(piece.subarray(0, read));
    onPiece(piece.subarray(0, read));
    size += read;
  }
}
