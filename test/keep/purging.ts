import type { Home } from '../../src/config/home.js';
import { type PurgeResult, purge } from '../../src/keep/purge.js';
import { freshHome } from '../intake/fresh-home.js';
import { type OpenStore, openStore } from '../store/fixture.js';

/** A home with a store, and a purge of it at a moment of the test's choice. */
export interface Purgeable extends OpenStore {
  readonly home: Home;
  purgeAt(now: string, dryRun?: boolean): Promise<Record<string, PurgeResult>>;
  readonly notices: readonly string[];
}

export function purgeable(keepDays: Readonly<Record<string, number>>, settings: object = {}): Purgeable {
  const home = freshHome({ keepDays, ...settings });
  const opened = openStore(home.store);
  const notices: string[] = [];
  return {
    ...opened,
    home,
    notices,
    async purgeAt(now, dryRun = false) {
      const results: Record<string, PurgeResult> = {};
      await purge({
        home,
        store: opened.store,
        now: Date.parse(now),
        dryRun,
        user: 'kari',
        signal: new AbortController().signal,
        onNotice: (text) => notices.push(text),
        onResult: (result) => {
          results[result.kind] = result;
        },
        onCount: ({ user, kind, removed }) =>
          opened.store.audit.add({ at: now, user, command: 'purge', arguments: [], detail: { kind, removed } }),
      });
      return results;
    },
  };
}
