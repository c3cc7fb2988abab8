import { describe, expect, test } from 'vitest';
import { issue } from '../../src/domain/issue.js';
import { rejectionMessage } from '../../src/receipts/rejection.js';
import { type ShipmentOutcome, shipmentReceiptText } from '../../src/receipts/text.js';

function textOf(own: Partial<ShipmentOutcome>): string {
  return shipmentReceiptText({
    fileName: 'orders.xml',
    systemUserCode: 'SKD-PSA',
    status: 'OK',
    accepted: true,
    reference: 'S-1',
    counts: { total: 3, accepted: 3, failed: 0 },
    issues: [],
    ...own,
  });
}

const NAME = 'File orders.xml, system user code SKD-PSA, shipment reference S-1: ';

describe('a shipment that was accepted', () => {
  test('is told by file, system user code, reference and the number of items', () => {
    expect(textOf({})).toBe(`${NAME}all 3 items accepted.`);
  });

  test('of a single item, or of none, reads as English', () => {
    expect(textOf({ counts: { total: 1, accepted: 1, failed: 0 } })).toBe(`${NAME}1 item accepted.`);
    expect(textOf({ counts: { total: 0, accepted: 0, failed: 0 } })).toBe(`${NAME}accepted. It holds no items.`);
  });

  test('carries warnings about its file', () => {
    const seen = issue(0, 'Warning', 'A file with the same bytes was seen before.');
    expect(textOf({ issues: [seen] })).toBe(
      `${NAME}all 3 items accepted.\nWarning [0] A file with the same bytes was seen before.`,
    );
  });
});

describe('a shipment with faults', () => {
  test('says how many of how many items failed, where to look, and what to send again', () => {
    expect(textOf({ status: 'ValidationFailed', counts: { total: 5, accepted: 3, failed: 2 } })).toBe(
      `${NAME}2 of 5 items failed: see the sub-receipts. The other 3 were accepted. ` +
        'Send only the mended items again, in a new shipment.',
    );
    expect(textOf({ status: 'ValidationFailed', counts: { total: 5, accepted: 1, failed: 4 } })).toContain(
      '4 of 5 items failed: see the sub-receipts. The other one was accepted.',
    );
  });

  test('says that its reference may be used again when no item was accepted', () => {
    const counts = { total: 5, accepted: 0, failed: 5 };
    expect(textOf({ status: 'ValidationFailed', accepted: false, counts })).toBe(
      `${NAME}5 of 5 items failed: see the sub-receipts. Nothing was taken in. ` +
        'Mend it and send it again: its reference and sequence number are not used up.',
    );
  });

  test('says which limit it passed when too many items failed', () => {
    const counts = { total: 5, accepted: 0, failed: 2 };
    const rejection = { kind: 'tooManyFailed', limit: '10%' } as const;
    const text = textOf({ status: 'ValidationFailed', accepted: false, counts, rejection });
    expect(text).toContain('2 of 5 items failed: see the sub-receipts. That is more than the limit (10%) allows');
    expect(text).toContain('the whole shipment was refused');
    expect(text).not.toContain('accepted.');
  });

  test('names line and position of each fault when it was refused whole', () => {
    const cut = issue(0, 'Critical', 'The file ends within the element Reportee.', { line: 88, position: 3 });
    const text = textOf({ status: 'ValidationFailed', accepted: false, counts: null, issues: [cut] });
    expect(text).toContain(`${NAME}not valid, nothing was taken in.`);
    expect(text).toContain('\n[0] line 88, position 3: The file ends within the element Reportee.');
  });

  test('outside its items says so, whether it has items or none', () => {
    const stray = issue(0, 'Error', 'The Reportee has no Id.', { line: 4, position: 5 });
    const withItems = textOf({ status: 'ValidationFailed', issues: [stray] });
    expect(withItems).toContain('all 3 items accepted, but there are faults outside the items.');
    expect(withItems).toContain('[0] line 4, position 5: The Reportee has no Id.');
    const counts = { total: 0, accepted: 0, failed: 0 };
    const without = textOf({ status: 'ValidationFailed', accepted: false, counts, issues: [stray] });
    expect(without).toContain('not valid: it holds no items, and there are faults in it.');
  });

  test('spells out twenty faults and counts the rest', () => {
    const issues = Array.from({ length: 21 }, (_, index) => issue(0, 'Error', `Fault ${index + 1}.`));
    const text = textOf({ status: 'ValidationFailed', accepted: false, counts: null, issues });
    expect(text.endsWith('[0] Fault 20.\nand 1 more.')).toBe(true);
  });
});

