/** The one transaction in which what a new try has found takes the place of what was on record. */
import { settingsFor } from '../config/owner-settings.js';
import { InternalFault } from '../domain/faults.js';
import { type Issue, isFailure } from '../domain/issue.js';
import { gravest, type ReceiptStatusCode } from '../domain/receipt.js';
import { isRejected } from '../intake/bring-back.js';
import { type Engine, nowLocal, nowUtc } from '../intake/engine.js';
import { judgeBytes, judgeCounts, judgeHeader, rejectionIssue, repeatedReferenceIssue } from '../intake/verdict.js';
import { receiptDocument } from '../receipts/receipt-document.js';
import type { Rejection } from '../receipts/rejection.js';
import { subReceiptHead } from '../receipts/sub-receipts.js';
import { type ItemCounts, shipmentReceiptText } from '../receipts/text.js';
import type { FailedItem } from '../store/failed-item-store.js';
import { itemIdOf, ordinalOf } from '../store/item-id.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { RetryTally, StagedRetry, StandingIssue } from '../store/retry-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { SubReceiptUpdate } from '../store/sub-receipt-changes.js';
import type { ItemState, StoredItem } from '../store/sub-receipt-items.js';
import type { TrySubject } from './try-items.js';

/** What came of it. */
export interface RetryOutcome {
  readonly tally: RetryTally;
  /** Why nothing of it was taken in, though items of it passed. */
  readonly rejection: Rejection | null;
  /** Whether anything is other than before: otherwise its receipt is as it was. */
  readonly isChanged: boolean;
}

/**
 * Puts what is staged in the place of what was there: items, Issues, sub-receipts, counts, the verdict on the shipment, its
 * receipt. An item that comes out as before is left as it was, and so is a receipt of which nothing changes.
 * @param record puts it on record as done by hand, in the same transaction
 */
export function commitRetry(
  engine: Engine,
  subject: TrySubject,
  record: (detail: Readonly<Record<string, unknown>>) => void,
): RetryOutcome {
  const { store } = engine;
  const { batch, shipment } = subject;
  return store.durableTransaction(() => {
    const tally = store.retries.tally();
    const verdict = judge(engine, subject, tally);
    const { rejection } = verdict;
    const isRefusedAgain = rejection !== null && rejection.kind !== 'tooManyFailed';
    const changed = isRefusedAgain
      ? refuseAgain(engine, subject, verdict, rejection)
      : putAll(engine, subject, verdict);
    if (changed) updateReceipt(engine, subject, verdict);
    if (isRefusedAgain) store.retries.discard();
    else store.retries.clear();
    const isNewlyAccepted = shipment.state === 'failed' && verdict.state === 'accepted';
    const statuses = store.shipments.ofBatch(batch.id).map(({ status }) => status ?? 'OK');
    // A file that is accepted at last goes to another folder: until it is there, the batch is not done with.
    const isMoved = isNewlyAccepted && isRejected(engine.home, batch);
    store.batches.setState(batch.id, isMoved ? 'committed' : batch.state, { status: gravest(statuses) });
    const { accepted, ignored, failed } = tally;
    record({ batchId: batch.id, shipmentId: shipment.id, accepted, ignored, failed, status: verdict.status });
    return { tally, rejection, isChanged: changed };
  });
}

interface Verdict {
  readonly state: 'accepted' | 'failed';
  readonly status: ReceiptStatusCode;
  readonly counts: ItemCounts;
  readonly rejection: Rejection | null;
  /** Issues of the shipment itself that stand. */
  readonly issues: readonly Issue[];
  /** Verdicts of before: this one takes their place. */
  readonly outdated: readonly StandingIssue[];
}

