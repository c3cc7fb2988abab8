import { join, relative } from 'node:path';
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { look } from '../intake/file-system.js';
import { type Candidate, listCandidates } from '../intake/inbox.js';

/** What waits in an inbox: files that the next run takes, once they are complete. */
export interface WaitingFiles {
  /** The service owner that it belongs to; null: the common one. */
  readonly mailbox: string | null;
  /** Of the folder; relative to the home where it lies in it. */
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

/**
 * Looks into an inbox. How long a file has waited is told by when this system saw it last change (ctime): what its sender says
 * of its time may be years old.
 * @throws IoFault when the inbox can't be read
 */
export function waitingIn(home: Home, mailbox: Mailbox, nowMs: number): WaitingFiles {
  const { candidates, left } = listCandidates(home, (one, list) => (one === mailbox ? list() : null));
  const oldest = longestThere(candidates, nowMs);
  return {
    mailbox: mailbox.owner,
    path: shownPath(home, mailbox.inbox),
    files: candidates.length,
    bytes: candidates.reduce((sum, { size }) => sum + size, 0),
    oldestSeconds: oldest === null ? null : Math.max(0, (nowMs - oldest.sinceMs) / 1000),
    oldestFile: oldest?.name ?? null,
    largestBytes: Math.max(0, ...candidates.map(({ size }) => size)),
    left: left.length,
  };
}

/** A path as people name it: relative to the home, unless it lies elsewhere. */
export function shownPath(home: Home, path: string): string {
  const shown = relative(home.root, path);
  return shown.startsWith('..') ? path : shown;
}

function longestThere(
  candidates: readonly Candidate[],
  nowMs: number,
): { readonly name: string; readonly sinceMs: number } | null {
  let oldest: { readonly name: string; readonly sinceMs: number } | null = null;
  for (const { mailbox, name } of candidates) {
    const sinceMs = look(join(mailbox.inbox, name))?.ctimeMs ?? nowMs;
    if (oldest === null || sinceMs < oldest.sinceMs) oldest = { name, sinceMs };
  }
  return oldest;
}
