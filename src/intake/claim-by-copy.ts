import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.js';
import type { ClaimStep } from './claim.js';
import { copyFile, look, onDisk, removeIfThere, syncFolder } from './file-system.js';
import { type Candidate, isUnchanged } from './inbox.js';
import { tryToMove } from './take.js';
import { type Claimed, scratchFile, stopover, writeClaimRecord } from './work-folder.js';

/**
 * Claims a file whose work folder is on another disk than the inbox. A rename inside the inbox sets it aside under a
 * name that nobody else takes; then it is copied, read back, and what was copied recorded, before the original goes.
 * As long as the file set aside is there, a claim that was cut off is undone; once it is gone, the copy is whole.
 * @returns null when it is ours; otherwise takeBack undoes what was begun
 */
export function claimByCopy(
  home: Home,
  candidate: Candidate,
  { mailbox, workKey, workFolder, workFile, fileName }: Claimed,
  onStep: (step: ClaimStep) => void,
): 'gone' | 'changed' | null {
  const { fileMode } = home.settings;
  const aside = stopover(mailbox.inbox, workKey);
  const copy = scratchFile(workFolder, 'copy');

  // The name goes on record before the file loses it.
  writeClaimRecord(workFolder, { fileName, copied: null }, fileMode);
  const moved = tryToMove(join(mailbox.inbox, fileName), aside);
  if (moved !== null) return moved === 'gone' ? 'gone' : 'changed';
  onStep('set aside');
  if (!isUnchanged(candidate, look(aside))) return 'changed';

  const copied = copyFile(aside, copy, fileMode);
  onStep('copied');
  if (!isUnchanged(candidate, look(aside)) || copied.size !== candidate.size) return 'changed';
  writeClaimRecord(workFolder, { fileName, copied }, fileMode);
  onStep('recorded');
  // The work folder's own name, too, must be on the disk before the original goes.
  syncFolder(home.work);
  removeIfThere(aside);
  syncFolder(mailbox.inbox);
  onStep('original removed');
  onDisk('move', copy, () => renameSync(copy, workFile));
  onStep('copy in place');
  removeIfThere(scratchFile(workFolder, 'claim.json'));
  return null;
}