function judge(engine: Engine, { batch, shipment, ownerCode }: TrySubject, tally: RetryTally): Verdict {
  const { store } = engine;
  const standing = store.shipments.issuesOf(shipment.id);
  // What fails the shipment and names its reference is an earlier verdict on it; what is wrong inside it names none.
  const isVerdict = (one: Issue) => isFailure(one) && one.reference !== null;
  const outdated = standing.filter(isVerdict);
  const issues = standing.filter((one) => !isVerdict(one));
  const counts = countsAfter(shipment, tally);
  const isValid = counts.failed === 0 && !issues.some(isFailure);
  const status = isValid ? 'OK' : 'ValidationFailed';
  const isAccepted = counts.accepted + counts.ignored > 0;
  if (shipment.state === 'accepted')
    return { state: 'accepted', status, counts, rejection: null, issues, outdated: [] };
  const tooMany = judgeCounts(
    settingsFor(engine.home.settings, engine.catalogue.owner(ownerCode)).maxFailedItems,
    counts,
  );
  if (!isAccepted || tooMany !== null) {
    const refused = tooMany === null ? counts : { ...counts, accepted: 0 };
    return { state: 'failed', status: 'ValidationFailed', counts: refused, rejection: tooMany, issues, outdated };
  }
  const seen = store.batches.seenBefore(batch.sha256 ?? '', batch);
  const rejection = judgeHeader(store, shipment, batch).rejection ?? judgeBytes(shipment, batch, seen);
  if (rejection !== null) return { state: 'failed', status: 'Rejected', counts, rejection, issues, outdated };
  return { state: 'accepted', status, counts, rejection: null, issues, outdated };
}

function countsAfter(shipment: Shipment, tally: RetryTally): ItemCounts {
  return {
    total: shipment.stagedItems,
    accepted: shipment.acceptedItems + tally.accepted,
    ignored: shipment.ignoredItems + tally.ignored,
    failed: shipment.failedItems - tally.failedBefore + tally.failed,
  };
}

/** Used meanwhile, or no longer due: its items stay as they were, and its receipt says why. */
function refuseAgain(
  engine: Engine,
  { batch, shipment }: TrySubject,
  { outdated }: Verdict,
  rejection: Rejection,
): boolean {
  const { store } = engine;
  const { acceptedItems: accepted, failedItems: failed, ignoredItems: ignored } = shipment;
  const counts = { accepted, failed, ignored };
  store.shipments.resettle(shipment.id, { state: 'failed', status: 'Rejected', ...counts, endedAt: nowUtc() });
  store.shipments.outdateIssues(outdated, nowUtc());
  store.batches.addIssues(batch.id, shipment.id, [rejectionIssue(rejection, null, shipment.reference)], nowUtc());
  return true;
}

/** @returns whether anything is other than before */
function putAll(engine: Engine, subject: TrySubject, verdict: Verdict): boolean {
  const { store } = engine;
  const { batch, shipment } = subject;
  const { state, status, counts, rejection, outdated } = verdict;
  const receipt = receiptOf(engine, shipment);
  const updates = subReceiptUpdates(engine, subject, verdict, receipt);
  const changed = store.receipts.updateSubReceipts(receipt.receiptId, updates, nowLocal(engine));
  const { accepted, failed, ignored } = counts;
  if (changed === 0 && state === shipment.state && status === shipment.status && failed === shipment.failedItems) {
    return false;
  }
  store.shipments.resettle(shipment.id, { state, status, accepted, failed, ignored, endedAt: nowUtc() });
  if (state === 'accepted') takeUp(engine, shipment);
  store.shipments.outdateIssues(outdated, nowUtc());
  if (rejection !== null) {
    store.batches.addIssues(batch.id, shipment.id, [rejectionIssue(rejection, null, shipment.reference)], nowUtc());
  }
  return true;
}

/** Begins what follows from items that are accepted now. */
function takeUp({ store, home }: Engine, { id, format }: Shipment): void {
  if (format === 'prefill') store.retries.putInForce();
  const span = store.retries.span();
  if (span !== null) store.shipments.takeUp(id, nowUtc(), span);
  store.messageStatus.begin(id, home.settings.timeZone);
}

/** Puts one item after the other in its place, and tells of each whose sub-receipt says something else now. */
function* subReceiptUpdates(
  engine: Engine,
  subject: TrySubject,
  verdict: Verdict,
  receipt: StoredReceipt,
): Generator<SubReceiptUpdate> {
  const { store } = engine;
  const { source } = receiptDocument(store, receipt);
  const lastChanged = nowLocal(engine);
  const at = nowUtc();
  for (const tried of store.retries.staged()) {
    const before = itemOf(engine, receipt, tried);
    if (before === undefined) continue;
    const after = put(engine, subject, verdict, tried, before, at);
    const said = subReceiptHead({ ...before, change: null }, receipt, source);
    const { statusCode, text } = subReceiptHead({ ...after, change: null }, receipt, source);
    // What somebody else made it say stays as long as nothing is new.
    if (statusCode === said.statusCode && text === said.text) continue;
    yield { before: subReceiptHead(before, receipt, source), statusCode, text, lastChanged, references: [] };
  }
}

