import type { Found, FoundKind } from '../store/find.js';

/** What `find` prints of a hit; the keys and their order are those of its JSON. */
export interface FoundLine {
  readonly kind: FoundKind;
  readonly match: 'exact' | 'beginning';
  /** All of what begins with the text. */
  readonly value: string;
  /** Of the batch, item or receipt that `command` shows. */
  readonly id: number | null;
  readonly batchId: number | null;
  readonly text: string;
  readonly command: string | null;
}

export const KIND_NAMES: Readonly<Record<FoundKind, string>> = {
  batch: 'batch',
  item: 'item',
  receipt: 'receipt',
  subReceipt: 'sub-receipt',
  file: 'file name',
  shipmentReference: 'shipment reference',
  outboundReference: 'outbound reference',
  sendersReference: 'SendersReference',
  reportee: 'reportee',
  archiveReference: 'archive reference',
};

export function toFoundLine(found: Found): FoundLine {
  const { kind, match, value, batch } = found;
  const [id, command] = shownBy(found);
  return { kind, match, value, id, batchId: batch?.id ?? null, text: whatItIs(found), command };
}

/** Two lines for people: what was found, and what shows more of it. */
export function foundText({ kind, value, text, command }: FoundLine): string {
  const found = `${KIND_NAMES[kind]} ${value}: ${text}`.replace(/\s+/g, ' ');
  return command === null ? found : `${found}\n  ${command}`;
}

function shownBy({ kind, batch, item, receipt }: Found): [id: number | null, command: string | null] {
  if (receipt !== null && kind !== 'subReceipt') return [receipt.id, `altinn-batch receipts show ${receipt.id}`];
  if (item !== null) return [item.id, `altinn-batch items show ${item.id}`];
  if (receipt !== null) return [receipt.id, `altinn-batch receipts show ${receipt.id}`];
  return batch === null ? [null, null] : [batch.id, `altinn-batch batches show ${batch.id}`];
}

/** Reads on from the kind and the value: `file name a.xml: the file of batch 7, OK`. */
function whatItIs(found: Found): string {
  const { kind, batch, receipt, item, shipment } = found;
  if (receipt !== null) return receiptText(found, receipt);
  if (item !== null) return `${itemText(item)} of ${batchText(found)}`;
  if (shipment !== null) {
    const { format, systemUserCode, status } = shipment;
    return `the ${format} shipment of ${systemUserCode || 'an unknown sender'} in ${batchText(found)}, ${status ?? '-'}`;
  }
  if (batch === null) return batchText(found);
  return kind === 'file'
    ? `the file of batch ${batch.id}, ${stateText(batch)}`
    : `${batch.fileName}, ${stateText(batch)}`;
}

function receiptText(found: Found, receipt: NonNullable<Found['receipt']>): string {
  const { kind, item } = found;
  const { id, subReceiptId, typeName, statusCode } = receipt;
  const of = found.batch === null ? '' : `, of ${batchText(found)}`;
  const whole = `${typeName}, ${statusCode}${of}`;
  if (kind === 'receipt') return whole;
  if (kind === 'outboundReference') return `a batch that was sent out, with receipt ${id}: ${whole}`;
  if (subReceiptId === null) return `on receipt ${id}: ${whole}`;
  const about = item === null ? '' : `about ${itemText(item)}, `;
  return `${kind === 'subReceipt' ? '' : `on sub-receipt ${subReceiptId}: `}${about}in receipt ${id}: ${whole}`;
}

function itemText(item: NonNullable<Found['item']>): string {
  const { ordinal, line, state, format, serviceCode, serviceEditionCode } = item;
  const service = [serviceCode, serviceEditionCode].filter((one) => one !== null).join('/');
  return `${format} item ${ordinal} (line ${line}, ${state}${service === '' ? '' : `, service ${service}`})`;
}

function batchText({ batch }: Found): string {
  return batch === null ? 'a batch that is gone' : `${batch.fileName}, batch ${batch.id}`;
}

function stateText({ state, status }: NonNullable<Found['batch']>): string {
  return state === 'archived' ? (status ?? '-') : `in work (${state})`;
}
