import { expect, test } from 'vitest';
import { checkAcknowledgement } from '../../src/domain/acknowledgement.js';

const right = { status: 'OK', text: 'Loaded.', references: [{ type: 'ArchiveReference', value: 'AR-1' }] };

test('what is said with a status, a text and references that may be added is taken as it is', () => {
  const { status, ...rest } = right;
  expect(checkAcknowledgement(right)).toEqual({ statusCode: status, ...rest });
  for (const one of ['UnExpectedError', 'ValidationFailed', 'Rejected']) {
    expect(checkAcknowledgement({ ...right, status: one })).toMatchObject({ statusCode: one });
  }
});

test.each([
  ['a status that is never sent', { status: 'NotSet' }, "The status 'NotSet' can't be set: it can be OK, UnEx"],
  ['an unknown status', { status: 'ok' }, "The status 'ok' can't be set"],
  ['no text', { text: ' \n ' }, 'The text is empty'],
  [
    'a reference that refers to nothing',
    { references: [{ type: 'NotSet', value: '1' }] },
    "A reference of type 'NotSet' can't be added: it can be ExternalShipmentReference, EndUser",
  ],
  [
    'another owner',
    { references: [{ type: 'OwnerPartyReference', value: '974761076' }] },
    "A reference of type 'OwnerPartyReference' can't be added",
  ],
  [
    'a reference without a value',
    { references: [{ type: 'PartyReference', value: ' ' }] },
    'The reference of type PartyReference has no value',
  ],
])('%s is a fault, and the text says what would be right', (_what, changes, text) => {
  const checked = checkAcknowledgement({ ...right, ...changes });
  expect(checked).toEqual({ faults: [expect.stringContaining(text)] });
});

test('every fault is told', () => {
  const references = [
    { type: 'NotSet', value: '1' },
    { type: 'OwnerPartyReference', value: '1' },
  ];
  expect(checkAcknowledgement({ status: '', text: '', references })).toMatchObject({ faults: { length: 4 } });
});
