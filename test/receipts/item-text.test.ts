import { describe, expect, test } from 'vitest';
import { issue } from '../../src/domain/issue.js';
import { itemReceiptText, sourceSentence } from '../../src/receipts/text.js';
import { anItem } from './items.js';

const SOURCE = sourceSentence({ fileName: 'orders.xml', systemUserCode: 'SKD-PSA' });
const BAD_PERSON = issue(40016, 'Error', 'Reportee 01010112345 has wrong check digits. A valid number is expected.', {
  line: 15,
  position: 9,
});

describe('the text of an accepted item', () => {
  test('says the line, and names the file and the system user code', () => {
    expect(itemReceiptText(anItem(), SOURCE)).toBe('Line 14: accepted. File orders.xml, system user code SKD-PSA.');
  });

  test('names the service where the format has no reference of the sender', () => {
    expect(itemReceiptText(anItem({ sendersReference: null }), SOURCE)).toBe(
      'Line 14: accepted. Service 1051/201010. File orders.xml, system user code SKD-PSA.',
    );
  });

  test('carries its warning with code and place', () => {
    const warning = issue(0, 'Warning', 'This reference stands on line 3 too', { line: 16, position: 7 });
    expect(itemReceiptText(anItem({ issues: [warning] }), SOURCE)).toBe(
      'Line 14: accepted. Warning [0] line 16, position 7: This reference stands on line 3 too. ' +
        'File orders.xml, system user code SKD-PSA.',
    );
  });

  test('says that the system user code is unknown when it could not be read', () => {
    expect(itemReceiptText(anItem(), sourceSentence({ fileName: 'orders.xml', systemUserCode: null }))).toBe(
      'Line 14: accepted. File orders.xml, system user code unknown.',
    );
  });
});

describe('the text of a failed item', () => {
  test('says the line, the reference, the code, the place and what is expected', () => {
    expect(itemReceiptText(anItem({ state: 'failed', issues: [BAD_PERSON] }), SOURCE)).toBe(
      'Failed, line 14, reference REF-1: [40016] line 15, position 9: Reportee 010101***** has wrong check digits. ' +
        'A valid number is expected. File orders.xml, system user code SKD-PSA.',
    );
  });

  test('does not repeat the place of an issue that stands where the item begins', () => {
    const here = issue(30003, 'Error', 'The shortName is none.', { line: 14, position: 5 });
    expect(itemReceiptText(anItem({ state: 'failed', issues: [here] }), SOURCE)).toContain('REF-1: [30003] The short');
  });

  test('gives each of several issues a line of its own, faults before warnings', () => {
    const warning = issue(0, 'Warning', 'Odd.', { line: 20, position: 1 });
    const fault = issue(60003, 'Error', 'LanguageCode 9 is unknown.', { line: 16, position: 1 });
    expect(itemReceiptText(anItem({ state: 'failed', issues: [warning, fault] }), SOURCE).split('\n')).toEqual([
      'Failed, line 14, reference REF-1:',
      '[60003] line 16, position 1: LanguageCode 9 is unknown.',
      'Warning [0] line 20, position 1: Odd.',
      'File orders.xml, system user code SKD-PSA.',
    ]);
  });

  test('spells out twenty issues and counts the rest', () => {
    const issues = Array.from({ length: 33 }, (_, index) => issue(0, 'Error', `Fault ${index + 1}.`));
    const text = itemReceiptText(anItem({ state: 'failed', issues }), SOURCE);
    expect(text).toContain('Fault 20.\nand 13 more.\n');
    expect(text).not.toContain('Fault 21.');
  });

  test('names service and masked reportee where there is no reference', () => {
    const text = itemReceiptText(anItem({ state: 'failed', sendersReference: '', issues: [BAD_PERSON] }), SOURCE);
    expect(text).toContain('Failed, line 14, service 1051/201010, reportee 010101*****: [40016]');
  });

  test('masks a reportee that is no number at all, and leaves an organisation number whole', () => {
    const failed = { state: 'failed', sendersReference: null, issues: [BAD_PERSON] } as const;
    expect(itemReceiptText(anItem({ ...failed, reportee: '010101 123456' }), SOURCE)).toContain(
      'reportee 010101*****:',
    );
    expect(itemReceiptText(anItem({ ...failed, reportee: '974761076' }), SOURCE)).toContain('reportee 974761076:');
  });

  test('names the shortName of an AltUt message whose service could not be told', () => {
    const item = anItem({ state: 'failed', sendersReference: null, serviceCode: null, shortName: 'Skatt 2007' });
    expect(itemReceiptText({ ...item, issues: [BAD_PERSON] }, SOURCE)).toContain(', shortName Skatt 2007, reportee ');
  });

  test('stays short and on its lines whatever the sender wrote', () => {
    const hostile = issue(0, 'Error', `a\r\nFile other.xml\u001b[2J${'x'.repeat(5000)}`);
    const item = anItem({ state: 'failed', sendersReference: `R\n${'😀'.repeat(500_000)}`, issues: [hostile] });
    const text = itemReceiptText(item, SOURCE);
    expect(text.split('\n')).toHaveLength(1);
    expect(text).not.toMatch(/\p{Cc}/u);
    expect(Buffer.from(text).toString()).toBe(text);
    expect(text.length).toBeLessThan(1500);
  });
});

test('the text of an item refused with its shipment says that the item itself is free of faults, and where it stands', () => {
  const text = itemReceiptText(anItem({ state: 'refused' }), SOURCE);
  expect(text).toContain('Not taken in, line 14, reference REF-1: there is no fault in this item');
  expect(text).toContain('the whole shipment was refused');
});
