import { readdirSync } from 'node:fs';
import type { Home } from '../config/home.js';
import { mailboxName } from '../config/mailboxes.js';
import { ConfigFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Store } from '../store/store.js';
import { onDisk } from './file-system.js';
import { ownerInWorkKey } from './work-folder.js';

/**
 * Proves that the settings have every mailbox that a file in work, or one that is not done with in the store, came from.
 * Without it there is nowhere that its receipt may go: in another outbox somebody else would read it.
 * @throws ConfigFault naming the mailboxes that are missing
 */
export function checkMailboxesOfWork(home: Home, store: Store): void {
  const known = new Set(home.mailboxes.map(({ owner }) => owner));
  const entries = onDisk('read the folder', home.work, () => readdirSync(home.work, { withFileTypes: true }));
  const inWork = entries.filter((entry) => entry.isDirectory()).map(({ name }) => ownerInWorkKey(name));
  const inStore = store.batches.unfinished().map(({ mailbox }) => mailbox);
  const missing = [...new Set([...inWork, ...inStore])].filter((owner) => !known.has(owner));
  if (missing.length === 0) return;
  const names = missing.map(mailboxName).join(' and of ');
  throw new ConfigFault(
    maskPersonNumbers(
      `There are files in ${home.work} of ${names}, which altinn-batch.json no longer has. Their receipts may go nowhere ` +
        'else, so nothing is done: put it back into the settings, and take it out again after a run that leaves nothing in work.',
    ),
  );
}
