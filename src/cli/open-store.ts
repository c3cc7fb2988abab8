import { existsSync } from 'node:fs';
import { type Home, makeFolder } from '../config/home.js';
import { Fault } from '../domain/faults.js';
import type { Store } from '../store/store.js';

/**
 * Opens the home's store for a command beside the intake, making it where there is none, and closes it after the work.
 * The work does its writing in short transactions: a run may be going on.
 */
export async function withStore<T>(home: Home, work: (store: Store) => T | Promise<T>): Promise<T> {
  const { Store } = await import('../store/store.js');
  makeFolder(home.data, home.settings.folderMode);
  const { busyTimeoutSeconds, fileMode } = home.settings;
  const store = Store.open(home.store, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/**
 * Opens the store for nothing but reading, so that it can't be changed by any means; where there is none the answer is `none`.
 * @throws ConfigFault when it was made by an older version: reading doesn't bring it up to date
 */
export async function withStoreToRead<T>(home: Home, none: T, work: (store: Store) => T | Promise<T>): Promise<T> {
  if (!existsSync(home.store)) return none;
  const { Store } = await import('../store/store.js');
  const { busyTimeoutSeconds, fileMode } = home.settings;
  const store = Store.open(home.store, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode, readonly: true });
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** As withStore, for a command that only looks: where there is no store yet none is made, and the answer is `none`. */
export async function withStoreIfThere<T>(home: Home, none: T, work: (store: Store) => T | Promise<T>): Promise<T> {
  return existsSync(home.store) ? withStore(home, work) : none;
}

/**
 * Has the work look at the home's store: null where there is none yet, or what keeps it from being opened. Nothing is made or
 * migrated, and nobody is kept waiting.
 */
export async function withStoreToLookAt<T>(
  home: Home,
  work: (store: Store | { readonly fault: string } | null) => T | Promise<T>,
): Promise<T> {
  if (!existsSync(home.store)) return work(null);
  const { Store } = await import('../store/store.js');
  const { busyTimeoutSeconds, fileMode } = home.settings;
  let store: Store;
  try {
    store = Store.open(home.store, { busyTimeoutMs: busyTimeoutSeconds * 1000, fileMode, readonly: true });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return work({ fault: error.message });
  }
  try {
    return await work(store);
  } finally {
    store.close();
  }
}
