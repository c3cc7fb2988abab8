import { expect, test } from 'vitest';
import { maskPersonNumbers } from '../../src/domain/mask.js';

test.each([
  ['01010112345', '010101*****'],
  ['a01010112345b', 'a010101*****b'],
  ['01010112345 and 02020254321.', '010101***** and 020202*****.'],
  ['0101011234', '0101011234'],
  ['010101123456', '010101123456'],
])('%j is printed as %j', (text, masked) => {
  expect(maskPersonNumbers(text)).toBe(masked);
});

test('a SHA-256 is printed whole, whatever digits stand in it', () => {
  const hash = `ab${'01010112345'}cd${'0'.repeat(49)}`;
  expect(hash).toHaveLength(64);
  expect(maskPersonNumbers(`sha256 ${hash} of 01010112345`)).toBe(`sha256 ${hash} of 010101*****`);
  for (const other of [`x${hash}`, hash.slice(1), hash.toUpperCase()]) {
    expect(maskPersonNumbers(other)).toMatch(/010101\*{5}/);
  }
});
