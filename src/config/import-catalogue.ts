import type { Catalogue } from '../domain/service.js';
import type { Store } from '../store/store.js';
import { type CatalogueFile, readCatalogueFile } from './catalogue-file.js';
import type { Home } from './home.js';
import { checkMailboxOwners } from './mailboxes.js';

export interface TakenCatalogue {
  readonly catalogue: Catalogue;
  /** Of the file. */
  readonly sha256: string;
  /** Whether the store has changed. */
  readonly changed: boolean;
}

/**
 * Reads a catalogue that is, or is to be, the home's.
 * @throws ConfigFault when it is broken, or lacks the service owner of a mailbox
 */
export function readHomeCatalogue(home: Home, path: string = home.catalogue): CatalogueFile {
  const file = readCatalogueFile(path, home.root);
  checkMailboxOwners(home, file.catalogue, path);
  return file;
}

/**
 * Takes the home's catalogue file into the store when it isn't there yet or the file has changed.
 * @param at when, as the store keeps times
 * @throws ConfigFault when the file is broken; the store then keeps what it had
 */
export function importCatalogue(home: Home, store: Store, at: string): TakenCatalogue {
  const { catalogue, sha256 } = readHomeCatalogue(home);
  return store.transaction(() => {
    if (store.catalogue.currentSha256() === sha256) return { catalogue, sha256, changed: false };
    store.catalogue.replace(catalogue, sha256, at);
    return { catalogue, sha256, changed: true };
  });
}
