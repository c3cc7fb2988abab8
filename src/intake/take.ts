import { renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { putBackDoneFile } from './done-file.js';
import { errorCode, look, moveToFreeName, onDisk, removeIfThere, syncFolder } from './file-system.js';
import { type Claimed, removeWorkFolder, scratchFile, stopover } from './work-folder.js';

/** Renames a file out of the inbox: null. What keeps it from being got is told, what is broken is thrown. */
export function tryToMove(from: string, to: string): 'gone' | 'changed' | 'other disk' | null {
  return onDisk('move', from, () => {
    try {
      renameSync(from, to);
      return null;
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EXDEV') return 'other disk';
      if (code === 'ENOENT' && look(from) === null) return 'gone';
      // Some network shares refuse to move what another machine has open.
      if (code === 'EBUSY' || code === 'ETXTBSY') return 'changed';
      throw error;
    }
  });
}

/** Undoes a claim as far as it got: the file and its done file go back, the work folder goes. */
export function takeBack(home: Home, work: Claimed): void {
  const { mailbox, workKey, workFolder, workFile, fileName } = work;
  const aside = stopover(mailbox.inbox, workKey);
  const copy = scratchFile(workFolder, 'copy');
  // Past this point of a claim by copy the copy is the file, and only listWork may say what becomes of it.
  if (look(copy) !== null && look(aside) === null) return;
  const got = [aside, workFile].find((path) => look(path) !== null);
  const name = got === undefined ? undefined : putBack(mailbox, got, fileName, copy);
  putBackDoneFile(home, work, name);
  removeWorkFolder(home, workFolder);
}

/**
 * Moves what was got back into the inbox, under a free name; a folder that came in a file's place too.
 * @param copy removed first: with the file set aside gone it would count as the file
 * @returns the name it has in the inbox
 */
export function putBack({ inbox }: Mailbox, got: string, fileName: string, copy: string): string {
  if (look(copy) !== null) {
    removeIfThere(copy);
    syncFolder(join(copy, '..'));
  }
  let path = join(inbox, fileName);
  if (look(got)?.isDirectory()) onDisk('move', got, () => renameSync(got, path));
  else path = moveToFreeName(got, inbox, fileName);
  syncFolder(inbox);
  return basename(path);
}