describe('a shipment that was rejected', () => {
  const REJECTED = { status: 'Rejected', accepted: false, counts: null } as const;

  test('as a duplicate names the receipt and the file of the first, whole', () => {
    const rejection = {
      kind: 'duplicateReference',
      reference: 'S-1',
      receiptId: 12,
      fileName: 'orders-20240101123.xml',
    } as const;
    const text = textOf({ ...REJECTED, rejection });
    expect(text).toContain('rejected, nothing was taken in. The shipment reference S-1 was used before');
    expect(text).toContain('file orders-20240101123.xml, receipt 12.');
  });

  test('says a rejection once, also when it is among the issues', () => {
    const rejection = { kind: 'sequenceGap', given: '20240101123', givenValue: 20240101123, expected: 8 } as const;
    const text = textOf({ ...REJECTED, rejection, issues: [issue(0, 'Error', rejectionMessage(rejection))] });
    expect(text.match(/but 8 was expected/g)).toHaveLength(1);
  });

  test('for a gap says which number was expected and what to send first', () => {
    const text = textOf({ ...REJECTED, rejection: { kind: 'sequenceGap', given: '011', givenValue: 11, expected: 8 } });
    expect(text).toContain('The sequence number is 011, but 8 was expected');
    expect(text).toContain('Send what is missing in between first');
  });

  test('for a number that has been passed does not ask for missing ones', () => {
    const text = textOf({ ...REJECTED, rejection: { kind: 'sequenceGap', given: '7', givenValue: 7, expected: 8 } });
    expect(text).toContain('That number has been passed.');
  });

  test('for an empty reference that was used before says that it is empty', () => {
    const rejection = { kind: 'duplicateReference', reference: ' ', receiptId: 1, fileName: 'a.xml' } as const;
    expect(textOf({ ...REJECTED, rejection })).toContain(
      'The shipment reference is empty, and an empty one was used before, by a shipment that was accepted: file a.xml, receipt 1.',
    );
  });

  test('for a sequence number that is too large says how large it may be', () => {
    const rejection = { kind: 'sequenceNotANumber', given: '99999999999999999999', expected: 8 } as const;
    expect(textOf({ ...REJECTED, rejection })).toContain(
      'The sequence number 99999999999999999999 is larger than 9007199254740991, the largest that can stand there, and 8 was expected.',
    );
  });

  test('for a sequence number that is none says what may stand there', () => {
    const rejection = { kind: 'sequenceNotANumber', given: 'A17', expected: 8 } as const;
    expect(textOf({ ...REJECTED, rejection })).toContain(
      'The sequence number A17 is not a whole number. Only digits can stand there, and 8 was expected.',
    );
    expect(textOf({ ...REJECTED, rejection: { ...rejection, expected: null } })).toContain('can stand there.');
  });

  test('for contents accepted before names what is known of the first', () => {
    const rejection = { kind: 'sameBytes', receiptId: null, fileName: 'first.xml' } as const;
    expect(textOf({ ...REJECTED, rejection })).toContain('accepted before: file first.xml. An AltUt file');
    expect(textOf({ ...REJECTED, rejection: { ...rejection, receiptId: 4 } })).toContain('file first.xml, receipt 4.');
  });

  test('whose system user code could not be read says so', () => {
    const unknown = issue(40008, 'Error', 'The system user code is empty.', { line: 2, position: 3 });
    expect(textOf({ ...REJECTED, systemUserCode: ' ', reference: null, issues: [unknown] })).toBe(
      'File orders.xml, system user code unknown: rejected, nothing was taken in.\n' +
        '[40008] line 2, position 3: The system user code is empty.',
    );
  });
});

test('a fault of our own asks nothing of the sender, and says what happens next', () => {
  const why = issue(0, 'Critical', 'The process ended three times while it worked on this file.');
  const text = textOf({ status: 'UnExpectedError', accepted: false, counts: null, issues: [why] });
  expect(text).toContain('There is nothing for you to mend');
  expect(text).toContain('send the same file again, as it is');
  expect(text).toContain('[0] The process ended three times');
});
