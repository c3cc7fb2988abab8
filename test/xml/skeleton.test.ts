import { describe, expect, test } from 'vitest';
import { Skeleton } from '../../src/xml/skeleton.js';

describe('a skeleton', () => {
  test('holds a run of items as one placeholder, and knows the file line of each of its own', () => {
    const skeleton = new Skeleton();
    skeleton.startTag(Buffer.from('<a\nb="">'), 3);
    skeleton.startTag(Buffer.from('<h>'), 9);
    skeleton.text(Buffer.from('x\ny'), 10);
    skeleton.endTag(Buffer.from('</h>'));
    for (const line of [20, 21, 22]) skeleton.placeholder('i', line);
    skeleton.placeholder('j', 30);
    skeleton.placeholder('i', 31);
    skeleton.endTag(Buffer.from('</a>'));
    expect(skeleton.bytes().toString()).toBe('<a\nb="">\n<h>x\ny</h>\n<i/>\n<j/>\n<i/></a>');
    expect(skeleton.length).toBe(skeleton.bytes().length);
    expect([1, 2, 3, 4, 5, 6, 7].map((line) => skeleton.fileLine(line))).toStrictEqual([3, 4, 9, 10, 20, 30, 31]);
    expect([4, 5, 6, 7].map((line) => skeleton.placeholderOn(line))).toStrictEqual([undefined, 'i', 'j', 'i']);
  });

  test('takes a line behind its end for its last one', () => {
    const skeleton = new Skeleton();
    expect(skeleton.fileLine(5)).toBe(1);
    skeleton.startTag(Buffer.from('<a/>'), 7);
    expect(skeleton.fileLine(5)).toBe(7);
  });

  describe('with text where only elements may stand', () => {
    const tag = (name: string) => (skeleton: Skeleton) => skeleton.startTag(Buffer.from(`<${name}>`), 1);
    const end = (skeleton: Skeleton) => skeleton.endTag(Buffer.from('</h>'));
    const item = (skeleton: Skeleton) => skeleton.placeholder('i', 1);
    const text = (line: number) => (skeleton: Skeleton) => skeleton.text(Buffer.from('t'), line);

    test.each([
      ['before an element', [tag('a'), text(5), tag('h')], 5],
      ['before an item', [tag('a'), text(5), text(6), item], 5],
      ['between items', [tag('a'), item, text(5), item, text(6)], 5],
      ['behind an element', [tag('a'), tag('h'), text(4), end, text(5), end], 5],
      ['behind an empty element', [tag('a'), tag('h/'), text(5), end], 5],
      ['nowhere but in a field', [tag('a'), tag('h'), text(4), text(5), end, item, end], null],
    ] as const)('knows the line of the first: %s', (_, steps, line) => {
      const skeleton = new Skeleton();
      for (const step of steps) step(skeleton);
      expect(skeleton.strayTextLine).toBe(line);
    });
  });
});
