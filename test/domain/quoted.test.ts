import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blankToNull, isBlank, listed, quoted } from '../../src/domain/quoted.js';

describe('quoted', () => {
  it('shows a value in quotes, on one line', () => {
    expect(quoted('a\r\n\tb')).toBe("'a b'");
    expect(quoted('')).toBe("''");
  });

  it('cuts a long value to sixty characters, never through one of them', () => {
    expect(quoted('😀'.repeat(61))).toBe(`'${'😀'.repeat(60)}...'`);
    expect(quoted('x'.repeat(60))).toBe(`'${'x'.repeat(60)}'`);
  });

  it('masks a person number also where the cut goes through it', () => {
    expect(quoted('of 01019012308')).toBe("'of 010190*****'");
    expect(quoted(`${'x'.repeat(50)} 01019012308`)).toBe(`'${'x'.repeat(50)} 010190***...'`);
  });
});

describe('listed', () => {
  it('names ten at most and counts the rest', () => {
    const letters = [...'abcdefghijkl'];
    expect(listed(letters.slice(0, 3))).toBe('a, b, c');
    expect(listed(letters.slice(0, 10))).toBe('a, b, c, d, e, f, g, h, i, j');
    expect(listed(letters)).toBe('a, b, c, d, e, f, g, h, i, j and 2 more');
  });
});

describe('isBlank', () => {
  it('holds exactly for what trims to nothing', () => {
    const character = fc.constantFrom(' ', '\n', '\t', '\r', '\u00a0', '\u3000', '\ufeff', 'a', '0', '~', 'é', '😀');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 4 }), (value) => {
        expect(isBlank(value)).toBe(value.trim() === '');
        expect(blankToNull(value)).toBe(value.trim() === '' ? null : value);
      }),
    );
    expect(blankToNull(null)).toBeNull();
  });
});
