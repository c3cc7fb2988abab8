import { mailboxOf } from '../config/mailboxes.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { type Engine, nowUtc } from './engine.js';
import { listWork } from './list-work.js';
import { publishReceipts, shipmentResults } from './publish-batch.js';
import { type Claimed, removeWorkFolder } from './work-folder.js';

/**
 * Puts right what an earlier process left behind when it ended, and gives the files that are still to be processed,
 * in the order in which they were claimed. Only for the holder of the lock.
 */
export async function recover(engine: Engine): Promise<readonly Claimed[]> {
  const { home, store, troubles } = engine;
  const claimed: Claimed[] = [];
  for (const left of listWork(home, (mailbox, work) => troubles.attempt(mailbox, work))) {
    if (left.claimed !== null) {
      claimed.push(left.claimed);
      continue;
    }
    const batch = store.batches.findByWorkKey(left.workKey);
    if (batch !== undefined && batch.state !== 'archived') {
      store.batches.setState(batch.id, 'archived', { archivedAs: left.archivedAs, endedAt: nowUtc() });
    }
    removeWorkFolder(home, left.workFolder);
  }
  await settleFileless(engine, new Set(claimed.map(({ workKey }) => workKey)));
  return claimed;
}

/**
 * Batches whose file is no longer in work: archived just before a power cut undid our note of it, back in the inbox, or
 * taken away by hand. Receipts come from the store, so a committed one is still answered.
 */
async function settleFileless(engine: Engine, inWork: ReadonlySet<string>): Promise<void> {
  const { home, store, troubles } = engine;
  for (const batch of store.batches.unfinished()) {
    const mailbox = mailboxOf(home, batch.mailbox);
    // Of one that is left alone nobody has looked whether its file is in work.
    if (inWork.has(batch.workKey) || troubles.isOut(mailbox)) continue;
    if (batch.state === 'committed' || batch.state === 'published') {
      if (troubles.attempt(mailbox, () => publishReceipts(engine, batch)) === null) continue;
      const results = shipmentResults(engine, batch);
      for (const result of results) if ((await engine.hooks.afterShipment(result)) === 'stopped') return;
      store.batches.setState(batch.id, 'archived', { endedAt: nowUtc() });
      const where = 'Its file is no longer in data/work: it was archived before a crash, or somebody took it away.';
      engine.onNotice(`${maskPersonNumbers(batch.fileName)} (batch ${batch.id}) has its receipts. ${where}`);
      for (const result of results) engine.onShipment(result);
      continue;
    }
    for (const shipment of store.shipments.ofBatch(batch.id)) store.shipments.discard(shipment.id);
    store.batches.forget(batch.id);
  }
}
