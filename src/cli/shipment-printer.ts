import type { ShipmentResult } from '../intake/results.js';
import type { Output } from './output.js';
import { Table } from './table.js';

/** How `run` and `watch` print what came of a shipment: a row of a table, or JSON; with -q only what is not OK. */
export function shipmentPrinter(output: Pick<Output, 'quiet' | 'result'>): (result: ShipmentResult) => void {
  const table = new Table<ShipmentResult>([
    { title: 'FILE', width: 28, value: (one) => one.file },
    { title: 'FORMAT', width: 14, value: (one) => one.format ?? '-' },
    { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode ?? '-' },
    { title: 'REFERENCE', width: 16, value: (one) => one.reference ?? '-' },
    { title: 'STATUS', width: 16, value: (one) => one.status },
    { title: 'ACCEPTED', width: 13, right: true, value: ({ items }) => `${items.accepted}/${items.total}` },
    { title: 'RECEIPT', width: 0, value: (one) => one.receipt ?? '-' },
  ]);
  return (result) => {
    if (output.quiet && result.status === 'OK') return;
    output.result(inOrder(result), () => [table.row(result), ...reasonOf(result)].join('\n'));
  };
}

/** The keys in the order that the command promises. */
function inOrder(result: ShipmentResult): ShipmentResult {
  const { file, batchId, format, systemUserCode, reference, status, items, receiptId, receipt, text } = result;
  const { total, accepted, failed } = items;
  const counts = { total, accepted, failed };
  return { file, batchId, format, systemUserCode, reference, status, items: counts, receiptId, receipt, text };
}

/** Why a shipment is not OK, in the first line of the receipt's text; the rest stands in the receipt. */
function reasonOf({ status, text }: ShipmentResult): string[] {
  const first = text.trim().split('\n', 1)[0] ?? '';
  return status === 'OK' || first === '' ? [] : [`  ${first}`];
}
