import type { Catalogue } from '../domain/service.js';
import type { Store } from '../store/store.js';
import { readCatalogueFile } from './catalogue-file.js';
import type { Home } from './home.js';

/**
 * Takes the home's catalogue file into the store when it isn't there yet or the file has changed.
 * @param at when, as the store keeps times
 * @returns the catalogue, and whether the store has changed
 * @throws ConfigFault when the file is broken; the store then keeps what it had
 */
export function importCatalogue(home: Home, store: Store, at: string): { catalogue: Catalogue; changed: boolean } {
  const { catalogue, sha256 } = readCatalogueFile(home.catalogue, home.root);
  return store.transaction(() => {
    if (store.catalogue.currentSha256() === sha256) return { catalogue, changed: false };
    store.catalogue.replace(catalogue, sha256, at);
    return { catalogue, changed: true };
  });
}
