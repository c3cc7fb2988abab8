/** What was not accepted, tried again: after the catalogue, a setting or a schema has changed, or the gap before it is filled. */
import type { Home } from '../config/home.js';
import { entranceOf } from '../config/mailboxes.js';
import { UsageFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { checkSender } from '../domain/system-user-code.js';
import { bringBack, keptFile } from '../intake/bring-back.js';
import { type Engine, nowUtc } from '../intake/engine.js';
import { LeftNotices } from '../intake/left-notices.js';
import { withEngine } from '../intake/open-engine.js';
import { Pass } from '../intake/pass.js';
import { finishCommitted, isCommitted } from '../intake/process-file.js';
import { publishChanged, publishReceipts, shipmentResults } from '../intake/publish-batch.js';
import { Interrupted } from '../intake/read-submission.js';
import { recover } from '../intake/recover.js';
import type { RunSummary, ShipmentResult } from '../intake/results.js';
import { retryingBy } from '../intake/retries.js';
import type { IntakeOptions } from '../intake/run.js';
import { rejectionMessage } from '../receipts/rejection.js';
import type { Batch } from '../store/batch-store.js';
import type { FailedItem } from '../store/failed-item-store.js';
import { shipmentIdOf } from '../store/item-id.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Store } from '../store/store.js';
import { Refusal } from '../xml/refusal.js';
import { commitRetry, type RetryOutcome } from './commit-retry.js';
import { failedDocuments } from './failed-documents.js';
import { type KeptItem, type TrySubject, tryItems } from './try-items.js';

/** What is to be tried again: all of a batch that was not accepted, or one item. */
export type RetryTarget = { readonly batchId: number } | { readonly itemId: number };

export interface RetryOptions extends IntakeOptions {
  /** Puts on record what is done by hand; called within the transaction that does it. */
  record(store: Store, detail: Readonly<Record<string, unknown>>): void;
}

/** Of more items that can't be tried the operator is told how many. */
const MOST_NAMED = 20;

/**
 * Tries a batch or an item again, as its own next attempt: same batch, same receipts, which are updated.
 * @throws UsageFault when there is no such batch or item; LockedFault, ConfigFault, IoFault as run does
 */
export async function retry(home: Home, target: RetryTarget, options: RetryOptions): Promise<RunSummary> {
  try {
    return await withEngine(home, options, (engine) => retryIn(engine, target, options));
  } catch (error) {
    // What was under way has been taken back.
    if (error instanceof Interrupted) options.signal?.throwIfAborted();
    throw error;
  }
}

async function retryIn(engine: Engine, target: RetryTarget, options: RetryOptions): Promise<RunSummary> {
  const pass = new Pass(engine, () => false, new LeftNotices((text) => engine.onNotice(text)));
  const retrying = retryingBy(engine.home.settings, engine);
  const left = await retrying('What an earlier run left', async () => {
    const claimed = await recover(engine);
    publishChanged(engine);
    return claimed;
  });
  const found = find(engine.store, target);
  const inWork = left.find(({ workKey }) => workKey === found.batch.workKey);
  if (inWork !== undefined) {
    engine.onNotice(`Batch ${found.batch.id} was being processed by a run that did not come to its end: now it does.`);
    await pass.process([inWork], []);
    // That was the next try. One that had been committed was only published and archived.
    if (!isCommitted(found.batch)) return pass.summary();
  }
  const { batch, items } = find(engine.store, target);
  const plan = planFor(engine, batch, items);
  if (plan.shipments.length === 0 && !plan.isFileTried) {
    engine.onNotice(`Nothing to try again: ${plan.why}.`);
  }
  for (const shipment of plan.shipments) {
    await retryItems(engine, pass, batchOf(engine.store, batch.id), shipment, items, options);
  }
  if (plan.isFileTried) await retryFile(engine, pass, batchOf(engine.store, batch.id), plan.reopened, options);
  return pass.summary();
}

function find(store: Store, target: RetryTarget): { batch: Batch; items: readonly FailedItem[] | null } {
  if ('batchId' in target) return { batch: batchOf(store, target.batchId), items: null };
  const shipment = store.shipments.byId(shipmentIdOf(target.itemId));
  const item = store.failedItems.byId(target.itemId);
  if (shipment === undefined || shipment.state === 'staged' || !store.failedItems.isItem(target.itemId)) {
    throw new UsageFault(`There is no item ${target.itemId}.`);
  }
  return { batch: batchOf(store, shipment.batchId), items: item === undefined ? [] : [item] };
}

function batchOf(store: Store, batchId: number): Batch {
  const batch = store.batches.byId(batchId);
  if (batch !== undefined) return batch;
  throw new UsageFault(`There is no batch ${batchId}: its id stands in receipts as BatchReference.`);
}

interface Plan {
  /** Shipments whose failed items are tried again. */
  readonly shipments: readonly Shipment[];
  /** Whether the file is processed once more, for what was refused whole in it. */
  readonly isFileTried: boolean;
  readonly reopened: readonly Shipment[];
  /** Why there is nothing to do, when there is nothing. */
  readonly why: string;
}

const NOTHING = { shipments: [], isFileTried: false, reopened: [] };

function planFor(engine: Engine, batch: Batch, items: readonly FailedItem[] | null): Plan {
  const shipments = engine.store.shipments.ofBatch(batch.id);
  if (engine.store.receiptSaves.ofBatch(batch.id) !== undefined && batch.status !== 'OK') {
    throw new UsageFault(`Batch ${batch.id} is a ReceiptSave, which is not tried again: it has to be sent again.`);
  }
  if (items !== null) return planForItem(shipments, items);
  const withItems = shipments.filter((one) => one.state !== 'refused' && hasTriable(one));
  const reopened = shipments.filter(
    (one) => one.state === 'refused' || (one.state === 'failed' && one.stagedItems === 0),
  );
  const isFileTried = reopened.length > 0 || (shipments.length === 0 && batch.status !== 'OK');
  return { ...NOTHING, shipments: withItems, isFileTried, reopened, why: `batch ${batch.id} was accepted whole` };
}

function planForItem(shipments: readonly Shipment[], items: readonly FailedItem[]): Plan {
  const [item] = items;
  if (item === undefined) return { ...NOTHING, why: 'the item did not fail' };
  const shipment = shipments.find(({ id }) => id === shipmentIdOf(item.itemId));
  if (shipment !== undefined && refusedItems(shipment) > 0) {
    throw new UsageFault(
      `The shipment of item ${item.itemId} was refused for too many failed items, so all of it must be tried again: retry --batch ${shipment.batchId}.`,
    );
  }
  return { ...NOTHING, shipments: shipment === undefined ? [] : [shipment], why: 'the item did not fail' };
}

function hasTriable(shipment: Shipment): boolean {
  return shipment.failedItems > 0 || refusedItems(shipment) > 0;
}

function refusedItems({ stagedItems, acceptedItems, failedItems, ignoredItems }: Shipment): number {
  return stagedItems - acceptedItems - failedItems - ignoredItems;
}

/** Items that were not accepted, from what was kept of them. */
async function retryItems(
  engine: Engine,
  pass: Pass,
  batch: Batch,
  shipment: Shipment,
  items: readonly FailedItem[] | null,
  options: RetryOptions,
): Promise<void> {
  const { store } = engine;
  const owner = checkSender(shipment.systemUserCode, engine.catalogue, entranceOf(engine.home, batch.mailbox));
  if ('code' in owner) return giveUp(engine, pass, batch, owner.message);
  if (refusedItems(shipment) > 0 && keptFile(engine.home, batch) === null) {
    const where = `that is no longer at ${batch.archivedAs}. It has to be sent again.`;
    return giveUp(
      engine,
      pass,
      batch,
      `items that were refused for too many failed ones stand only in its file, and ${where}`,
    );
  }
  const subject: TrySubject = { batch, shipment, ownerCode: owner.ownerCode };
  const name = `Batch ${batch.id}`;
  const retrying = retryingBy(engine.home.settings, engine);
  const { attemptId } = await retrying(name, () => store.batches.beginAttempt(batch.id, nowUtc(), process.pid));
  try {
    const { outcome, leftOut } = await retrying(name, () => tryOnce(engine, subject, items, options));
    await retrying(name, () => finish(engine, subject, outcome));
    store.batches.endAttempt(attemptId, nowUtc(), 'done', null);
    tellOutcome(engine, pass, subject, outcome, leftOut);
  } catch (error) {
    undo(engine, attemptId, error);
    if (!(error instanceof Refusal)) throw error;
    giveUp(
      engine,
      pass,
      batch,
      `what stands around its items is not valid any more. ${error.issues[0]?.message ?? ''}`,
    );
  }
}

/** All of it or nothing: what is staged counts only once it has been committed. */
async function tryOnce(
  engine: Engine,
  subject: TrySubject,
  items: readonly FailedItem[] | null,
  options: RetryOptions,
): Promise<{ outcome: RetryOutcome; leftOut: number }> {
  const { store } = engine;
  const { id, stagedItems } = subject.shipment;
  store.retries.discard();
  const leftOut = await stageAll(engine, subject, items ?? store.failedItems.ofShipment(id, stagedItems));
  const outcome = commitRetry(engine, subject, (detail) => options.record(store, detail));
  engine.onStep('commit');
  return { outcome, leftOut };
}

/** Takes back what was staged; where the store can't, the next run does. */
function undo({ store }: Engine, attemptId: number, error: unknown): void {
  try {
    store.retries.discard();
    store.batches.endAttempt(
      attemptId,
      nowUtc(),
      'interrupted',
      error instanceof Error && error.message !== '' ? error.message : 'stopped by a signal',
    );
  } catch {
    // The fault that brought us here is the one to tell.
  }
}

/** Tries them as many at a time as intake would. @returns how many can't be tried, and have been named */
async function stageAll(engine: Engine, subject: TrySubject, items: Iterable<FailedItem>): Promise<number> {
  const { home, store } = engine;
  const { chunkItems, chunkBytes } = home.settings;
  let page: KeptItem[] = [];
  let bytes = 0;
  let leftOut = 0;
  const flush = async () => {
    if (page.length > 0) store.retries.stage(await tryItems(engine, subject, page));
    if (page.length > 0) engine.onStep('chunk');
    page = [];
    bytes = 0;
  };
  for (const one of failedDocuments(home, store, subject.batch, subject.shipment, items)) {
    if (one.rawXml === null) {
      if (++leftOut <= MOST_NAMED)
        engine.onNotice(`Not tried: item ${one.item.itemId}, line ${one.item.line}: ${one.why}.`);
      continue;
    }
    if (page.length > 0 && bytes + one.rawXml.length > chunkBytes) await flush();
    page.push(one);
    bytes += one.rawXml.length;
    if (page.length >= chunkItems) await flush();
  }
  await flush();
  if (leftOut > MOST_NAMED) engine.onNotice(`Not tried besides: ${leftOut - MOST_NAMED} more items.`);
  return leftOut;
}

/** Publishes and tells of it; and where the shipment is accepted only now, takes the file to where those of others are. */
async function finish(engine: Engine, subject: TrySubject, { isChanged }: RetryOutcome): Promise<void> {
  const { home, store } = engine;
  const batch = batchOf(store, subject.batch.id);
  const isMoved = batch.state !== 'archived';
  const file = isMoved ? keptFile(home, batch) : null;
  if (file !== null) {
    await finishCommitted(engine, batch, bringBack(home, batch, file));
    return;
  }
  publishReceipts(engine, batch);
  engine.onStep('publish');
  for (const result of isChanged ? resultsOf(engine, subject) : []) {
    if ((await engine.hooks.afterShipment(result)) === 'stopped') throw new Interrupted();
  }
  if (isMoved) store.batches.setState(batch.id, 'archived', { endedAt: nowUtc() });
}

/** Of the shipment alone, and not of another one in its file. */
function resultsOf(engine: Engine, { batch, shipment }: TrySubject): readonly ShipmentResult[] {
  return shipmentResults(engine, batch).filter(({ receiptId }) => receiptId === shipment.receiptId);
}

function tellOutcome(engine: Engine, pass: Pass, subject: TrySubject, outcome: RetryOutcome, leftOut: number): void {
  const { batch, shipment } = subject;
  const { tally, rejection } = outcome;
  const passed = tally.accepted + tally.ignored;
  const name = `${maskPersonNumbers(batch.fileName)} (batch ${batch.id}, ${shipment.format})`;
  engine.onNotice(`${name}: ${passed} of ${tally.tried} items that were tried again passed.`);
  if (rejection !== null) engine.onNotice(`${name}: nothing was taken in all the same. ${rejectionMessage(rejection)}`);
  if (leftOut > 0) pass.countNotAccepted();
  for (const result of resultsOf(engine, subject)) pass.tell(result);
}

function giveUp(engine: Engine, pass: Pass, batch: Batch, why: string): void {
  engine.onNotice(`${maskPersonNumbers(batch.fileName)} (batch ${batch.id}) can't be tried again: ${why}`);
  pass.countNotAccepted();
}

/** A file of which all, or one shipment, was refused: processed once more, as the next attempt at the same batch. */
async function retryFile(
  engine: Engine,
  pass: Pass,
  batch: Batch,
  reopened: readonly Shipment[],
  options: RetryOptions,
): Promise<void> {
  const { home, store } = engine;
  const file = keptFile(home, batch);
  if (file === null) {
    const where =
      batch.archivedAs === null ? 'is not in data/rejected' : `is no longer at ${batch.archivedAs} as it was`;
    return giveUp(engine, pass, batch, `its file ${where}. It has to be sent again.`);
  }
  const work = bringBack(home, batch, file);
  store.durableTransaction(() => {
    store.batches.reopen(batch.id, nowUtc());
    for (const { id } of reopened) store.shipments.reopen(id, nowUtc());
    options.record(store, { batchId: batch.id, file: batch.archivedAs, statusBefore: batch.status });
  });
  engine.onStep('claim');
  await pass.process([work], []);
}
