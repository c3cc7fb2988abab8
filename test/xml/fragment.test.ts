import { describe, expect, test } from 'vitest';
import { child } from '../../src/xml/element.js';
import { parseItem } from '../../src/xml/tree.js';

const FORMAT = 'urn:format';

/** The inside of the `b` of an item `i`, read in an envelope. */
function bodyIn(root: string, item: string): string {
  const parsed = parseItem(item, { line: 1, position: 1 }, Buffer.from(`${root}\n<Code xmlns:no="urn:no">x</Code>`));
  const body = child(parsed.root, 'b');
  if (body === undefined) throw new Error('no b in it');
  return parsed.innerXml(body);
}

describe('markup taken out of the file that it stood in', () => {
  const root = `<r xmlns="${FORMAT}" xmlns:x="urn:x" xmlns:y='urn:y"' xmlns:unused="urn:unused">`;

  test('declares the prefixes that it uses and does not declare, on each of its outermost elements', () => {
    expect(bodyIn(root, '<i><b>t<x:p/> <y:p z="x:1">u</y:p><p x:a=""/></b></i>')).toBe(
      `t<x:p xmlns:x="urn:x" xmlns:y='urn:y"'/> <y:p xmlns:x="urn:x" xmlns:y='urn:y"' z="x:1">u</y:p><p xmlns:x="urn:x" xmlns:y='urn:y"' x:a=""/>`,
    );
  });

  test('takes the nearest declaration, and leaves its own alone', () => {
    expect(bodyIn(root, '<i xmlns:x="urn:x1"><b xmlns:x="urn:x2"><x:p/></b></i>')).toBe('<x:p xmlns:x="urn:x2"/>');
    expect(bodyIn(root, '<i><b><x:p xmlns:x="urn:own"/></b></i>')).toBe('<x:p xmlns:x="urn:own"/>');
  });

  test.each([
    '<p a="b:c">d:e</p>',
    '<no:p/>',
    '<p xml:lang="nb"/>',
    '<!-- <x:p> --><p/>',
    '<p>\r\n&amp;<![CDATA[<]]></p>',
  ])('stays as it is otherwise: %s', (inner) => {
    const plain = `<r xmlns="${FORMAT}">`;
    expect(bodyIn(plain, `<i><b>${inner}</b></i>`)).toBe(inner);
  });

  test("has the default namespace that was declared around it, unless that is the format's own", () => {
    expect(bodyIn(root, '<i><b><p/></b></i>')).toBe('<p/>');
    const prefixed = `<f:r xmlns:f="${FORMAT}">`;
    expect(bodyIn(prefixed, '<f:i><f:b><p/></f:b></f:i>')).toBe('<p/>');
    expect(bodyIn(prefixed, '<f:i><f:b xmlns="urn:html"><p/><q xmlns=""/></f:b></f:i>')).toBe(
      '<p xmlns="urn:html"/><q xmlns=""/>',
    );
    expect(bodyIn(`<f:r xmlns:f="${FORMAT}" xmlns="urn:html">`, '<f:i><f:b><p/></f:b></f:i>')).toBe(
      '<p xmlns="urn:html"/>',
    );
    expect(bodyIn(`<f:r xmlns:f="${FORMAT}" xmlns="urn:html">`, '<f:i><f:b xmlns=""><p/></f:b></f:i>')).toBe(
      '<p xmlns=""/>',
    );
  });
});
