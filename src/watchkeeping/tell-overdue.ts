import type { Home } from '../config/home.js';
import type { Store } from '../store/store.js';
import { expectedToday } from './expectations.js';
import type { Hooks } from './hooks.js';

/** Has the hook `overdue` run for each expected file that is overdue: once a day, whoever runs. */
export async function tellOverdue({
  home,
  store,
  hooks,
  signal,
}: {
  readonly home: Home;
  readonly store: Store;
  readonly hooks: Hooks;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { expect, timeZone, hooks: commands } = home.settings;
  if (commands.overdue === null) return;
  for (const { state, ...file } of expectedToday(expect, store.status, timeZone, Date.now())) {
    if (signal?.aborted) return;
    if (state !== 'overdue' || store.status.isNoticed(file)) continue;
    // On record afterwards: told twice, after a kill, is better than never.
    if ((await hooks.overdue(file)) === 'done') store.status.notice(file, new Date().toISOString());
  }
}
