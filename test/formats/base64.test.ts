import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../src/formats/base64.js';

describe('decodeBase64', () => {
  test('gives back any bytes, however white space was put between the letters', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.constantFrom('', ' ', '\n', '\r\n', '\t')), (bytes, spaces) => {
        const text = Buffer.from(bytes).toString('base64');
        const spaced = [...text].map((one, at) => one + (spaces[at] ?? '')).join('');
        expect(decodeBase64(text)).toStrictEqual(Buffer.from(bytes));
        expect(decodeBase64(spaced)).toStrictEqual(Buffer.from(bytes));
      }),
    );
  });

  test.each([
    ['a stray character', 'QUJD*'],
    ['a stray character that makes the length fit', 'QUJDQ*=='],
    ['the URL alphabet', '-_-_'],
    ['letters that only look right in their low byte', 'ŁŁŁŁ'],
    ['a no-break space', 'QUJD\u00a0'],
    ['padding left out', 'QUI'],
    ['too much padding', 'QQ==='],
    ['padding alone', '===='],
    ['padding in the middle', 'QQ==QUJD'],
    ['a letter too many', 'QUJDQ==='],
  ])('refuses %s', (_what, text) => {
    expect(decodeBase64(text)).toBeNull();
  });

  test('takes text of no letters for no bytes', () => {
    expect(decodeBase64('')).toStrictEqual(Buffer.alloc(0));
    expect(decodeBase64(' \n')).toStrictEqual(Buffer.alloc(0));
  });

  test('goes through 40 MB with a stray character at the end', () => {
    const text = `${'QUJD'.repeat(10_000_000)}\n`;
    expect(decodeBase64(text)?.length).toBe(30_000_000);
    expect(decodeBase64(`${text}*`)).toBeNull();
  });
});
