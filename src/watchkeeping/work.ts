import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.js';
import { look, onDisk } from '../intake/file-system.js';
import { RESERVED_PREFIX } from '../intake/work-folder.js';
import type { UnfinishedBatch } from '../store/status-store.js';

/** A file that has been taken out of the inbox, and is not archived yet. */
export interface FileInWork {
  readonly fileName: string;
  readonly bytes: number;
  /** Since it was taken. */
  readonly seconds: number;
  /** Whether the process that holds the home is at it now. */
  readonly isUnderWay: boolean;
  /** Why the last attempt at it ended before its time; null when it is not known. */
  readonly lastFault: string | null;
}

/**
 * The files in work, oldest first.
 * @param unfinished what the store knows of them
 * @param holder the process that holds the home
 * @throws IoFault when the work folder can't be read
 */
export function filesInWork(
  home: Home,
  unfinished: readonly UnfinishedBatch[],
  holder: number | null,
  nowMs: number,
): readonly FileInWork[] {
  const batches = new Map(unfinished.map((batch) => [batch.workKey, batch]));
  return foldersIn(home.work).flatMap((workKey) => {
    const folder = join(home.work, workKey);
    const fileName = namesIn(folder).find((name) => !name.startsWith(RESERVED_PREFIX));
    const file = fileName === undefined ? null : look(join(folder, fileName));
    if (fileName === undefined || file === null) return [];
    const batch = batches.get(workKey);
    return [
      {
        fileName,
        bytes: file.size,
        seconds: Math.max(0, (nowMs - claimedAt(workKey, file.ctimeMs)) / 1000),
        isUnderWay: holder !== null && batch?.pid === holder && batch.outcome === null,
        lastFault: batch?.outcome === null ? null : (batch?.detail ?? null),
      },
    ];
  });
}

/** A work key begins with the time of the claim: `20240131T235959999-1f2e3d4c5b6a`. */
function claimedAt(workKey: string, otherwise: number): number {
  const time = workKey.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})-.*$/, '$1-$2-$3T$4:$5:$6.$7Z');
  return Date.parse(time) || otherwise;
}

function foldersIn(folder: string): readonly string[] {
  if (look(folder) === null) return [];
  const entries = onDisk('read the folder', folder, () => readdirSync(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** One that has been archived meanwhile holds nothing. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
