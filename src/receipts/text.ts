import type { Issue } from '../domain/issue.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import type { StoredItem } from '../store/sub-receipt-items.js';
import { clip, issueLines, oneLine, sentence } from './issue-text.js';
import { type Rejection, rejectionMessage } from './rejection.js';

/** Where a shipment came from; every receipt's text names both (formats.md section 6). */
export interface ReceiptSource {
  readonly fileName: string;
  /** Null when it could not be read. */
  readonly systemUserCode: string | null;
}

/** What became of a shipment, or of a file that holds none, for the text of its receipt. */
export interface ShipmentOutcome extends ReceiptSource {
  readonly status: ReceiptStatusCode;
  /** Whether it counts as accepted (formats.md section 5), that is, has used up its reference and sequence number. */
  readonly accepted: boolean;
  /** Null when there is none to show. */
  readonly reference: string | null;
  /** Null when it was refused whole, so that its items were not judged, or not all. */
  readonly counts: ItemCounts | null;
  /** Those of the file and of the shipment; not those of its items. */
  readonly issues: readonly Issue[];
  readonly rejection?: Rejection | null;
}

export interface ItemCounts {
  readonly total: number;
  readonly accepted: number;
  readonly failed: number;
}

const MAX_REFERENCE = 100;

/**
 * The text of an item's sub-receipt, for a sender who sees nothing else. That of a failed item holds `line N` (the item's
 * first line in the file), its reference, or else its service and masked reportee, and each issue with its code. `source`
 * is what `sourceSentence` says of its file; it is the same for all items of a file, so it is made once.
 */
export function itemReceiptText(item: StoredItem, source: string): string {
  const lines = issueLines(item.issues, item);
  // One issue reads as a sentence among others; several stand on lines of their own.
  const between = lines.length > 1 ? '\n' : ' ';
  const details = lines.length === 0 ? '' : between + lines.join('\n');
  return `${verdictOnItem(item)}${details}${between}${source}`;
}

/** Where items come from, in words. */
export function sourceSentence(source: ReceiptSource): string {
  return `${fileAndSender(source)}.`;
}

/**
 * The text of a receipt or sub-receipt that somebody has updated: who did so, what they say, and the file as every text
 * names it (formats.md section 6). `source` is what `sourceSentence` says.
 */
export function updatedText(by: string, said: string, source: string): string {
  const text = said.trim();
  const between = text.includes('\n') ? '\n' : ' ';
  return [`Receipt updated by ${oneLine(by)}.`, sentence(text), source].join(between);
}

function verdictOnItem(item: StoredItem): string {
  switch (item.state) {
    case 'accepted':
      return `Line ${item.line}: accepted.${filled(item.sendersReference) ? '' : serviceSentence(item)}`;
    case 'failed':
      return `Failed, line ${item.line}${whichItem(item)}:`;
    case 'refused':
      return (
        `Not taken in, line ${item.line}${whichItem(item)}: there is no fault in this item, but too many others of its ` +
        'shipment failed, so the whole shipment was refused. Send it again together with the mended ones.'
      );
    case 'ignored':
      return `Line ${item.line}: ignored.${serviceSentence(item)} Items of this service are passed over; nothing of it is stored.`;
  }
}

function serviceSentence(item: StoredItem): string {
  return filled(item.serviceCode) ? ` Service ${serviceName(item)}.` : '';
}

/** The sender's own reference tells an item; where the format has none, the service and the reportee do. */
function whichItem(item: StoredItem): string {
  if (filled(item.sendersReference)) return `, reference ${clip(oneLine(item.sendersReference), MAX_REFERENCE)}`;
  let text = '';
  if (filled(item.serviceCode)) text += `, service ${serviceName(item)}`;
  else if (filled(item.shortName)) text += `, shortName ${clip(oneLine(item.shortName), MAX_REFERENCE)}`;
  if (filled(item.reportee)) text += `, reportee ${maskReportee(item.reportee)}`;
  return text;
}

function serviceName({ serviceCode, serviceEditionCode }: StoredItem): string {
  const code = clip(oneLine(serviceCode ?? ''), MAX_REFERENCE);
  return filled(serviceEditionCode) ? `${code}/${clip(oneLine(serviceEditionCode), MAX_REFERENCE)}` : code;
}

