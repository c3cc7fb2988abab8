import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFaultOffset } from '../../src/config/json-fault.js';

describe('the place where a text stops being JSON', () => {
  test.each([
    ['', 0],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":1,}', 7],
    ['[1,,2]', 3],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ['"open', 0],
    ['[01]', 2],
    ['{}{}', 2],
    ['[}', 1],
    ['// no comments', 0],
  ])('of %j is %i', (text, offset) => {
    expect(jsonFaultOffset(text)).toBe(offset);
  });

  test('is there exactly when JSON.parse throws, whatever is cut out of or put into a JSON text', () => {
    const broken = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat(3),
        fc.constantFrom('', ',', '"', '}', ']', '[', ':', '\\', '0', ' ', '\n', 'é', '\u007F'),
      )
      .map(([json, at, gone, more]) => {
        const start = at % (json.length + 1);
        return json.slice(0, start) + more + json.slice(start + gone);
      });
    fc.assert(
      fc.property(broken, (text) => {
        expect(jsonFaultOffset(text) === null).toBe(isJson(text));
      }),
      { numRuns: 5000 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
