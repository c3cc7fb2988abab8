import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLocationPath } from '../../src/prefill/location-path.js';

/** A path as it was understood, in one notation. */
function shown(text: string): string | null {
  const path = parseLocationPath(text);
  if (path === null) return null;
  const name = ({ local, prefix, namespace }: { local: string; prefix: string | null; namespace: string | null }) =>
    `${namespace === null ? '' : `{${namespace}}`}${prefix === null ? '' : `${prefix}:`}${local}`;
  const steps = path.steps.map((step) => {
    const position = step.position === null ? '' : `[${step.position}]`;
    return `${step.isDeep ? '//' : '/'}${name(step)}${position}`;
  });
  return `${path.isAbsolute ? '' : '.'}${steps.join('')}${path.attribute === null ? '' : `/@${name(path.attribute)}`}`;
}

describe('an Id that is a location path', () => {
  test.each([
    ['/Skjema/Navn', '/Skjema/Navn'],
    [' /Skjema / Navn ', '/Skjema/Navn'],
    ['Skjema/Navn', './Skjema/Navn'],
    ['./Navn', './Navn'],
    ['Kontonummer', './Kontonummer'],
    ['/Skjema/Ansatt[2]/Navn', '/Skjema/Ansatt[2]/Navn'],
    ['/Skjema/@skjemanummer', '/Skjema/@skjemanummer'],
    ['/my:Skjema/my:Navn', '/my:Skjema/my:Navn'],
    ['/child::Skjema/attribute::nr', '/Skjema/@nr'],
    ['/Skjema/Navn/text()', '/Skjema/Navn'],
    ['//Navn', '//Navn'],
    ['/Skjema//Navn[1]', '/Skjema//Navn[1]'],
    ['/Skjema/Navn-datadef-68.x_y', '/Skjema/Navn-datadef-68.x_y'],
    ['/Skjema/Årsværk', '/Skjema/Årsværk'],
    ["/*[local-name()='Root' and namespace-uri()='urn:a']/*[local-name()='Navn']", '/{urn:a}Root/Navn'],
    ['/*[namespace-uri()="" and local-name()="Root"]', '/{}Root'],
    ["/*[local-name()='a'][3]", '/a[3]'],
  ])('%s means %s', (text, meaning) => {
    expect(shown(text)).toBe(meaning);
  });

  test.each([
    '',
    ' ',
    '/',
    '//',
    '.',
    '..',
    '/a/..',
    '/a/../b',
    '/a/',
    '/a[0]',
    '/a[-1]',
    '/a[last()]',
    "/a[b='c']",
    '/a[1][2]',
    '/a | /b',
    '/a or /b',
    '1 + 1',
    "document('http://example.org/x')",
    'count(//*)',
    "concat('a','b')",
    '/a/string()',
    '/a/node()',
    '/a/comment()',
    '/*',
    '/a/*',
    '/ancestor::a',
    '/a/following-sibling::b',
    '/a/@b/c',
    '/a/text()/b',
    '//@b',
    '/a b',
    '$x',
    '/a/$x',
    "/*[namespace-uri()='urn:a']",
    "/*[local-name()='a' or true()]",
    '/a:b:c',
    '/1a',
    `/${'a/'.repeat(500)}b`,
    `/${'a'.repeat(3000)}`,
  ])('is not this: %s', (text) => {
    expect(shown(text)).toBeNull();
  });

  test('is read, or not, in no time, whatever it is', () => {
    const piece = fc.constantFrom(
      '/',
      '//',
      'a',
      ' ',
      '(',
      ')',
      '[',
      ']',
      "'",
      '"',
      ':',
      '::',
      '*',
      '@',
      '.',
      '1',
      '=',
      'and',
      'text',
      'local-name()',
      '|',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 2000 }), (pieces) => {
        const path = parseLocationPath(pieces.join(''));
        if (path !== null) expect(path.steps.length).toBeGreaterThan(0);
      }),
    );
  });
});
