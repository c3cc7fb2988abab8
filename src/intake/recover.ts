import { maskPersonNumbers } from '../domain/mask.js';
import { type Engine, nowUtc } from './engine.js';
import { listWork } from './list-work.js';
import { type Claimed, removeWorkFolder } from './work-folder.js';

/**
 * Puts right what an earlier process left behind when it ended, and gives the files that are still to be processed,
 * in the order in which they were claimed. Only for the holder of the lock.
 */
export async function recover(engine: Engine): Promise<readonly Claimed[]> {
  const { home, store } = engine;
  const claimed: Claimed[] = [];
  for (const left of listWork(home)) {
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
  const { store } = engine;
  for (const batch of store.batches.unfinished()) {
    if (inWork.has(batch.workKey)) continue;
    if (batch.state === 'committed' || batch.state === 'published') {
      // Seldom needed, and what writes receipts takes long to load.
      const { publishReceipts, shipmentResults } = await import('./publish-batch.js');
      publishReceipts(engine, batch);
      store.batches.setState(batch.id, 'archived', { endedAt: nowUtc() });
      const where = 'Its file is no longer in data/work: it was archived before a crash, or somebody took it away.';
      engine.onNotice(`${maskPersonNumbers(batch.fileName)} (batch ${batch.id}) has its receipts. ${where}`);
      for (const result of shipmentResults(engine, batch)) engine.onShipment(result);
      continue;
    }
    for (const shipment of store.shipments.ofBatch(batch.id)) store.shipments.discard(shipment.id);
    store.batches.forget(batch.id);
  }
}
