import { Fault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';

/**
 * What a file operation threw, as an IoFault whose message names the path and says what to do. Faults, and errors that are
 * not the operating system's, come back as they are. `doing` completes "Could not ...".
 */
export function asIoFault(error: unknown, doing: string, path: string): unknown {
  if (error instanceof Fault || !isSystemError(error)) return error;
  const message = `Could not ${doing} ${path}: ${error.code}. ${remedy(error.code)}`;
  return new IoFault(maskPersonNumbers(message), { cause: error });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

function remedy(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'The disk is full, or the quota used up: free some space there, then run again.';
    case 'EFBIG':
      return 'The file would be larger than this process may write: raise its file size limit, then run again.';
    case 'EACCES':
    case 'EPERM':
      return 'Give the user that runs this the right to write in that folder, then run again.';
    case 'EROFS':
      return 'That disk is mounted read-only: mount it for writing, then run again.';
    case 'ENOENT':
      return 'The folder is not there: make it, then run again.';
    case 'ENOTDIR':
      return 'Something that is no folder stands in the place of its folder: move it away, make the folder, then run again.';
    case 'EISDIR':
    case 'EEXIST':
    case 'ENOTEMPTY':
      return 'A folder stands in its place: move it away, then run again.';
    default:
      return 'See to that disk and folder, then run again.';
  }
}
