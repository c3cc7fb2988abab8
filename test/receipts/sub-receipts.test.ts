import { expect, test } from 'vitest';
import { subReceiptHead, subReceiptHeads } from '../../src/receipts/sub-receipts.js';
import { anItem } from './items.js';

const SOURCE = 'File orders.xml, system user code SKD-PSA.';
const PARENT = {
  receiptId: 40,
  typeName: 'PreFill',
  subReceiptsFrom: 41,
  subReceiptsDated: '2024-05-06T07:08:09',
} as const;

test('a sub-receipt takes its id from the ordinal, and id range, time and type from the parent', () => {
  expect(subReceiptHead(anItem(), PARENT, SOURCE)).toEqual({
    receiptId: 42,
    parentReceiptId: 40,
    statusCode: 'OK',
    text: 'Line 14: accepted. File orders.xml, system user code SKD-PSA.',
    typeName: 'PreFill',
    lastChanged: '2024-05-06T07:08:09',
    history: [],
    references: [
      { type: 'SendersReference', value: 'REF-1' },
      { type: 'ReceiversReference', value: '5000000002' },
      { type: 'PartyReference', value: '01010112345' },
    ],
  });
});

test.each([
  ['Subscription', ['PartyReference']],
  ['Correspondence', ['SendersReference', 'PartyReference']],
  ['NotSet', []],
] as const)('a sub-receipt of type %s carries the references of its kind', (typeName, types) => {
  const { references } = subReceiptHead(anItem(), { ...PARENT, typeName }, SOURCE);
  expect(references.map(({ type }) => type)).toEqual(types);
});

test('references that the item does not have are left out', () => {
  const { references } = subReceiptHead(anItem({ sendersReference: null, reportee: '' }), PARENT, SOURCE);
  expect(references.map(({ type }) => type)).toEqual(['ReceiversReference']);
});

test('failed items are ValidationFailed, and those refused with their shipment Rejected', () => {
  const items = [anItem({ ordinal: 1 }), anItem({ state: 'failed' }), anItem({ ordinal: 3, state: 'refused' })];
  expect([...subReceiptHeads(items, PARENT, SOURCE)].map((one) => [one.receiptId, one.statusCode])).toEqual([
    [41, 'OK'],
    [42, 'ValidationFailed'],
    [43, 'Rejected'],
  ]);
});

test('one that was changed says what the change says, with the references of both', () => {
  const change = {
    statusCode: 'Rejected',
    text: 'Not for us.',
    lastChanged: '2024-06-01T00:00:00',
    history: ['Line 14: accepted.'],
    references: [{ type: 'ArchiveReference', value: 'AR-1' }],
  } as const;
  const { references, ...head } = subReceiptHead(anItem({ change }), PARENT, SOURCE);
  const { references: added, ...changed } = change;
  expect(head).toEqual({ receiptId: 42, parentReceiptId: 40, typeName: 'PreFill', ...changed });
  expect(references.map(({ type }) => type)).toEqual([
    'SendersReference',
    'ReceiversReference',
    'PartyReference',
    'ArchiveReference',
  ]);
});
