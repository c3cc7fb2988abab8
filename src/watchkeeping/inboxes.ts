import { join, relative } from 'node:path';
import type { Home } from '../config/home.js';
import { look } from '../intake/file-system.js';
import { listCandidates } from '../intake/inbox.js';

/** A folder that senders drop their files into. */
export interface Inbox {
  /** The service owner that it belongs to; null: the common one. */
  readonly mailbox: string | null;
  readonly folder: string;
}

/** What waits in an inbox: files that the next run takes, once they are complete. */
export interface WaitingFiles {
  readonly mailbox: string | null;
  /** Of the folder, relative to the home. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** How long the one has waited that has waited longest; null when there is none. */
  readonly oldestSeconds: number | null;
  readonly oldestFile: string | null;
  readonly largestBytes: number;
  /** Those that no run takes: links, folders, and files that wait for their done file. */
  readonly left: number;
}

export function inboxesOf(home: Home): readonly Inbox[] {
  return [{ mailbox: null, folder: home.inbox }];
}

/**
 * Looks into an inbox. How long a file has waited is told by when this system saw it last change (ctime): what its sender says
 * of its time may be years old.
 * @throws IoFault when the inbox can't be read
 */
export function waitingIn(home: Home, { mailbox, folder }: Inbox, nowMs: number): WaitingFiles {
  const { candidates, left } = listCandidates({ ...home, inbox: folder });
  let oldest: { readonly name: string; readonly sinceMs: number } | null = null;
  for (const { name } of candidates) {
    const sinceMs = look(join(folder, name))?.ctimeMs ?? nowMs;
    if (oldest === null || sinceMs < oldest.sinceMs) oldest = { name, sinceMs };
  }
  return {
    mailbox,
    path: relative(home.root, folder),
    files: candidates.length,
    bytes: candidates.reduce((sum, { size }) => sum + size, 0),
    oldestSeconds: oldest === null ? null : Math.max(0, (nowMs - oldest.sinceMs) / 1000),
    oldestFile: oldest?.name ?? null,
    largestBytes: Math.max(0, ...candidates.map(({ size }) => size)),
    left: left.length,
  };
}
