import { describe, expect, it } from 'vitest';
import { dateTime, int, many, maybe, one, oneOf, optional, padded, required, some, string } from './facts.js';
import { proveFacts } from './prove.js';
import { faults } from './xsd.js';

const NAMESPACE = 'http://schemas.altinn.no/services/Intermediary/Receipt/2009/10';

const status = oneOf('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected', 'NotSet');

const receiptType = oneOf(
  'NotSet',
  'FormTask',
  'Correspondence',
  'PINCODE',
  'Subscription',
  'Outbound',
  'PreFill',
  'RegisterDLS',
  'RegisterDSF',
  'RegisterER',
  'RegisterDSFProperty',
  'RegisterDSFStreet',
  'RegisterDSFCountry',
  'RegisterDSFUser',
  'LookUp',
  'Broker',
  'BrokerService',
  'RegisterDSFStreetAdd',
  'RegisterDSFPropertyAdd',
);

const referenceType = oneOf(
  'NotSet',
  'ExternalShipmentReference',
  'EndUserSystemReference',
  'ParentReference',
  'SendersReference',
  'WorkFlowReference',
  'BatchReference',
  'OutboundShipmentReference',
  'ReceiversReference',
  'Altinn1Reference',
  'OwnerPartyReference',
  'PartyReference',
  'ArchiveReference',
);

/** In the contract every field is optional: which ones altinn-batch always writes is for the tests of the receipts. */
const fields = () => [
  maybe('LastChanged', dateTime),
  maybe('ParentReceiptId', int),
  maybe('ReceiptHistory', string),
  maybe('ReceiptId', int),
  maybe('ReceiptStatusCode', status),
  maybe('ReceiptText', string),
  maybe('ReceiptTypeName', receiptType),
  maybe('References', [
    many('Reference', [maybe('ReferenceTypeName', referenceType), maybe('ReferenceValue', string)]),
  ]),
];

const receipt = one('ReceiptExternal', [...fields(), maybe('SubReceipts', [many('ReceiptExternal', fields())])]);

describe('receipt.xsd', () => {
  proveFacts('receipt.xsd', receipt, NAMESPACE);

  const nested = (inside: string): string =>
    `<ReceiptExternal xmlns="${NAMESPACE}"><SubReceipts><ReceiptExternal><SubReceipts>${inside}</SubReceipts></ReceiptExternal></SubReceipts></ReceiptExternal>`;

  it('refuses receipts on a third level', () => {
    expect(faults('receipt.xsd', nested('<ReceiptExternal/>'))).not.toEqual([]);
  });

  it('accepts a sub-receipt with an empty list of its own', () => {
    expect(faults('receipt.xsd', nested(''))).toEqual([]);
  });

  it('refuses the type of a reference in the namespace that only its type belongs to', () => {
    const type =
      '<ReferenceTypeName xmlns="http://schemas.altinn.no/services/Intermediary/Shipment/2009/10">NotSet</ReferenceTypeName>';
    const xml = `<ReceiptExternal xmlns="${NAMESPACE}"><References><Reference>${type}</Reference></References></ReceiptExternal>`;
    expect(faults('receipt.xsd', xml)).not.toEqual([]);
  });
});

const saved = () => [
  one('ReceiptStatus', status),
  one('ReceiptText', string),
  maybe('References', [many('Reference', [one('ReferenceTypeName', referenceType), one('ReferenceValue', string)])]),
];

/** By its ReceiptId; with an ArchiveReference instead it is a fixture. */
const receiptSave = one('ReceiptSave', [
  one('SystemUserCode', string),
  one('ReceiptId', padded(int)),
  ...saved(),
  maybe('SubReceipts', [many('SubReceipt', [one('ReceiptId', padded(int)), ...saved()])]),
]);

describe('receipt-save.xsd', () => {
  proveFacts('receipt-save.xsd', receiptSave, NAMESPACE);
});

const govOrganReceipt = one(
  'GovOrganReceipt',
  [
    some(
      'DataUnitInReceipt',
      [one('Message', [some('MessageEntry', string)])],
      [
        optional('receiptType', oneOf('ALTUT', 'PREFILL')),
        required('status', string),
        required('timeReceived', dateTime),
      ],
    ),
  ],
  [required('schemaVersion', { good: ['6.0'], bad: ['', '6', '6.1'] })],
);

describe('govorgan-receipt.xsd', () => {
  proveFacts('govorgan-receipt.xsd', govOrganReceipt, null);
});
