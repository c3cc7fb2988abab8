import { linkSync, renameSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Home, makeFolder } from '../config/home.js';
import { mailboxOf } from '../config/mailboxes.js';
import type { Batch } from '../store/batch-store.js';
import type { Store } from '../store/store.js';
import { copyFile, errorCode, isSameFile, look, onDisk, removeIfThere, syncFolder } from './file-system.js';
import { type Claimed, scratchFile } from './work-folder.js';

/** The path of a batch's file, when it is still where it was archived and of the size that it was received with. */
export function keptFile(home: Home, { archivedAs, bytes }: Batch): string | null {
  if (archivedAs === null) return null;
  const path = join(home.root, archivedAs);
  const stats = look(path);
  return stats?.isFile() && stats.size === bytes ? path : null;
}

/** Whether a batch's file lies among those of which nothing was accepted. */
export function isRejected(home: Home, { archivedAs }: Batch): boolean {
  return archivedAs !== null && !relative(home.rejected, join(home.root, archivedAs)).startsWith('..');
}

/**
 * Puts an archived file into its work folder, as it lay there before. It stays in its old place, too, until the store says that
 * the batch is to be processed again: killed before that, the file in work counts for nothing; after it, dropOldPlace
 * removes the other one.
 * @throws IoFault when the disk or the folders are at fault
 */
export function bringBack(home: Home, batch: Batch, path: string): Claimed {
  const { workKey, fileName } = batch;
  const mailbox = mailboxOf(home, batch.mailbox);
  const workFolder = join(home.work, workKey);
  const workFile = join(workFolder, fileName);
  onDisk('make the folder', workFolder, () => makeFolder(workFolder, home.settings.folderMode));
  if (!isSameFile(look(path), look(workFile))) {
    removeIfThere(workFile);
    if (!onDisk('move', path, () => link(path, workFile))) {
      const copy = scratchFile(workFolder, 'copy');
      copyFile(path, copy, home.settings.fileMode);
      onDisk('move', copy, () => renameSync(copy, workFile));
    }
  }
  for (const folder of [workFolder, home.work]) syncFolder(folder);
  const { size = 0, mtimeMs = 0 } = look(workFile) ?? {};
  return { mailbox, workKey, workFolder, workFile, fileName, size, mtimeMs };
}

/** False where another disk, or a file system without hard links, makes a copy of it necessary. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (LINK_REFUSED.has(errorCode(error) ?? '')) return false;
    throw error;
  }
}

const LINK_REFUSED: ReadonlySet<string> = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** Once the batch is to be processed again and its file is in work, the file goes from the place where it was archived. */
export function dropOldPlace(home: Home, store: Store, batch: Batch): void {
  if (batch.archivedAs === null) return;
  const path = join(home.root, batch.archivedAs);
  removeIfThere(path);
  syncFolderIfThere(join(path, '..'));
  store.batches.leftArchive(batch.id);
}

function syncFolderIfThere(folder: string): void {
  if (look(folder) !== null) syncFolder(folder);
}
