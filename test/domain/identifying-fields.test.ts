import { describe, expect, it } from 'vitest';
import { identifyingFieldsHash } from '../../src/domain/identifying-fields.js';

describe('identifyingFieldsHash', () => {
  it('has no hash without fields', () => {
    expect(identifyingFieldsHash([])).toBeNull();
  });

  it('is the SHA-256 of the values, each followed by a newline, as UTF-8', () => {
    // printf 'Ås\n2024\n' | sha256sum
    expect(identifyingFieldsHash(['Ås', '2024'])).toBe(
      'f03d6db763fc5c15e37bd5ee66bfa6d491d8bda8ddd35557c3be078d204fab50',
    );
    expect(identifyingFieldsHash([''])).toBe('01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b');
  });

  it('tells values apart by order, number and white space', () => {
    const hashes = [['a', 'b'], ['b', 'a'], ['ab'], ['a'], ['a', ''], ['a '], ['']].map(identifyingFieldsHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});
