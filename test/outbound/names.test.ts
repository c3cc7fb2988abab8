import { describe, expect, test } from 'vitest';
import { OUTBOUND_KINDS } from '../../src/domain/outbound-kind.js';
import { outboundFileName, outboundReference } from '../../src/outbound/names.js';

test('a reference tells to whom it goes, what it is, and which of its kind', () => {
  const references = OUTBOUND_KINDS.map((kind) => outboundReference('SKD-PSA', kind, 17));
  expect(references).toEqual(['SKD-PSA-ALTUT-17', 'SKD-PSA-CORR-17', 'SKD-PSA-USAGE-17', 'SKD-PSA-FORMTASK-17']);
});

describe('the file of a batch that goes out', () => {
  test.each([
    ['SKD-PSA-CORR-17', 'SKD-PSA-CORR-17.xml'],
    ['ÆØÅ_ÅR-ALTUT-1', 'ÆØÅ_ÅR-ALTUT-1.xml'],
    ['SKD-A/B-ALTUT-1', 'SKD-A%2FB-ALTUT-1.xml'],
    ['SKD-../../x-ALTUT-1', 'SKD-..%2F..%2Fx-ALTUT-1.xml'],
    ['SKD-A%2FB-ALTUT-1', 'SKD-A%252FB-ALTUT-1.xml'],
    ['SKD-a b\\c:d-ALTUT-1', 'SKD-a%20b%5Cc%3Ad-ALTUT-1.xml'],
    ['SKD-€-ALTUT-1', 'SKD-%E2%82%AC-ALTUT-1.xml'],
  ])('of reference %s is %s', (reference, name) => {
    expect(outboundFileName(reference)).toBe(name);
  });

  test('has room for the endings that follow, and no other has its name, however long its reference is', () => {
    const long = `SKD-${'ø'.repeat(300)}`;
    const names = [outboundFileName(`${long}-ALTUT-1`), outboundFileName(`${long}-ALTUT-2`)];
    expect(new Set(names).size).toBe(2);
    for (const name of names) {
      expect(Buffer.byteLength(name)).toBeLessThan(225);
      expect(name).toMatch(/^SKD-ø+~[0-9a-f]{12}\.xml$/);
    }
  });
});
