import { join, relative } from 'node:path';
import { daysBefore, localDateTime } from '../domain/dates.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { ArchivedFile } from '../store/purge-store.js';
import { type DatedFolder, datedFolders, removeEmpty, unrecordedFiles } from './dated-folders.js';
import { type FileRemoval, sizeOfFile } from './file-removal.js';
import { countEach, type Purging, type Sweep } from './sweep.js';

const FILES_PER_PAGE = 500;

/** The two kinds of files that lie in dated folders. */
type FileKind = 'archivedFiles' | 'rejectedFiles';

/**
 * Senders' files, once the day that their folder is named by is more than so many days ago. Gone through folder by folder, so that
 * a disk which is not mounted is not taken for one that was emptied. What a fault of ours set aside stays.
 */
export function oldFiles(purging: Purging, kind: FileKind, days: number, files: FileRemoval): Sweep<ArchivedFile> {
  const { home, store, now } = purging;
  const at = new Date(now).toISOString();
  const candidates = function* () {
    for (const folder of oldFolders(purging, kind, days)) yield* filesIn(purging, folder);
  };
  return {
    kind,
    days,
    candidates,
    count: () => countEach(candidates(), ({ archivedAs }) => sizeOfFile(join(home.root, archivedAs))),
    remove(file) {
      if (!store.purge.markFile(file, at)) return null;
      const size = files.remove(join(home.root, file.archivedAs));
      if (size === undefined) store.purge.markFile(file, null);
      return size ?? null;
    },
    settle: () => files.settle(),
  };
}

/** Removes the empty ones of the folders, and tells of files in them that the store knows nothing of. */
export function tidyFolders(purging: Purging, kind: FileKind, days: number): void {
  const { home, store, now, dryRun, onNotice } = purging;
  const old = oldFolders(purging, kind, days);
  // Intake may just be about to put a file into yesterday's.
  const yesterday = daysBefore(localDateTime(now, home.settings.timeZone).slice(0, 10), 1);
  if (!dryRun)
    removeEmpty(
      home[PARTS[kind]],
      old.filter(({ day }) => day < yesterday),
    );
  let first: string | null = null;
  let count = 0;
  for (const folder of oldFolders(purging, kind, days)) {
    for (const path of unrecordedFiles(home.root, store, folder)) {
      first ??= path;
      count++;
    }
  }
  if (first === null) return;
  onNotice(
    `Old files in ${relative(home.root, home[PARTS[kind]])} were left, since the store knows nothing of them: ${count}, ` +
      `the first is ${maskPersonNumbers(first)}. After a restore they may still have to be taken in; otherwise remove them.`,
  );
}

const PARTS = { archivedFiles: 'archive', rejectedFiles: 'rejected' } as const;

function oldFolders({ home, now }: Purging, kind: FileKind, days: number): readonly DatedFolder[] {
  const today = localDateTime(now, home.settings.timeZone).slice(0, 10);
  const limit = daysBefore(today, days);
  return datedFolders(home[PARTS[kind]]).filter(({ day }) => day < limit);
}

function* filesIn({ home, store }: Purging, { path }: DatedFolder): Generator<ArchivedFile> {
  const folder = relative(home.root, path);
  let page: readonly ArchivedFile[] = [];
  do {
    page = store.purge.filesIn(folder, page.at(-1)?.archivedAs ?? null, FILES_PER_PAGE);
    yield* page;
  } while (page.length === FILES_PER_PAGE);
}
