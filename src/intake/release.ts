import { basename } from 'node:path';
import type { Home } from '../config/home.js';
import { putBackDoneFile } from './done-file.js';
import { copyFile, isOtherDisk, linkToFreeName, removeIfThere, syncFolder } from './file-system.js';
import { type Claimed, removeWorkFolder, stopover } from './work-folder.js';

export interface MoveOptions {
  /** Copies even where the file could be moved. */
  readonly byCopy?: boolean;
  /** Told each step when it is done, so that a test can end the process there. */
  readonly onStep?: (step: 'copied' | 'placed' | 'work file removed' | 'done file back') => void;
}

/**
 * Puts a claimed file back into the inbox, with its done file, and removes the work folder. Nothing is overwritten:
 * a name taken meanwhile becomes `x.1.xml`. Killed at any step, listWork ends it: from the moment the file stands in
 * the inbox again the work file counts for nothing.
 * @returns the name it has in the inbox
 * @throws IoFault when the disk or the folders are at fault
 */
export function release(home: Home, work: Claimed, options: MoveOptions = {}): string {
  const onStep = options.onStep ?? (() => {});
  const { inbox } = work.mailbox;
  const name = basename(options.byCopy ? placeCopy(work, onStep) : place(work, onStep));
  onStep('placed');
  syncFolder(inbox);
  removeIfThere(work.workFile);
  onStep('work file removed');
  removeIfThere(stopover(inbox, work.workKey));
  putBackDoneFile(home, work, name);
  onStep('done file back');
  removeWorkFolder(home, work.workFolder);
  return name;
}

function place(work: Claimed, onStep: (step: 'copied') => void): string {
  try {
    return linkToFreeName(work.workFile, work.mailbox.inbox, work.fileName);
  } catch (error) {
    if (!isOtherDisk(error)) throw error;
    return placeCopy(work, onStep);
  }
}

function placeCopy({ mailbox, workKey, workFile, fileName }: Claimed, onStep: (step: 'copied') => void): string {
  const copy = stopover(mailbox.inbox, workKey);
  copyFile(workFile, copy, mailbox.files);
  onStep('copied');
  return linkToFreeName(copy, mailbox.inbox, fileName);
}
