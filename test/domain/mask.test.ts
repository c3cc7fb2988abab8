import { describe, expect, test } from 'vitest';
import { maskPersonNumbers } from '../../src/domain/mask.js';

describe('a person number in a text', () => {
  test.each([
    ['01010112345', '010101*****'],
    ['x01010112345y and 02020212345.', 'x010101*****y and 020202*****.'],
    ['010101 12345', '010101 *****'],
    ['010101-12345', '010101-*****'],
    ['410101 12345', '410101 *****'],
    ['018101 12345 and 715201-12345', '018101 ***** and 715201-*****'],
    ['010101\u00a012345', '010101\u00a0*****'],
  ])('is masked but for its first six digits, as people write it: %j', (text, masked) => {
    expect(maskPersonNumbers(text)).toBe(masked);
  });

  test.each([
    '0101011234',
    '010101123456',
    '0101 0112345',
    '010101  12345',
    '1010101 12345',
    '010101 123456',
    '202410-00001',
    '320101 12345',
    '2026-11-24',
  ])('is not seen in other digits: %j', (text) => {
    expect(maskPersonNumbers(text)).toBe(text);
  });
});
