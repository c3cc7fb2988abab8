import { expect, test } from 'vitest';
import { altutReference, receiptTypeName, shipmentReferences } from '../../src/receipts/references.js';

test('a shipment is referred to by its reference, its batch and the owner, in that order', () => {
  expect(shipmentReferences({ format: 'prefill', reference: 'S-1', batchId: 9, ownerOrgNumber: '974761076' })).toEqual([
    { type: 'ExternalShipmentReference', value: 'S-1' },
    { type: 'BatchReference', value: '9' },
    { type: 'OwnerPartyReference', value: '974761076' },
  ]);
});

test('what is not known of a shipment is left out', () => {
  expect(shipmentReferences({ format: 'correspondence', reference: '', batchId: 9, ownerOrgNumber: null })).toEqual([
    { type: 'BatchReference', value: '9' },
  ]);
});

test('a file that can not be told has its batch as its only reference', () => {
  expect(shipmentReferences({ format: null, reference: 'S-1', batchId: 9, ownerOrgNumber: '974761076' })).toEqual([
    { type: 'BatchReference', value: '9' },
  ]);
});

test('an AltUt file is referred to by its name and sequence number, or else by its file name', () => {
  expect(altutReference('SKD', '017', 'ut.xml')).toBe('SKD/017');
  expect(altutReference('SKD', null, 'ut.xml')).toBe('ut.xml');
});

test('each format has its type of receipt, and a file that can not be told has NotSet', () => {
  expect(
    (['prefill', 'subscription', 'correspondence', 'altut', null] as const).map((format) => receiptTypeName(format)),
  ).toEqual(['PreFill', 'Subscription', 'Correspondence', 'Correspondence', 'NotSet']);
});
