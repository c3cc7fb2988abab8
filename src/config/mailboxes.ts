import { existsSync, realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { ConfigFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Catalogue } from '../domain/service.js';
import type { Entrance } from '../domain/system-user-code.js';
import { account } from './accounts.js';
import type { Home } from './home.js';
import type { Permissions } from './permissions.js';
import type { Settings } from './settings.js';

/** An inbox and the outbox that answers it. What came in one is answered there and nowhere else. */
export interface Mailbox {
  /** The service owner whose files alone are taken there; null: the common pair. */
  readonly owner: string | null;
  readonly inbox: string;
  readonly outbox: string;
  /** Of receipts, and of files that are put back into the inbox. */
  readonly files: Permissions;
  readonly folders: Permissions;
  /** Whether the common inbox takes this owner's files, too. */
  readonly alsoCommon: boolean;
}

/**
 * The mailboxes of a home with these settings: the common pair, when there is one, and then those of service owners.
 * @throws ConfigFault when a user or group is not known to this machine
 */
export function layOutMailboxes(root: string, settings: Settings): readonly Mailbox[] {
  const { inbox, outbox, fileMode, folderMode } = settings;
  const own = settings.mailboxes.map((one, index): Mailbox => {
    const named = (kind: 'user' | 'group') =>
      one[kind] === null ? null : account(kind, one[kind], `altinn-batch.json: mailboxes[${index}].${kind}`);
    const [user, group] = [named('user'), named('group')];
    return {
      owner: one.owner,
      inbox: resolve(root, one.inbox),
      outbox: resolve(root, one.outbox),
      files: { mode: one.fileMode ?? fileMode, user, group },
      folders: { mode: one.folderMode ?? folderMode, user, group },
      alsoCommon: one.alsoCommon,
    };
  });
  if (inbox === null || outbox === null) return own;
  const common: Mailbox = {
    owner: null,
    inbox: resolve(root, inbox),
    outbox: resolve(root, outbox),
    files: { mode: fileMode, user: null, group: null },
    folders: { mode: folderMode, user: null, group: null },
    alsoCommon: true,
  };
  return [common, ...own];
}

/** How a text names a mailbox: `the mailbox of SKD`. */
export function mailboxName(owner: string | null): string {
  return owner === null ? 'the common inbox and outbox' : `the mailbox of ${owner}`;
}

/**
 * The mailbox of a file or batch, by the owner that is on record with it.
 * @throws ConfigFault when the settings no longer have it: its receipts may go nowhere else
 */
export function mailboxOf(home: Home, owner: string | null): Mailbox {
  const found = home.mailboxes.find((mailbox) => mailbox.owner === owner);
  if (found !== undefined) return found;
  throw new ConfigFault(
    `The settings no longer have ${mailboxName(owner)}, and its receipts may go nowhere else: put it back into altinn-batch.json.`,
  );
}

/** Whose files are taken where a file came in. */
export function entranceOf(home: Home, owner: string | null): Entrance {
  const elsewhere = home.mailboxes.filter((one) => one.owner !== null && !one.alsoCommon).map((one) => one.owner ?? '');
  return { mailbox: owner, elsewhere };
}

/** @throws ConfigFault naming the mailboxes whose service owner is not in the catalogue */
export function checkMailboxOwners(home: Home, catalogue: Catalogue, path: string): void {
  const unknown = home.mailboxes.flatMap(({ owner }) =>
    owner === null || catalogue.owner(owner) !== undefined ? [] : [owner],
  );
  if (unknown.length === 0) return;
  const known = catalogue.serviceOwners.map(({ code }) => code).join(', ') || 'none';
  throw new ConfigFault(
    `altinn-batch.json has a mailbox for ${unknown.join(', ')}, not among the serviceOwners of the catalogue ` +
      `${maskPersonNumbers(path)} (${known}). Enter the service owner there, or take the mailbox out.`,
  );
}

interface Place {
  readonly name: string;
  readonly path: string;
  readonly kind: 'common' | 'own' | 'data' | 'files' | 'other';
}

/**
 * Each mailbox has its folders to itself: none of ours, nor anyone else's, is the same folder or lies in one of them,
 * where its sender could put another in its place. They may lie in the common inbox and outbox.
 * @param realPaths whether to compare what links lead to, as far as it is there
 * @throws ConfigFault naming the two folders
 */
export function checkFoldersApart(home: Home, realPaths: boolean): void {
  const places = placesOf(home).map((one) => (realPaths ? { ...one, path: realPath(one.path) } : one));
  for (const [index, one] of places.entries()) {
    for (const other of places.slice(index + 1)) {
      const fault = faultBetween(one, other) ?? faultBetween(other, one);
      if (fault !== null) throw new ConfigFault(`altinn-batch.json can't be used: ${maskPersonNumbers(fault)}`);
    }
  }
}

function placesOf(home: Home): Place[] {
  const boxes = home.mailboxes.flatMap(({ owner, inbox, outbox }): Place[] => {
    const kind = owner === null ? 'common' : 'own';
    const whose = owner === null ? '' : ` of ${owner}'s mailbox`;
    return [
      { name: `the inbox${whose}`, path: inbox, kind },
      { name: `the outbox${whose}`, path: outbox, kind },
    ];
  });
  return [
    ...boxes,
    { name: 'data', path: home.data, kind: 'data' },
    ...(['work', 'archive', 'rejected'] as const).map((name): Place => {
      return { name: `${name} in data`, path: home[name], kind: 'files' };
    }),
    { name: 'the home', path: home.root, kind: 'other' },
    { name: 'the catalogue', path: home.catalogue, kind: 'other' },
    { name: 'schemas', path: home.schemas, kind: 'other' },
    ...(['logFile', 'metricsFile'] as const).flatMap((name): Place[] => {
      const path = home[name];
      return path === null ? [] : [{ name: `the ${name}`, path, kind: 'other' }];
    }),
  ];
}

/** What is wrong with one lying where it does to the other. */
function faultBetween(one: Place, other: Place): string | null {
  const isMailbox = (place: Place) => place.kind === 'own' || place.kind === 'common';
  if (
    one.path === other.path &&
    (isMailbox(one) || isMailbox(other)) &&
    one.kind !== 'other' &&
    other.kind !== 'other'
  ) {
    return `${one.name} and ${other.name} must be different folders (both are ${one.path}).`;
  }
  if (!isIn(one.path, other.path)) return null;
  if (other.kind === 'own') {
    return `${one.name} (${one.path}) must not lie in ${other.name}, whose sender could put another in its place.`;
  }
  if (one.kind === 'own' && other.kind === 'files') {
    return `${one.name} (${one.path}) must not lie in ${other.name}, where no sender has any business.`;
  }
  return null;
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Where links lead to, as far as the path is there. */
export function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = resolve(path, '..');
  return above === path ? path : join(realPath(above), relative(above, path));
}
