import { dirname, join, relative } from 'node:path';
import { type Home, makeFolder } from '../config/home.js';
import { IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { dropDoneFile } from './done-file.js';
import {
  copyFile,
  isOtherDisk,
  isSameFile,
  linkToFreeName,
  look,
  onDisk,
  removeIfThere,
  syncFile,
  syncFolder,
} from './file-system.js';
import type { MoveOptions } from './release.js';
import {
  type ArchiveRecord,
  archiveStopover,
  type Claimed,
  readArchiveRecord,
  removeWorkFolder,
  writeArchiveRecord,
} from './work-folder.js';

export interface ArchiveOptions extends MoveOptions {
  /** Told where the file is before the record of that goes with the work folder, so that no kill can lose it. */
  onArchived?(archivedAs: string): void;
}

/**
 * Moves a claimed file to its last place, `archive/2024-01-31/x.xml` (or `x.1.xml` when that is taken), and removes its
 * work folder. This acknowledges the file, so it comes last. Bytes and names are on the disk when it returns.
 * Killed at any step and called again, also on another day, the file still ends in one place only.
 * @param date yyyy-MM-dd
 * @returns the path it has now, relative to the home
 * @throws IoFault when the disk or the folders are at fault; the file is then where it was
 */
export function archiveWork(
  home: Home,
  work: Claimed,
  fate: 'archive' | 'rejected',
  date: string,
  options: ArchiveOptions = {},
): string {
  const onStep = options.onStep ?? (() => {});
  const record = placedBefore(home, work) ?? place(home, work, join(home[fate], date), options);
  onStep('placed');
  syncFolder(dirname(join(home.root, record.archivedAs)));
  removeIfThere(work.workFile);
  onStep('work file removed');
  options.onArchived?.(record.archivedAs);
  removeWorkFolder(home, work.workFolder);
  return record.archivedAs;
}

/** Where an attempt that was cut off had already put the file. */
function placedBefore(home: Home, work: Claimed): ArchiveRecord | null {
  const record = readArchiveRecord(work.workFolder);
  const workFile = look(work.workFile);
  if (record === null) {
    if (workFile !== null) return null;
    throw new IoFault(
      maskPersonNumbers(`${work.workFile} is gone. Somebody took it away: put it back, then run the command again.`),
    );
  }
  if (workFile === null) return record;
  const there = look(join(home.root, record.archivedAs));
  const copy = archiveStopover(home, work.workFolder, record);
  if (isSameFile(there, workFile) || isSameFile(there, look(copy))) return record;
  removeIfThere(copy);
  return null;
}

function place(home: Home, work: Claimed, folder: string, { byCopy, onStep }: MoveOptions): ArchiveRecord {
  const { fileMode, folderMode } = home.settings;
  syncFile(work.workFile);
  dropDoneFile(work.workFolder);
  if (look(folder) === null) {
    onDisk('make the folder', folder, () => makeFolder(folder, folderMode));
    for (const above of [dirname(folder), dirname(dirname(folder))]) syncFolder(above);
  }
  const recordAs = (path: string, durable: boolean): ArchiveRecord => {
    const record = { archivedAs: relative(home.root, path) };
    writeArchiveRecord(work.workFolder, record, fileMode, durable);
    return record;
  };
  const move = (from: string, durable: boolean): ArchiveRecord => {
    const path = linkToFreeName(from, folder, work.fileName, (path) => recordAs(path, durable));
    return { archivedAs: relative(home.root, path) };
  };
  if (!byCopy) {
    try {
      return move(work.workFile, false);
    } catch (error) {
      if (!isOtherDisk(error)) throw error;
    }
  }
  const copy = archiveStopover(home, work.workFolder, recordAs(join(folder, work.fileName), true));
  copyFile(work.workFile, copy, fileMode);
  onStep?.('copied');
  return move(copy, true);
}
