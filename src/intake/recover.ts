import { mailboxOf } from '../config/mailboxes.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Batch } from '../store/batch-store.js';
import { bringBack, keptFile } from './bring-back.js';
import { type Engine, nowUtc } from './engine.js';
import { removeIfThere } from './file-system.js';
import { listWork } from './list-work.js';
import { publishReceipts, shipmentResults } from './publish-batch.js';
import { type Claimed, removeWorkFolder } from './work-folder.js';

/**
 * Puts right what an earlier process left behind when it ended, and gives the files that are still to be processed,
 * in the order in which they were claimed. Only for the holder of the lock.
 */
export async function recover(engine: Engine): Promise<readonly Claimed[]> {
  const { home, store, troubles } = engine;
  store.retries.discard();
  const claimed: Claimed[] = [];
  for (const left of listWork(home, (mailbox, work) => troubles.attempt(mailbox, work))) {
    const batch = store.batches.findByWorkKey(left.workKey);
    if (left.claimed !== null) {
      if (isOnlyBroughtBack(engine, batch)) dropWork(engine, left.claimed);
      else claimed.push(left.claimed);
      continue;
    }
    if (batch !== undefined && batch.state !== 'archived') {
      store.batches.setState(batch.id, 'archived', { archivedAs: left.archivedAs, endedAt: nowUtc() });
    }
    removeWorkFolder(home, left.workFolder);
  }
  const broughtBack = await settleFileless(engine, new Set(claimed.map(({ workKey }) => workKey)));
  return [...claimed, ...broughtBack];
}

/** A retry was killed before the store knew of it: the file still is where it was archived. */
function isOnlyBroughtBack({ home }: Engine, batch: Batch | undefined): boolean {
  return batch?.state === 'archived' && keptFile(home, batch) !== null;
}

function dropWork({ home }: Engine, { workFile, workFolder }: Claimed): void {
  removeIfThere(workFile);
  removeWorkFolder(home, workFolder);
}

/**
 * Batches whose file is no longer in work: archived just before a power cut undid our note of it, back in the inbox, or
 * taken away by hand. Receipts come from the store, so a committed one is still answered. One that was accepted when its
 * failed items were tried again has its file where it was: that is brought back, to go to its new place.
 */
async function settleFileless(engine: Engine, inWork: ReadonlySet<string>): Promise<readonly Claimed[]> {
  const { home, store, troubles } = engine;
  const claimed: Claimed[] = [];
  for (const batch of store.batches.unfinished()) {
    const mailbox = mailboxOf(home, batch.mailbox);
    // Of one that is left alone nobody has looked whether its file is in work.
    if (inWork.has(batch.workKey) || troubles.isOut(mailbox)) continue;
    const file = keptFile(home, batch);
    if (file !== null) {
      claimed.push(bringBack(home, batch, file));
      continue;
    }
    if (batch.state === 'committed' || batch.state === 'published') {
      if (troubles.attempt(mailbox, () => publishReceipts(engine, batch)) === null) continue;
      for (const result of shipmentResults(engine, batch)) {
        if ((await engine.hooks.afterShipment(result)) === 'stopped') return claimed;
      }
      store.batches.setState(batch.id, 'archived', { endedAt: nowUtc() });
      tell(engine, batch);
      continue;
    }
    if (store.receipts.ofBatch(batch.id).length > 0) {
      settleAsItWas(engine, batch);
      continue;
    }
    for (const shipment of store.shipments.ofBatch(batch.id)) store.shipments.discard(shipment.id);
    store.batches.forget(batch.id);
  }
  return claimed;
}

function tell(engine: Engine, batch: Batch): void {
  const where = 'Its file is no longer in data/work: it was archived before a crash, or somebody took it away.';
  engine.onNotice(`${maskPersonNumbers(batch.fileName)} (batch ${batch.id}) has its receipts. ${where}`);
  for (const result of shipmentResults(engine, batch)) engine.onShipment(result);
}

/** A file that was to be tried again, and that somebody took out of work: its receipts say what they said before. */
function settleAsItWas(engine: Engine, batch: Batch): void {
  const { store } = engine;
  store.transaction(() => {
    const receipts = store.receipts.ofBatch(batch.id);
    for (const { id, state } of store.shipments.ofBatch(batch.id)) {
      if (state !== 'staged') continue;
      const own = receipts.find(({ shipmentId }) => shipmentId === id);
      const status = own?.statusCode ?? receipts[0]?.statusCode ?? 'Rejected';
      store.shipments.settle(id, { state: 'refused', status, endedAt: nowUtc(), receiptId: own?.receiptId ?? null });
    }
    store.batches.setState(batch.id, 'archived', { endedAt: nowUtc() });
  });
  tell(engine, batch);
}
