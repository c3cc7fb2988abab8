import { describe, expect, test } from 'vitest';
import { maskPersonNumbers } from '../../src/domain/mask.js';

describe('a person number in a text', () => {
  test.each([
    ['01010112345', '010101*****'],
    ['a01010112345b', 'a010101*****b'],
    ['01010112345 and 02020254321.', '010101***** and 020202*****.'],
    ['010101 12345', '010101 *****'],
    ['010101-12345', '010101-*****'],
    ['410101 12345', '410101 *****'],
    ['018101 12345 and 715201-12345', '018101 ***** and 715201-*****'],
    ['010101\u00a012345', '010101\u00a0*****'],
    ['01010112345 010101 12345', '010101***** 010101 *****'],
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

test('a SHA-256 is printed whole, whatever digits stand in it and behind it', () => {
  const hash = `ab${'01010112345'}cd${'0'.repeat(42)}a010101`;
  expect(hash).toHaveLength(64);
  expect(maskPersonNumbers(`sha256 ${hash} of 01010112345`)).toBe(`sha256 ${hash} of 010101*****`);
  expect(maskPersonNumbers(`${hash} 12345`)).toBe(`${hash} 12345`);
  for (const other of [`x${hash}`, hash.slice(1), hash.toUpperCase()]) {
    expect(maskPersonNumbers(other)).toMatch(/010101\*{5}/);
  }
});
