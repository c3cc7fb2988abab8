import type { Home } from '../config/home.js';
import { importCatalogue, type TakenCatalogue } from '../config/import-catalogue.js';
import { ConfigFault } from '../domain/faults.js';
import type { Catalogue } from '../domain/service.js';
import type { Store } from '../store/store.js';
import { nowUtc } from './engine.js';

/** The service catalogue in use: taken in at the start, and again whenever its file has changed. */
export class CurrentCatalogue {
  readonly #home: Home;
  readonly #store: Store;
  readonly #news: { onNotice(text: string): void };
  #taken: TakenCatalogue;
  /** What was wrong with the file when it was told last, so that it is told once. */
  #fault: string | null = null;

  /** @throws ConfigFault when the file is broken: nothing may begin with it */
  constructor(home: Home, store: Store, news: { onNotice(text: string): void }) {
    this.#home = home;
    this.#store = store;
    this.#news = news;
    this.#taken = this.#takeIn();
  }

  get catalogue(): Catalogue {
    return this.#taken.catalogue;
  }

  /** Looks at the file; true when there is another catalogue now. A broken file is told of, and changes nothing. */
  refresh(): boolean {
    try {
      const before = this.#taken;
      this.#taken = this.#takeIn();
      this.#fault = null;
      // Not whether the store has changed: another process may have imported the file.
      return this.#taken.sha256 !== before.sha256;
    } catch (error) {
      if (!(error instanceof ConfigFault)) throw error;
      if (error.message !== this.#fault) {
        this.#news.onNotice(`${error.message} Until then the catalogue as it was stays in use.`);
      }
      this.#fault = error.message;
      return false;
    }
  }

  #takeIn(): TakenCatalogue {
    const taken = importCatalogue(this.#home, this.#store, nowUtc());
    if (taken.changed) {
      const { services, serviceOwners } = taken.catalogue;
      this.#news.onNotice(
        `The service catalogue was taken in: ${services.length} service editions, ${serviceOwners.length} service owners.`,
      );
    }
    return taken;
  }
}