/** Whole for an organisation number; else the first six characters, for a mistyped person number is one still. */
function maskReportee(reportee: string): string {
  const value = oneLine(reportee);
  return /^\d{9}$/.test(value) || value.length <= 6 ? value : `${value.slice(0, 6)}*****`;
}

function filled(value: string | null): value is string {
  return value !== null && value.trim() !== '';
}

function systemUserCode({ systemUserCode }: ReceiptSource): string {
  return filled(systemUserCode) ? clip(oneLine(systemUserCode), MAX_REFERENCE) : 'unknown';
}

/**
 * The text of a shipment's receipt, or of that of a file which holds no shipment. It names the file, the system user
 * code, how many items failed of how many, each fault outside the items, and what the sender can do next.
 */
export function shipmentReceiptText(outcome: ShipmentOutcome): string {
  const rejection = outcome.rejection ? rejectionMessage(outcome.rejection) : null;
  const issues = outcome.issues.filter((one) => rejection === null || one.message !== maskPersonNumbers(rejection));
  const sentences = [verdictOnShipment(outcome), ...(rejection === null ? [] : [rejection]), ...nextStep(outcome)];
  return [`${shipmentName(outcome)}: ${sentences.join(' ')}`, ...issueLines(issues, null)].join('\n');
}

/** The text of the receipt that a ReceiptSave gets when it is not carried out. */
export function refusedSaveText(source: ReceiptSource, status: ReceiptStatusCode, issues: readonly Issue[]): string {
  const verdict =
    status === 'Rejected'
      ? 'this ReceiptSave is rejected, and no receipt was changed.'
      : 'this ReceiptSave is not valid, and no receipt was changed. Mend it and send it again.';
  return [`${fileAndSender(source)}: ${verdict}`, ...issueLines(issues, null)].join('\n');
}

/** As every text names them. */
export function fileAndSender(source: ReceiptSource): string {
  return `File ${oneLine(source.fileName)}, system user code ${systemUserCode(source)}`;
}

function shipmentName(outcome: ShipmentOutcome): string {
  const name = fileAndSender(outcome);
  if (!filled(outcome.reference)) return name;
  return `${name}, shipment reference ${clip(oneLine(outcome.reference), MAX_REFERENCE)}`;
}

function verdictOnShipment(outcome: ShipmentOutcome): string {
  switch (outcome.status) {
    case 'OK':
      return acceptedItems(outcome.counts);
    case 'ValidationFailed':
      return failedItems(outcome);
    case 'Rejected':
      return 'rejected, nothing was taken in.';
    case 'UnExpectedError':
      return 'not processed, because of a fault of our own. There is nothing for you to mend in the file.';
  }
}

function acceptedItems(counts: ItemCounts | null): string {
  const total = counts?.total ?? 0;
  if (total === 0) return 'accepted. It holds no items.';
  return total === 1 ? '1 item accepted.' : `all ${total} items accepted.`;
}

function failedItems({ counts, accepted, rejection }: ShipmentOutcome): string {
  if (counts === null) return 'not valid, nothing was taken in.';
  if (counts.failed === 0) {
    if (counts.accepted === 0) return 'not valid: it holds no items, and there are faults in it.';
    return `${acceptedItems(counts).slice(0, -1)}, but there are faults outside the items.`;
  }
  const failed = `${counts.failed} of ${counts.total} items failed: see the sub-receipts.`;
  if (rejection) return failed;
  if (!accepted) return `${failed} Nothing was taken in.`;
  return counts.accepted === 1
    ? `${failed} The other one was accepted.`
    : `${failed} The other ${counts.accepted} were accepted.`;
}

function nextStep({ status, accepted, counts, rejection }: ShipmentOutcome): string[] {
  if (status === 'UnExpectedError') {
    return [
      'Nothing was taken in, and no reference or sequence number is used up. The file is kept, and whoever runs this ' +
        'service has to find the cause. Once they have, send the same file again, as it is.',
    ];
  }
  if (status !== 'ValidationFailed') return [];
  if (!accepted) return ['Mend it and send it again: its reference and sequence number are not used up.'];
  if (counts !== null && counts.failed > 0) return ['Send only the mended items again, in a new shipment.'];
  return rejection ? [] : ['Mend what is named below before the next shipment.'];
}
