import { closeSync, constants, existsSync, mkdirSync, openSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigFault, Fault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { asIoFault } from '../receipts/io-fault.js';
import { temporaryName } from '../receipts/temporary-name.js';
import { readJsonFile } from './json-file.js';
import { checkFoldersApart, layOutMailboxes, type Mailbox } from './mailboxes.js';
import { applyPermissions, type Permissions } from './permissions.js';
import { parseSettings, type Settings } from './settings.js';

export const SETTINGS_FILE = 'altinn-batch.json';

/** A home folder: where its parts are, as absolute paths, and its settings. */
export interface Home {
  readonly root: string;
  /** Where files come in and receipts go out; at least one. */
  readonly mailboxes: readonly Mailbox[];
  readonly data: string;
  readonly work: string;
  readonly archive: string;
  readonly rejected: string;
  readonly store: string;
  readonly lock: string;
  readonly catalogue: string;
  readonly schemas: string;
  /** Null: the log goes to stderr alone. */
  readonly logFile: string | null;
  /** Null: none is written. */
  readonly metricsFile: string | null;
  readonly settings: Settings;
}

/**
 * Reads the settings of an existing home; makes and changes nothing.
 * @throws ConfigFault when the folder is no home (naming `init`) or its settings are wrong
 */
export function openHome(dir: string): Home {
  const home = findHome(dir);
  if (home !== null) return home;
  throw new ConfigFault(
    `${maskPersonNumbers(resolve(dir))} is no home folder: a home has ${SETTINGS_FILE} or services.json, and an inbox. ` +
      'Name the right one with --home DIR or ALTINN_BATCH_HOME, or make one with: altinn-batch init --home DIR',
  );
}

/**
 * As openHome, for commands that can do without.
 * @returns null when the folder is no home: one has a settings file or a catalogue, and an inbox
 */
export function findHome(dir: string): Home | null {
  const root = resolve(dir);
  const home = layOut(root, readSettings(root));
  const known = existsSync(join(root, SETTINGS_FILE)) || existsSync(home.catalogue);
  return known && home.mailboxes.some(({ inbox }) => isFolder(inbox)) ? home : null;
}

/**
 * The parts of a home with these settings, whether or not they are there.
 * @throws ConfigFault when two of its folders get in each other's way, or a mailbox's user or group isn't known
 */
export function layOut(root: string, settings: Settings): Home {
  const data = resolve(root, settings.data);
  const home: Home = Object.freeze({
    root,
    mailboxes: layOutMailboxes(root, settings),
    data,
    work: join(data, 'work'),
    archive: join(data, 'archive'),
    rejected: join(data, 'rejected'),
    store: join(data, 'altinn-batch.db'),
    lock: join(data, 'intake.lock'),
    catalogue: resolve(root, settings.catalogue),
    schemas: resolve(root, settings.schemas),
    logFile: settings.logFile === null ? null : resolve(root, settings.logFile),
    metricsFile: settings.metricsFile === null ? null : resolve(root, settings.metricsFile),
    settings,
  });
  checkFoldersApart(home, false);
  return home;
}

/** The settings of a folder; the defaults where it has no settings file. */
export function readSettings(root: string): Settings {
  return parseSettings(readJsonFile(join(root, SETTINGS_FILE))?.json ?? {});
}

/** Makes those folders of the home that are missing, with the permissions that the settings say. */
export function makeFolders(home: Home): void {
  for (const mailbox of home.mailboxes) makeMailbox(home, mailbox);
  makeDataFolders(home);
}

export function makeDataFolders(home: Home): void {
  for (const folder of [home.data, home.work, home.archive, home.rejected])
    makeFolder(folder, home.settings.folderMode);
}

/**
 * Makes a mailbox's folders where they are missing, and proves that files can be given to its user and group. The folders
 * above get the home's own permissions: whoever may write in one could put another folder in the mailbox's place.
 * @throws IoFault when a folder can't be made or written; ConfigFault when it or a file can't be given away
 */
export function makeMailbox(home: Home, { inbox, outbox, files, folders }: Mailbox): void {
  for (const folder of [inbox, outbox]) makeFolder(folder, folders, home.settings.folderMode);
  if (files.user === null && files.group === null) return;
  // Named as a receipt that is being written, so that one that a kill leaves is cleared away.
  const probe = join(outbox, temporaryName('owner', process.pid));
  try {
    rmSync(probe, { force: true });
    const fd = openSync(probe, 'wx', 0o600);
    try {
      applyPermissions(fd, files, outbox);
    } finally {
      closeSync(fd);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    throw asIoFault(error, 'write a file in', outbox);
  }
}

/**
 * Makes a folder and its missing parents; one that is there is left as it is.
 * @param aboveMode of the parents, when it is another
 * @throws IoFault when it can't be made; ConfigFault when it can't be given to the user or group
 */
export function makeFolder(folder: string, given: Permissions | number, aboveMode?: number): void {
  if (isFolder(folder)) return;
  try {
    if (!existsSync(dirname(folder))) makeFolder(dirname(folder), aboveMode ?? given);
    mkdirSync(folder, { mode: 0o700 });
    permit(folder, given);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (isFolder(folder)) return; // another process was quicker
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const remedy = reason === 'EEXIST' ? 'a file stands in its place: move it away' : 'check permissions and disk';
    throw new IoFault(`The folder ${maskPersonNumbers(folder)} can't be made (${reason}): ${remedy}.`, { cause });
  }
}

/** One that can't be given what it needs goes again: the next time it would be taken for one that was there. */
function permit(folder: string, given: Permissions | number): void {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    applyPermissions(fd, given, folder);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
