/** Verdicts on a shipment that its header and its counts allow (formats.md section 5). */
import type { Format } from '../domain/format.js';
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import { type Rejection, rejectionMessage } from '../receipts/rejection.js';
import type { ItemCounts } from '../receipts/text.js';
import type { Batch, SeenBefore } from '../store/batch-store.js';
import type { Store } from '../store/store.js';

/** What a shipment says of itself. */
export interface JudgedHeader {
  readonly format: Format;
  readonly systemUserCode: string;
  /** As it stands in the receipt and, but for AltUt, must be unique. */
  readonly reference: string | null;
  readonly sequenceNo: string | null;
  readonly sequenceValue: number | null;
}

/**
 * Duplicates and sequence numbers.
 * @returns `isAhead`: other files may still fill the gap before it; with nothing accepted yet there need be none
 */
export function judgeHeader(
  store: Store,
  header: JudgedHeader,
  batch: Pick<Batch, 'mailbox'>,
): { rejection: Rejection | null; isAhead: boolean } {
  const { format, systemUserCode, reference, sequenceNo, sequenceValue } = header;
  if (format !== 'altut' && reference !== null) {
    const first = store.shipments.findAccepted(systemUserCode, format, reference);
    if (first !== undefined) {
      const fileName = nameFor(batch, first);
      const { receiptId } = first;
      return { rejection: { kind: 'duplicateReference', reference, receiptId, fileName }, isAhead: false };
    }
  }
  if (sequenceNo === null || format === 'prefill' || format === 'subscription') {
    return { rejection: null, isAhead: false };
  }
  const due = store.sequences.due(systemUserCode, format);
  if (sequenceValue === null) {
    const expected = due?.value ?? null;
    return { rejection: { kind: 'sequenceNotANumber', given: sequenceNo, expected }, isAhead: false };
  }
  if (due === undefined) return { rejection: null, isAhead: true };
  if (sequenceValue === due.value) return { rejection: null, isAhead: false };
  const gap = { given: sequenceNo, givenValue: sequenceValue, expected: due.value, setByHand: due.setByHand };
  return { rejection: { kind: 'sequenceGap', ...gap }, isAhead: sequenceValue > due.value };
}

/** Of an AltUt shipment without sequence number nothing but its bytes tells it by. @param seen what seenBefore gave */
export function judgeBytes(
  { format, sequenceNo }: Pick<JudgedHeader, 'format' | 'sequenceNo'>,
  batch: Pick<Batch, 'mailbox'>,
  { accepted }: SeenBefore,
): Rejection | null {
  if (format !== 'altut' || sequenceNo !== null || accepted === null) return null;
  return { kind: 'sameBytes', receiptId: accepted.receiptId, fileName: nameFor(batch, accepted) };
}

/** The file name of an earlier batch, where those who read the later one's receipt may know it. */
export function nameFor(
  later: Pick<Batch, 'mailbox'>,
  earlier: { readonly mailbox: string | null; readonly fileName: string },
): string | null {
  return earlier.mailbox === later.mailbox ? earlier.fileName : null;
}

/** Whether so many failed items refuse the whole shipment. @param limit the setting `maxFailedItems` */
export function judgeCounts(
  limit: number | string | null,
  { failed, total }: Pick<ItemCounts, 'failed' | 'total'>,
): Rejection | null {
  if (limit === null) return null;
  const isTooMany = typeof limit === 'number' ? failed > limit : failed * 100 > Number.parseFloat(limit) * total;
  return isTooMany ? { kind: 'tooManyFailed', limit } : null;
}

/** An Issue for the log of the batch, of a rejection that the receipt tells in words of its own. */
export function rejectionIssue(rejection: Rejection, place: Place | null, reference: string | null): Issue {
  return issue(IssueCode.GeneralError, 'Error', rejectionMessage(rejection), place, reference);
}

/** What repeats a reference of an earlier item of its shipment. */
export function repeatedReferenceIssue(at: Place, reference: string, firstLine: number): Issue {
  const message = `The SendersReference is not unique in the shipment: the item on line ${firstLine} has it too. Confirmations and receipts can't tell them apart.`;
  return issue(IssueCode.GeneralError, 'Warning', message, at, reference);
}
