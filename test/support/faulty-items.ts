import { expect } from 'vitest';
import { receiptOf, type Shipment } from './intake-home.js';
import { lineOf } from './submissions.js';

/** An item with one fault, and what its sub-receipt must say. */
export interface FaultyItem {
  /** How the sub-receipt names the item: its reference, or what stands for it. */
  readonly reference: string;
  readonly xml: string;
  readonly code: number;
  /** What is wrong and what would be right. */
  readonly says: RegExp;
}

/**
 * Proves a shipment's receipt: the items in file order, those named with their code, line, reference and remedy, all
 * the others accepted.
 */
export function expectItemFaults(
  home: string,
  shipment: Shipment,
  file: string,
  items: readonly (string | FaultyItem)[],
): void {
  const { subReceipts } = receiptOf(home, shipment);
  const failed = items.filter((item) => typeof item !== 'string').length;
  const counts = { total: items.length, accepted: items.length - failed, failed };
  expect(shipment).toMatchObject({ status: 'ValidationFailed', items: counts });
  expect(subReceipts).toHaveLength(items.length);
  for (const [at, item] of items.entries()) {
    const sub = subReceipts[at];
    if (typeof item === 'string') {
      expect(sub?.text).toMatch(/^Line \d+: accepted\./);
      expect(sub?.status).toBe('OK');
      continue;
    }
    const line = lineOf(file, item.xml);
    expect(sub?.text).toContain(`Failed, line ${line}, ${item.reference}:`);
    expect(sub?.text).toContain(`[${item.code}]`);
    expect(sub?.text.match(/\[\d+\]/g), item.reference).toHaveLength(1);
    expect(sub?.text).toMatch(item.says);
    expect(sub?.status).toBe('ValidationFailed');
  }
}
