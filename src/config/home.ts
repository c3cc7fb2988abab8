import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigFault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { readJsonFile } from './json-file.js';
import { parseSettings, type Settings } from './settings.js';

export const SETTINGS_FILE = 'altinn-batch.json';

/** A home folder: where its parts are, as absolute paths, and its settings. */
export interface Home {
  readonly root: string;
  readonly inbox: string;
  readonly outbox: string;
  readonly data: string;
  readonly work: string;
  readonly archive: string;
  readonly rejected: string;
  readonly store: string;
  readonly lock: string;
  readonly catalogue: string;
  readonly schemas: string;
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
  return known && isFolder(home.inbox) ? home : null;
}

/** The parts of a home with these settings, whether or not they are there. */
export function layOut(root: string, settings: Settings): Home {
  const data = resolve(root, settings.data);
  const home: Home = Object.freeze({
    root,
    inbox: resolve(root, settings.inbox),
    outbox: resolve(root, settings.outbox),
    data,
    work: join(data, 'work'),
    archive: join(data, 'archive'),
    rejected: join(data, 'rejected'),
    store: join(data, 'altinn-batch.db'),
    lock: join(data, 'intake.lock'),
    catalogue: resolve(root, settings.catalogue),
    schemas: resolve(root, settings.schemas),
    settings,
  });
  const apart = [home.inbox, home.outbox, home.data, home.work, home.archive, home.rejected];
  if (new Set(apart).size === apart.length) return home;
  throw new ConfigFault(
    `${SETTINGS_FILE} can't be used: inbox, outbox and data (with its work, archive and rejected) must be different folders.`,
  );
}

/** The settings of a folder; the defaults where it has no settings file. */
export function readSettings(root: string): Settings {
  const file = readJsonFile(join(root, SETTINGS_FILE));
  return parseSettings(file === undefined ? {} : file.json);
}

/** Makes those folders of the home that are missing, with the mode that the settings say. */
export function makeFolders(home: Home): void {
  for (const folder of [home.inbox, home.outbox, home.data, home.work, home.archive, home.rejected]) {
    makeFolder(folder, home.settings.folderMode);
  }
}

/** Makes a folder and its missing parents; one that is there is left as it is. */
export function makeFolder(folder: string, mode: number): void {
  if (isFolder(folder)) return;
  try {
    if (!existsSync(dirname(folder))) makeFolder(dirname(folder), mode);
    mkdirSync(folder, { mode });
    chmodSync(folder, mode); // the umask has no say: the mode is a setting
  } catch (cause) {
    if (cause instanceof IoFault) throw cause;
    if (isFolder(folder)) return; // another process was quicker
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const remedy = reason === 'EEXIST' ? 'a file stands in its place: move it away' : 'check permissions and disk';
    throw new IoFault(`The folder ${maskPersonNumbers(folder)} can't be made (${reason}): ${remedy}.`, { cause });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
