import { readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { look, onDisk } from './file-system.js';
import { RESERVED_PREFIX } from './work-folder.js';

/** A file in an inbox that could be taken, as it stood when it was looked at. */
export interface Candidate {
  readonly mailbox: Mailbox;
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  readonly dev: number;
}

/** Something in an inbox with a name that is taken, but that is not, and why: `it is a symbolic link`. */
export interface LeftInInbox {
  readonly mailbox: Mailbox;
  readonly name: string;
  readonly why: string;
}

export interface InboxListing {
  readonly candidates: readonly Candidate[];
  readonly left: readonly LeftInInbox[];
}

/**
 * What could be taken now from all inboxes together: regular files only, links never followed, oldest first, then by
 * name. Whether they are complete is for Stability to say.
 * @param attempt looks into one inbox, and gives null where that can't be done and the others are to go on
 * @throws IoFault when an inbox can't be read
 */
export function listCandidates(
  home: Home,
  attempt: (mailbox: Mailbox, look: () => InboxListing) => InboxListing | null = (_mailbox, look) => look(),
): InboxListing {
  const listings = home.mailboxes.flatMap((mailbox) => attempt(mailbox, () => listInbox(home, mailbox)) ?? []);
  return {
    candidates: listings.flatMap(({ candidates }) => candidates).sort(oldestFirst),
    left: listings.flatMap(({ left }) => left),
  };
}

function listInbox(home: Home, mailbox: Mailbox): InboxListing {
  const { inbox } = mailbox;
  const names = onDisk('read the folder', inbox, () => readdirSync(inbox));
  const isWanted = nameFilter(home);
  const present = new Set(names);
  const candidates: Candidate[] = [];
  const left: LeftInInbox[] = [];
  for (const name of names.filter(isWanted)) {
    const path = join(inbox, name);
    const stats = look(path);
    const why = whyLeft(name, stats, present, home.settings.doneFileSuffix);
    if (why === null && stats !== null) candidates.push({ mailbox, name, ...identity(stats) });
    else if (why !== null && !isOfMailbox(home, path)) left.push({ mailbox, name, why });
  }
  return { candidates, left };
}

/** A mailbox may lie in the common inbox, and nobody need be told of that. */
function isOfMailbox(home: Home, path: string): boolean {
  return home.mailboxes.some(({ inbox, outbox }) => inbox === path || outbox === path);
}

/**
 * Whether what stands there now is what was looked at. Not by its inode: some network file systems give a file another
 * one when it is renamed.
 */
export function isUnchanged(candidate: Candidate, stats: Stats | null): boolean {
  return stats?.isFile() === true && stats.size === candidate.size && stats.mtimeMs === candidate.mtimeMs;
}

function nameFilter(home: Home): (name: string) => boolean {
  const { include, temporaryNames, doneFileSuffix } = home.settings;
  const included = include.map(globPattern);
  const temporary = temporaryNames.map(globPattern);
  return (name) =>
    !name.startsWith(RESERVED_PREFIX) &&
    !(doneFileSuffix !== null && name.endsWith(doneFileSuffix)) &&
    included.some((pattern) => pattern.test(name)) &&
    !temporary.some((pattern) => pattern.test(name));
}

/** A file name pattern: `*` is any run of characters, `?` any one, the rest itself; case does not count. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'ius');
}

/** Null when it may be taken, or when it is gone already. */
function whyLeft(
  name: string,
  stats: Stats | null,
  present: ReadonlySet<string>,
  doneFileSuffix: string | null,
): string | null {
  if (stats === null) {
    return name.includes('\ufffd') ? 'its name is not in UTF-8, so it can not be opened by it: rename it' : null;
  }
  if (stats.isSymbolicLink()) return 'it is a symbolic link, and those are not followed';
  if (stats.isDirectory()) return 'it is a folder';
  if (!stats.isFile()) return 'it is no regular file';
  if (doneFileSuffix !== null && !present.has(name + doneFileSuffix)) {
    return `it waits for its done file, ${name}${doneFileSuffix}`;
  }
  return null;
}

function identity({ size, mtimeMs, ino, dev }: Stats) {
  return { size, mtimeMs, ino, dev };
}

function oldestFirst(one: Candidate, other: Candidate): number {
  if (one.mtimeMs !== other.mtimeMs) return one.mtimeMs - other.mtimeMs;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  return (one.mailbox.owner ?? '') < (other.mailbox.owner ?? '') ? -1 : 1;
}
