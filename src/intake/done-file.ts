import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Home, makeFolder } from '../config/home.js';
import type { Permissions } from '../config/permissions.js';
import { copyFile, errorCode, look, onDisk, removeIfThere } from './file-system.js';
import { type Claimed, scratchFile } from './work-folder.js';

/**
 * Takes the done file of a file that is about to be claimed along into the work folder: left behind it would vouch
 * for the next file of that name, and removed before the claim it would be missing when the claim fails.
 */
export function takeDoneFile(home: Home, { mailbox, fileName, workFolder }: Claimed): void {
  const suffix = home.settings.doneFileSuffix;
  if (suffix === null) return;
  const kept = keptIn(workFolder);
  onDisk('make the folder', kept, () => makeFolder(kept, home.settings.folderMode));
  move(join(mailbox.inbox, fileName + suffix), join(kept, fileName + suffix), home.settings.fileMode);
}

/**
 * Puts a done file that was taken along back into the inbox, unless there is one again.
 * @param fileName what the file is called in the inbox now; without it the done file gets the name that it had
 */
export function putBackDoneFile(
  home: Home,
  { mailbox, workFolder }: Pick<Claimed, 'mailbox' | 'workFolder'>,
  fileName?: string,
): void {
  const kept = keptIn(workFolder);
  if (look(kept) === null) return;
  for (const name of onDisk('read the folder', kept, () => readdirSync(kept))) {
    const suffix = home.settings.doneFileSuffix;
    const back = fileName === undefined || suffix === null ? name : fileName + suffix;
    const doneFile = join(mailbox.inbox, back);
    if (look(doneFile) === null) move(join(kept, name), doneFile, mailbox.files);
  }
}

/** Lets the done file go, once its file is on its way to the archive. */
export function dropDoneFile(workFolder: string): void {
  const kept = keptIn(workFolder);
  onDisk('remove', kept, () => rmSync(kept, { force: true, recursive: true }));
}

/** Where listWork must leave it. */
export function keptIn(workFolder: string): string {
  return scratchFile(workFolder, 'done');
}

/** Nothing happens when it is not there: somebody else may have taken it away. */
function move(from: string, to: string, given: Permissions | number): void {
  onDisk('move', from, () => {
    try {
      renameSync(from, to);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && look(from) === null) return;
      if (errorCode(error) !== 'EXDEV') throw error;
      copyFile(from, to, given);
      removeIfThere(from);
    }
  });
}
