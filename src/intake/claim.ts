import { join } from 'node:path';
import { type Home, makeFolder } from '../config/home.js';
import { claimByCopy } from './claim-by-copy.js';
import { takeDoneFile } from './done-file.js';
import { look, onDisk, syncFolder } from './file-system.js';
import { type Candidate, isUnchanged } from './inbox.js';
import { takeBack, tryToMove } from './take.js';
import { type Claimed, newWorkKey } from './work-folder.js';

/** Why a file was not got: somebody removed or renamed it, or it is still being worked on. */
export interface NotClaimed {
  readonly notClaimed: 'gone' | 'changed';
}

export interface ClaimOptions {
  /** Copies even where a rename would do. */
  readonly byCopy?: boolean;
  /** Told each step when it is done, so that a test can end the process there. */
  readonly onStep?: (step: ClaimStep) => void;
}

export type ClaimStep =
  | 'folder made'
  | 'done file taken'
  | 'renamed'
  | 'set aside'
  | 'copied'
  | 'recorded'
  | 'original removed'
  | 'copy in place';

/**
 * Takes a file out of the inbox into a work folder of its own, by one rename: from then on it is ours, and no other
 * process can get it. Where the work folder is on another disk, it is copied (see claimByCopy).
 * A file that changed after it was looked at goes back, under a free name if its own has been taken meanwhile.
 * Killed at any step, listWork finishes or undoes it at the next start.
 * @throws IoFault when the disk or the folders are at fault
 */
export function claim(home: Home, candidate: Candidate, options: ClaimOptions = {}): Claimed | NotClaimed {
  const onStep = options.onStep ?? (() => {});
  const { mailbox, name: fileName, size, mtimeMs } = candidate;
  const workKey = newWorkKey(mailbox);
  const workFolder = join(home.work, workKey);
  const workFile = join(workFolder, candidate.name);
  const claimed: Claimed = { mailbox, workKey, workFolder, workFile, fileName, size, mtimeMs };
  onDisk('make the folder', workFolder, () => makeFolder(workFolder, home.settings.folderMode));
  onStep('folder made');
  try {
    takeDoneFile(home, claimed);
    onStep('done file taken');
    const refused = take(home, candidate, claimed, options.byCopy ?? false, onStep);
    if (refused !== null) {
      takeBack(home, claimed);
      return { notClaimed: refused };
    }
    // Were the rename lost in a power cut after the store knows the file, it would be taken a second time.
    for (const folder of [workFolder, home.work, mailbox.inbox]) syncFolder(folder);
    return claimed;
  } catch (error) {
    try {
      takeBack(home, claimed);
    } catch {
      // What is left is listWork's; the fault that brought us here is the one to tell.
    }
    throw error;
  }
}

/** Null when it is ours. */
function take(
  home: Home,
  candidate: Candidate,
  claimed: Claimed,
  byCopy: boolean,
  onStep: (step: ClaimStep) => void,
): 'gone' | 'changed' | null {
  const moved = byCopy ? 'other disk' : tryToMove(join(candidate.mailbox.inbox, candidate.name), claimed.workFile);
  if (moved === 'other disk') return claimByCopy(home, candidate, claimed, onStep);
  if (moved !== null) return moved;
  onStep('renamed');
  return isUnchanged(candidate, look(claimed.workFile)) ? null : 'changed';
}
