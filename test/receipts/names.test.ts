import { expect, test } from 'vitest';
import { legacyReceiptFileName, receiptFileName } from '../../src/receipts/names.js';

test('a receipt is named after its file and its id', () => {
  expect(receiptFileName('orders.xml', 7)).toBe('orders.7.receipt.xml');
  expect(legacyReceiptFileName('ORDERS.XML', 7)).toBe('ORDERS.7.govorganreceipt.xml');
});

test('only a final .xml is taken off', () => {
  expect(receiptFileName('a.xml.xml', 7)).toBe('a.xml.7.receipt.xml');
  expect(receiptFileName('a.xml.txt', 7)).toBe('a.xml.txt.7.receipt.xml');
});

test('a very long name is cut to what a folder can hold, in whole characters and with its id', () => {
  const name = receiptFileName(`${'å'.repeat(125)}.xml`, 2147483647);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  expect(name).toMatch(/^å{110,}\.2147483647\.receipt\.xml$/);
  expect(Buffer.byteLength(legacyReceiptFileName(`${'x'.repeat(251)}.xml`, 1))).toBe(255);
});
