import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShortName } from '../../src/formats/short-name.js';

const LETTERS_AND_DIGITS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const DIGITS = [...'0123456789'];

const code = fc.string({ unit: fc.constantFrom(...LETTERS_AND_DIGITS), minLength: 1, maxLength: 7 });
const edition = fc.string({ unit: fc.constantFrom(...DIGITS), minLength: 1, maxLength: 6 });
const separator = fc.constantFrom(' ', '_');
const whiteSpace = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 4 });

describe('a shortName', () => {
  test('of a code, a space or underscore and an edition gives back both, white space around it or not', () => {
    fc.assert(
      fc.property(
        whiteSpace,
        code,
        separator,
        edition,
        whiteSpace,
        (before, serviceCode, between, editionCode, after) => {
          expect(parseShortName(`${before}${serviceCode}${between}${editionCode}${after}`)).toEqual({
            serviceCode,
            serviceEditionCode: editionCode,
          });
        },
      ),
    );
  });

  test('with anything else than one space or underscore between code and edition is none', () => {
    const wrong = fc.string({ maxLength: 3 }).filter((between) => !/^[A-Za-z0-9]*[ _][0-9]*$/.test(between));
    fc.assert(
      fc.property(code, wrong, edition, (serviceCode, between, editionCode) => {
        expect(parseShortName(`${serviceCode}${between}${editionCode}`)).toBeNull();
      }),
    );
  });

  test('that is read has one separator at most, and nothing but white space is lost of it', () => {
    const likely = fc.string({ unit: fc.constantFrom('A', 'z', '0', '9', ' ', '_', '-', '\t', 'ø'), maxLength: 16 });
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (text) => {
        const read = parseShortName(text);
        if (read === null) return;
        expect([
          `${read.serviceCode} ${read.serviceEditionCode}`,
          `${read.serviceCode}_${read.serviceEditionCode}`,
        ]).toContain(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['an old free-text name', 'Skatteoppgjør 2007'],
    ['a code of eight characters', 'ABCDEFGH 2009'],
    ['an edition of seven digits', 'PSA 2009010'],
    ['a letter in the edition', 'PSA 2009a'],
    ['a letter beyond A to Z in the code', 'PSÅ 2009'],
    ['two spaces', 'PSA  2009'],
    ['a hyphen', 'PSA-2009'],
    ['a tab between code and edition', 'PSA\t2009'],
    ['a no-break space before it', '\u00a0PSA 2009'],
    ['no edition', 'PSA'],
    ['no code', ' 2009'],
    ['digits of another script', 'PSA ٢٠٠٩'],
    ['nothing', ''],
  ])('is none with %s', (_, text) => {
    expect(parseShortName(text)).toBeNull();
  });

  test('that is missing is none', () => {
    expect(parseShortName(null)).toBeNull();
    expect(parseShortName(undefined)).toBeNull();
  });
});
