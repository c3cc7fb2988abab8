import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import { checkSystemUserCode } from '../domain/system-user-code.js';
import { NotCarriedOut } from '../receipts/acknowledge.js';
import type { FoundReceipt } from '../store/receipt-store.js';
import type { Store } from '../store/store.js';
import type { ReceiptSave } from './read-receipt-save.js';

/** So many receipts with one ArchiveReference are looked through for the owner's own. */
const MOST_HITS = 1000;

/**
 * The receipt that a ReceiptSave is about, when it is the owner's own.
 * @param ownerCode the service owner that signs for it
 * @throws NotCarriedOut with 30008 when there is no such receipt, 30005 when it is another owner's
 */
export function findOwnReceipt(store: Store, { target, place }: ReceiptSave, ownerCode: string): FoundReceipt {
  if ('archiveReference' in target) return byArchiveReference(store, target.archiveReference, ownerCode, place);
  const found = store.receipts.find(target.receiptId);
  if (found === undefined) {
    throw refused(IssueCode.ReceiptNotFound, `There is no receipt ${target.receiptId}. ${SEE_THE_RECEIPT}`, place);
  }
  const owner = ownerOf(store, found);
  if (owner === ownerCode) return found;
  const whose = owner === null ? 'has no owner on record, so only the operator can update it' : `is not ${ownerCode}'s`;
  const code = IssueCode.NotAValidServiceOwnerCode;
  throw refused(
    code,
    `Receipt ${target.receiptId} ${whose}. A receipt is signed for by the owner of its shipment.`,
    place,
  );
}

const SEE_THE_RECEIPT = 'Name the ReceiptId that stands in the receipt.';

function byArchiveReference(store: Store, value: string, ownerCode: string, place: Place): FoundReceipt {
  const found = store.receiptSearch
    .byReference('ArchiveReference', value, MOST_HITS)
    .flatMap((id) => store.receipts.find(id) ?? [])
    .filter((one) => ownerOf(store, one) === ownerCode);
  const [only, ...others] = found;
  if (only === undefined) {
    const message = `No receipt of ${ownerCode} has the ArchiveReference ${quoted(value)}. ${SEE_THE_RECEIPT}`;
    throw refused(IssueCode.ReceiptNotFound, message, place);
  }
  if (others.length === 0) return only;
  const ids = found.slice(0, 10).map(({ receipt, subReceiptId }) => subReceiptId ?? receipt.receiptId);
  const message = `Several receipts have the ArchiveReference ${quoted(value)}: name one of them by its ReceiptId, ${ids.join(', ')}.`;
  throw refused(IssueCode.GeneralError, message, place);
}

/** The service owner of what a receipt is about, a shipment or what was sent out; null when there is none on record. */
function ownerOf(store: Store, { receipt }: FoundReceipt): string | null {
  if (receipt.batchId === null) return store.outbound.ofReceipt(receipt.receiptId)?.ownerCode ?? null;
  const shipment = receipt.shipmentId === null ? undefined : store.shipments.byId(receipt.shipmentId);
  const owner = checkSystemUserCode(shipment?.systemUserCode ?? null, null);
  return 'ownerCode' in owner ? owner.ownerCode : null;
}

function refused(code: Issue['code'], message: string, place: Place): NotCarriedOut {
  return new NotCarriedOut(issue(code, 'Error', message, place));
}
