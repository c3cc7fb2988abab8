import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { keptIn, putBackDoneFile } from './done-file.js';
import { digestFile, isSameFile, look, numberedName, onDisk, removeIfThere, syncFolder } from './file-system.js';
import { putBack } from './take.js';
import {
  type ArchiveRecord,
  attemptMark,
  type Claimed,
  mailboxOfWork,
  RESERVED_PREFIX,
  readArchiveRecord,
  readClaimRecord,
  removeScratch,
  removeWorkFolder,
  scratchFile,
  stopover,
} from './work-folder.js';

/** A work folder that an earlier process left, put right: it holds a claimed file, or its file has been archived. */
export interface WorkFolder {
  readonly workKey: string;
  readonly workFolder: string;
  /** Null when the file has been archived: then the folder only waits for removeWorkFolder. */
  readonly claimed: Claimed | null;
  /** Where the file went, relative to the home; null while it is here. */
  readonly archivedAs: string | null;
}

/**
 * What earlier processes left in the work folders, in the order it was claimed. Half-made claims and releases are
 * finished or undone on the way: a file that is not listed is back in the inbox. Scratch files and empty folders go.
 * Only for the holder of the lock.
 * @param attempt does the work on one, and gives null where that can't be done and the others are to go on
 * @throws IoFault when the disk or the folders are at fault
 */
export function listWork(
  home: Home,
  attempt: (mailbox: Mailbox, work: () => WorkFolder | null) => WorkFolder | null = (_mailbox, work) => work(),
): readonly WorkFolder[] {
  if (look(home.work) === null) return [];
  const entries = onDisk('read the folder', home.work, () => readdirSync(home.work, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((workKey) => attempt(mailboxOfWork(home, workKey), () => putRight(home, workKey)))
    .filter((one) => one !== null);
}

type Place = Pick<Claimed, 'mailbox' | 'workKey' | 'workFolder'>;

/** Null when nothing is left to do in it, and it has been removed. */
function putRight(home: Home, workKey: string): WorkFolder | null {
  const place: Place = { mailbox: mailboxOfWork(home, workKey), workKey, workFolder: join(home.work, workKey) };
  const { mailbox, workFolder } = place;
  finishCopiedClaim(home, place);
  const fileName = fileNameIn(workFolder);
  if (fileName !== null && isClaimed(home, place, fileName)) {
    const workFile = join(workFolder, fileName);
    removeScratch(workFolder, keptIn(workFolder), attemptMark(workFolder), scratchFile(workFolder, 'archive.json'));
    const { size = 0, mtimeMs = 0 } = look(workFile) ?? {};
    const claimed = { ...place, workFile, fileName, size, mtimeMs };
    return { workKey, workFolder, claimed, archivedAs: null };
  }
  const archived: ArchiveRecord | null = readArchiveRecord(workFolder);
  if (archived !== null) return { workKey, workFolder, claimed: null, archivedAs: archived.archivedAs };
  removeTwin(stopover(mailbox.inbox, workKey));
  putBackDoneFile(home, place);
  removeWorkFolder(home, workFolder);
  return null;
}

/** A claim by copy: with the file set aside still there it is undone, without it the copy takes the file's place. */
function finishCopiedClaim(home: Home, place: Place): void {
  const { mailbox, workKey, workFolder } = place;
  const record = readClaimRecord(workFolder);
  if (record === null) return;
  const aside = stopover(mailbox.inbox, workKey);
  const copy = scratchFile(workFolder, 'copy');
  if (look(aside) !== null) {
    putBackDoneFile(home, place, putBack(mailbox, aside, record.fileName, copy));
  } else if (record.copied !== null && look(copy) !== null) {
    const { size, sha256 } = digestFile(copy);
    if (size !== record.copied.size || sha256 !== record.copied.sha256) {
      throw new IoFault(
        maskPersonNumbers(`${copy} is not what was copied. Check the disk; the sender must send it again.`),
      );
    }
    onDisk('move', copy, () => renameSync(copy, join(workFolder, record.fileName)));
    syncFolder(workFolder);
  }
  removeIfThere(scratchFile(workFolder, 'claim.json'));
}

/** The sender's file in a work folder, or null. */
function fileNameIn(workFolder: string): string | null {
  const names = onDisk('read the folder', workFolder, () => readdirSync(workFolder));
  const [name, other] = names.filter((one) => !one.startsWith(RESERVED_PREFIX));
  if (other === undefined) return name ?? null;
  throw new IoFault(
    maskPersonNumbers(
      `${workFolder} holds more than one file. Move what is not altinn-batch's away, then run it again.`,
    ),
  );
}

/** False when the file is back in the inbox, or went back just now because it is nothing to process. */
function isClaimed(home: Home, place: Place, fileName: string): boolean {
  const { mailbox, workKey, workFolder } = place;
  const workFile = join(workFolder, fileName);
  const copy = stopover(mailbox.inbox, workKey);
  const released = nameInInbox(mailbox, workFile, fileName) ?? nameInInbox(mailbox, copy, fileName);
  removeIfThere(copy);
  if (released !== null) {
    removeIfThere(workFile);
    putBackDoneFile(home, place, released);
    return false;
  }
  if (look(workFile)?.isFile()) return true;
  putBack(mailbox, workFile, fileName, scratchFile(workFolder, 'copy'));
  return false;
}

/** Under which name this very file stands in the inbox, too. */
function nameInInbox({ inbox }: Mailbox, path: string, fileName: string): string | null {
  const stats = look(path);
  if (stats === null || stats.nlink < 2) return null;
  for (let number = 0; ; number++) {
    const name = numberedName(fileName, number);
    const there = look(join(inbox, name));
    if (isSameFile(there, stats)) return name;
    if (there === null) return null;
  }
}

/** The copy that a release was placed from: only ever the second of two names. */
function removeTwin(path: string): void {
  if ((look(path)?.nlink ?? 0) > 1) removeIfThere(path);
}
