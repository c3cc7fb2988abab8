import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Home } from '../config/home.js';
import { type Mailbox, mailboxOf } from '../config/mailboxes.js';
import { createFile, look, onDisk, removeIfThere, syncFolder, writeWhole } from './file-system.js';

/** A file that is ours: it stands alone in its work folder, under the name that its sender gave it. */
export interface Claimed {
  /** Where it came from: its receipts go there, and if need be it goes back there. */
  readonly mailbox: Mailbox;
  /** Unique, and sorts by the time of the claim; the work folder's name. */
  readonly workKey: string;
  readonly workFolder: string;
  readonly workFile: string;
  readonly fileName: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Files of our own making beside a sender's file, in a work folder or the inbox, start so; never taken for a sender's. */
export const RESERVED_PREFIX = '.altinn-batch.';

/** The path of a scratch file in a work folder; removed with the folder, and by recovery after a kill. */
export function scratchFile(workFolder: string, name: string): string {
  return join(workFolder, RESERVED_PREFIX + name);
}

/** There while an attempt at the file is under way; a kill leaves it. */
export function attemptMark(workFolder: string): string {
  return scratchFile(workFolder, 'attempt');
}

/** Where a file stands, beside its new or old place on another disk, while it is copied there. */
export function stopover(folder: string, workKey: string): string {
  return join(folder, RESERVED_PREFIX + workKey);
}

let lastKeyMs = 0;

/**
 * `20240131T235959999-1f2e3d4c5b6a`: a process's keys sort in the order they were made. The name of a service owner's
 * mailbox stands at the end, `...-SKD`: before anything is in the store, it is all that says where the file came from.
 */
export function newWorkKey({ owner }: Pick<Mailbox, 'owner'>): string {
  lastKeyMs = Math.max(Date.now(), lastKeyMs + 1);
  const time = new Date(lastKeyMs).toISOString().replace(/[-:.Z]/g, '');
  const key = `${time}-${randomBytes(6).toString('hex')}`;
  return owner === null ? key : `${key}-${owner}`;
}

/** The service owner in whose mailbox the file of a work folder came; null: the common inbox. */
export function ownerInWorkKey(workKey: string): string | null {
  return /^\d{8}T\d{9}-[0-9a-f]{12}-([A-Za-z0-9]{3})$/.exec(workKey)?.[1] ?? null;
}

/** @throws ConfigFault when the settings no longer have it */
export function mailboxOfWork(home: Home, workKey: string): Mailbox {
  return mailboxOf(home, ownerInWorkKey(workKey));
}

/** What a claim by copy has reached: `copied` once the copy is whole, on the disk and checked. */
export interface ClaimRecord {
  readonly fileName: string;
  readonly copied: { readonly size: number; readonly sha256: string } | null;
}

const claimRecord = z.object({
  fileName: z.string().min(1),
  copied: z.object({ size: z.number(), sha256: z.string() }).nullable(),
});

export function writeClaimRecord(workFolder: string, record: ClaimRecord, mode: number): void {
  writeRecord(scratchFile(workFolder, 'claim.json'), record, mode, true);
}

export function readClaimRecord(workFolder: string): ClaimRecord | null {
  return readRecord(scratchFile(workFolder, 'claim.json'), claimRecord);
}

/** Where the file is going, written before it goes there; with the file gone it says where it went. */
export interface ArchiveRecord {
  /** Path relative to the home. */
  readonly archivedAs: string;
}

const archiveRecord = z.object({ archivedAs: z.string().min(1) });

/** @param durable whether it has to outlive a power cut; being killed it outlives in any case */
export function writeArchiveRecord(workFolder: string, record: ArchiveRecord, mode: number, durable: boolean): void {
  writeRecord(scratchFile(workFolder, 'archive.json'), record, mode, durable);
}

export function readArchiveRecord(workFolder: string): ArchiveRecord | null {
  return readRecord(scratchFile(workFolder, 'archive.json'), archiveRecord);
}

function writeRecord(path: string, record: object, mode: number, durable: boolean): void {
  onDisk('write', path, () => {
    const part = `${path}.part`;
    const fd = createFile(part, mode);
    try {
      writeWhole(fd, Buffer.from(JSON.stringify(record)));
      if (durable) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, path);
  });
  if (durable) syncFolder(dirname(path));
}

/** Null when there is none, or a power cut left a torn one. */
function readRecord<T>(path: string, schema: z.ZodType<T>): T | null {
  if (look(path) === null) return null;
  const text = onDisk('read', path, () => readFileSync(path, 'utf8'));
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/**
 * Removes a work folder whose file has gone its way, with the scratch files in it and one in the archive.
 * Nothing happens when it is gone already; a sender's file in it makes it fail, never go.
 */
export function removeWorkFolder(home: Home, workFolder: string): void {
  if (look(workFolder) === null) return;
  const archived = readArchiveRecord(workFolder);
  if (archived !== null) removeIfThere(archiveStopover(home, workFolder, archived));
  removeScratch(workFolder);
  onDisk('remove the folder', workFolder, () => rmdirSync(workFolder));
  syncFolder(home.work);
}

/** Where a file being archived on another disk is copied to, beside its place there. */
export function archiveStopover(home: Home, workFolder: string, record: ArchiveRecord): string {
  return stopover(dirname(join(home.root, record.archivedAs)), basename(workFolder));
}

/** Removes what is ours from a work folder, but for what to keep. */
export function removeScratch(workFolder: string, ...keep: readonly string[]): void {
  for (const name of onDisk('read the folder', workFolder, () => readdirSync(workFolder))) {
    const path = join(workFolder, name);
    if (!name.startsWith(RESERVED_PREFIX) || keep.includes(path)) continue;
    onDisk('remove', path, () => rmSync(path, { force: true, recursive: true }));
  }
}