/** @returns the item as it is on record now */
function put(
  engine: Engine,
  { batch, shipment }: TrySubject,
  verdict: Verdict,
  tried: StagedRetry,
  before: StoredItem,
  at: string,
): StoredItem {
  const { retries } = engine.store;
  const state: ItemState =
    tried.state === 'accepted' && verdict.rejection?.kind === 'tooManyFailed' ? 'refused' : tried.state;
  const found = [...retries.stagedIssues(tried.itemId), ...repeats(engine, shipment, tried, before)];
  const { kept, outdated, added } = compared(retries.standingIssues(tried.itemId), found, before);
  retries.outdate(outdated, at);
  retries.addIssues(batch.id, tried.itemId, added, at);
  const issues = [...kept, ...added];
  if (state === before.state && tried.state !== 'accepted') return { ...before, issues };
  retries.put(tried, state, before);
  const { serviceCode, serviceEditionCode, reportee, sendersReference, shortName } = tried;
  return { ...before, state, serviceCode, serviceEditionCode, reportee, sendersReference, shortName, issues };
}

/** The Warning of a repeated reference is no matter of the item alone, so it is found anew. */
function repeats(engine: Engine, shipment: Shipment, tried: StagedRetry, at: StoredItem): readonly Issue[] {
  const { sendersReference, shortName, itemId } = tried;
  if (sendersReference === null) return [];
  const first = itemIdOf(shipment.id, 1);
  const line = engine.store.retries.firstLineWithReference(first, itemId, sendersReference, shortName);
  return line === null ? [] : [repeatedReferenceIssue(at, sendersReference, line)];
}

/** Which of the Issues on record were found again and which not, and which were not there before. */
function compared(
  standing: readonly StandingIssue[],
  found: readonly Issue[],
  item: Pick<FailedItem, 'line' | 'position'>,
): { kept: readonly Issue[]; outdated: readonly StandingIssue[]; added: readonly Issue[] } {
  const outdated = [...standing];
  const added: Issue[] = [];
  for (const one of found) {
    const index = outdated.findIndex((other) => isSame(other, one));
    if (index !== -1) outdated.splice(index, 1);
    else added.push(one.line === null ? { ...one, line: item.line, position: item.position } : one);
  }
  return { kept: standing.filter((one) => !outdated.includes(one)), outdated, added };
}

/** One without a place stands outside the item, wherever that is. */
function isSame(known: Issue, found: Issue): boolean {
  if (known.code !== found.code || known.level !== found.level || known.message !== found.message) return false;
  return found.line === null || (known.line === found.line && known.position === found.position);
}

function updateReceipt(engine: Engine, { batch, shipment }: TrySubject, verdict: Verdict): void {
  const { receipts } = engine.store;
  const { state, status, rejection, issues } = verdict;
  const text = shipmentReceiptText({
    fileName: batch.fileName,
    systemUserCode: shipment.systemUserCode,
    status,
    accepted: state === 'accepted',
    reference: shipment.reference,
    counts: status === 'Rejected' ? null : verdict.counts,
    issues,
    rejection,
    isTriedAgain: true,
  });
  const { receiptId } = receiptOf(engine, shipment);
  receipts.update(receiptId, { statusCode: status, text, lastChanged: nowLocal(engine), references: [] });
}

function itemOf({ store }: Engine, receipt: StoredReceipt, { itemId }: StagedRetry): StoredItem | undefined {
  return store.receipts.subReceiptItem(receipt, receipt.subReceiptsFrom + ordinalOf(itemId) - 1);
}

function receiptOf({ store }: Engine, { id, receiptId }: Shipment): StoredReceipt {
  const receipt = receiptId === null ? undefined : store.receipts.byId(receiptId);
  if (receipt === undefined) throw new InternalFault(`Shipment ${id} has no receipt.`);
  return receipt;
}
