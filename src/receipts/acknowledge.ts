import type { Acknowledgement, SubAcknowledgement } from '../domain/acknowledgement.js';
import { NotFoundFault } from '../domain/faults.js';
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import type { FoundReceipt, StoredReceipt } from '../store/receipt-store.js';
import type { Store } from '../store/store.js';
import type { SubReceiptUpdate } from '../store/sub-receipt-changes.js';
import { type ReceiptDocument, receiptDocument, subReceiptOf } from './receipt-document.js';
import { updatedText } from './text.js';

/** An update of a receipt, or of one of its sub-receipts when that was found. */
export interface ReceiptUpdateOrder {
  readonly found: FoundReceipt;
  readonly say: Acknowledgement;
  /** About sub-receipts of it; asked for one at a time. */
  readonly subReceipts: Iterable<SubAcknowledgement>;
  /** Who says so: `service owner: SKD-PSA`, `operator: kari`. */
  readonly by: string;
  /** yyyy-MM-ddThh:mm:ss in the `timeZone` setting's time. */
  readonly lastChanged: string;
}

/** Thrown when an update can't be carried out: whoever has begun a transaction for it lets it be undone. */
export class NotCarriedOut extends NotFoundFault {
  constructor(readonly issue: Issue) {
    super(`[${issue.code}] ${issue.message}`);
  }
}

/**
 * Gives a receipt, and sub-receipts of it, a new status and text; the old texts go into their histories. Belongs into a
 * transaction, after which the receipt is to be published (formats.md section 6).
 * @returns how many sub-receipts were updated
 * @throws NotCarriedOut when it names a sub-receipt that is not there, or names one twice
 */
export function acknowledge(store: Store, { found, say, subReceipts, by, lastChanged }: ReceiptUpdateOrder): number {
  const { receipt, subReceiptId } = found;
  const document = receiptDocument(store, receipt);
  const update = ({ statusCode, text, references }: Acknowledgement) => {
    return { statusCode, text: updatedText(by, text, document.source), lastChanged, references };
  };
  if (subReceiptId !== null) {
    for (const { place } of subReceipts) throw hasNone(subReceiptId, place);
    const own = { ...say, receiptId: subReceiptId, place: null };
    return store.receipts.updateSubReceipts(receipt.receiptId, updates(store, document, [own], update), lastChanged);
  }
  store.receipts.update(receipt.receiptId, update(say));
  return store.receipts.updateSubReceipts(
    receipt.receiptId,
    updates(store, document, subReceipts, update),
    lastChanged,
  );
}

function* updates(
  store: Store,
  document: ReceiptDocument,
  subReceipts: Iterable<SubAcknowledgement>,
  update: (say: Acknowledgement) => Omit<SubReceiptUpdate, 'before'>,
): Generator<SubReceiptUpdate> {
  const seen = new SeenSubReceipts(document.receipt);
  for (const one of subReceipts) {
    const before = subReceiptOf(store, document, one.receiptId);
    if (before === undefined) throw noSuchSubReceipt(document.receipt, one);
    if (seen.addIsRepeat(one.receiptId)) throw namedTwice(one);
    yield { before, ...update(one) };
  }
}

function noSuchSubReceipt({ receiptId, subReceiptsFrom, subReceipts }: StoredReceipt, one: SubAcknowledgement) {
  const last = subReceiptsFrom + subReceipts - 1;
  const ids = subReceipts === 1 ? `its only one is ${last}` : `its own are ${subReceiptsFrom} to ${last}`;
  const which = subReceipts === 0 ? 'it has none at all' : ids;
  const message = `Receipt ${receiptId} has no sub-receipt ${one.receiptId}: ${which}. New ones can't be added.`;
  return new NotCarriedOut(issue(IssueCode.ReceiptNotFound, 'Error', message, one.place));
}

function hasNone(subReceiptId: number, place: Place | null) {
  const message = `${subReceiptId} is a sub-receipt itself, and has none: name the receipt that it stands in.`;
  return new NotCarriedOut(issue(IssueCode.ReceiptNotFound, 'Error', message, place));
}

function namedTwice({ receiptId, place }: SubAcknowledgement) {
  const message = `Sub-receipt ${receiptId} is named twice: say once what it is to say.`;
  return new NotCarriedOut(issue(IssueCode.GeneralError, 'Error', message, place));
}

/** A bit for each of a receipt's sub-receipts. */
class SeenSubReceipts {
  readonly #first: number;
  readonly #bits: Uint8Array;

  constructor({ subReceiptsFrom, subReceipts }: StoredReceipt) {
    this.#first = subReceiptsFrom;
    this.#bits = new Uint8Array(Math.ceil(subReceipts / 8));
  }

  addIsRepeat(id: number): boolean {
    const at = id - this.#first;
    const bit = 1 << (at & 7);
    const before = this.#bits[at >> 3] ?? 0;
    this.#bits[at >> 3] = before | bit;
    return (before & bit) !== 0;
  }
}
