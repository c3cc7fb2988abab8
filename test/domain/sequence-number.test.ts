import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSequenceNo } from '../../src/domain/sequence-number.js';

describe('parseSequenceNo', () => {
  it.each([
    ['17', 17],
    ['017', 17],
    [' 17\n', 17],
    ['0', 0],
    [`${'0'.repeat(40)}5`, 5],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('reads %j as %d', (text, expected) => {
    expect(parseSequenceNo(text)).toBe(expected);
  });

  it.each(['A17', '', '  ', '-1', '+1', '1.0', '1e3', '0x10', '1 7', '٣', '9007199254740992'])(
    'takes %j for none',
    (text) => {
      expect(parseSequenceNo(text)).toBeNull();
    },
  );

  it('reads any whole number back, however many zeros stand before it', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 30 }), (value, zeros) => {
        expect(parseSequenceNo('0'.repeat(zeros) + value)).toBe(value);
      }),
    );
  });
});
