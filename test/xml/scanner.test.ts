import { describe, expect, test } from 'vitest';
import { Refusal } from '../../src/xml/refusal.js';
import { Scanner, type TagKind } from '../../src/xml/scanner.js';

const LIMITS = { maxDepth: 3, maxAttributes: 2, maxNameLength: 8, maxItemBytes: 100, maxEnvelopeBytes: 1 << 20 };

function scan(source: string, blockSize = source.length): { tags: string[]; texts: string[] } {
  const bytes = Buffer.from(source);
  const blocks = Array.from({ length: Math.ceil(bytes.length / blockSize) }, (_, i) =>
    bytes.subarray(i * blockSize, (i + 1) * blockSize),
  );
  const scanner = new Scanner(blocks.values(), LIMITS, 0);
  const tags: string[] = [];
  const texts: string[] = [];
  scanner.onText = () => texts.push(scanner.textBytes().toString());
  for (let kind: TagKind = scanner.nextTag(); kind !== 'eof'; kind = scanner.nextTag()) {
    const [fault] = scanner.tagFaults;
    if (fault !== undefined) throw new Refusal([fault]);
    const { line, position } = scanner.tagPlace();
    tags.push(`${kind} ${scanner.tagName()} ${line}:${position}`);
  }
  return { tags, texts };
}

function refusal(source: string, blockSize?: number): string {
  try {
    scan(source, blockSize);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [{ line, position, message }] = error.issues;
    return `${line}:${position} ${message}`;
  }
  return 'none';
}

describe('the scanner', () => {
  test('gives tags with their places, and text that is more than white space, whatever the blocks', () => {
    const source = '<a>\n  <æ:b c=">"/> \t text <![CDATA[</a>]]>\n<!-- </a> --><d\n></d >\r\n</a>\n<?p </a> ?>\n';
    const whole = scan(source);
    expect(whole.tags).toStrictEqual(['start a 1:1', 'empty æ:b 2:3', 'start d 3:14', 'end d 4:2', 'end a 5:1']);
    expect(whole.texts.join('|')).toBe(' \t text |<![CDATA[</a>]]>|\n');
    for (const size of [1, 2, 3, 7]) {
      const cut = scan(source, size);
      expect(cut.tags).toStrictEqual(whole.tags);
      expect(cut.texts.join('').trim()).toBe(whole.texts.join('').trim());
    }
  });

  test.each([
    ['<a>&x;</a>', '1:4 The entity reference &x; is not accepted'],
    ['<a>&#xD800;</a>', '1:4 The file is not well-formed XML: &#xD800; is the number'],
    ['<a>&#;</a>', '1:4 The file is not well-formed XML: &#; is the number'],
    ['<a>&#12a;</a>', '1:4 The file is not well-formed XML: &#12a; is the number'],
    ['<a>&#99999999999;</a>', '1:4 '],
    ['<a>\n& b</a>', '2:1 The file is not well-formed XML: a bare &'],
    ['<a b="&"/>', '1:7 The file is not well-formed XML: a bare &'],
    ['<a b="&x;"/>', '1:7 The entity reference &x;'],
    ['<a b="\n<"/>', '2:1 The file is not well-formed XML: < in an attribute'],
    ['<a b="" c="" d=""/>', '1:1 The element <a> has 3 attributes'],
    ['<ninechars/>', '1:1 A name of more than 8'],
    ['<a ninechars=""/>', '1:12 A name of more than 8'],
    ['<a><a><a><a/></a></a></a>', '1:10 Elements nest more than 3'],
    ['<a><!-- -- --></a>', '1:11 The file is not well-formed XML: -- may not'],
    ['<a><!-x --></a>', '1:4 The file is not well-formed XML: <! begins'],
    ['<a></b>', '1:4 The file is not well-formed XML: </b> stands where <a>'],
    ['</a>', '1:1 The file is not well-formed XML: </a> closes nothing'],
    ['< a/>', '1:1 The file is not well-formed XML: < must be followed'],
    ['<a', '1:3 The file is cut short'],
    ['<a><!', '1:6 The file is cut short'],
    ['<a><![CDATA[ ]]', '1:4 The file is cut short'],
    ['<a><?p ', '1:4 The file is cut short'],
    ['<a>&am', '1:7 The file is cut short'],
    ['<a/><!DOCTYPE a>', '1:5 The file has a DOCTYPE'],
  ])('refuses %j where it stands', (source, expected) => {
    expect(refusal(source).slice(0, expected.length)).toBe(expected);
    expect(refusal(source, 1).slice(0, expected.length)).toBe(expected);
  });

  test('passes what stands just at its limits', () => {
    expect(refusal('<eightchr eightchr="" b=""><a><a/></a>&#x10FFFF;&#9;&amp;</eightchr>')).toBe('none');
    expect(refusal('<a><!----><!-- - --><?p?><![CDATA[]]]]></a>', 1)).toBe('none');
  });

  test('gives an element whole, or of one that is too large its length and its beginning', () => {
    for (const [length, isWhole] of [
      [100, true],
      [101, false],
    ] as const) {
      const element = `<b>${'x'.repeat(length - 7)}</b>`;
      const scanner = new Scanner([Buffer.from('<a>'), Buffer.from(`${element}</a>`)].values(), LIMITS, 0);
      scanner.nextTag();
      scanner.nextTag();
      expect(scanner.skipElement([])?.toString()).toBe(isWhole ? element : undefined);
      expect(scanner.itemLength).toBe(length);
      if (!isWhole) expect(element.startsWith(String(scanner.keptOfOversized).slice(0, 101))).toBe(true);
      expect(scanner.nextTag()).toBe('end');
    }
  });

  test('reads no more than it needs of what follows a tag that a block cuts in two, so that it is not taken for held', () => {
    const others = '<e/>'.repeat(22);
    const blocks = [`<a>${others}<c><d`, `></d></c>${others}`, others, `${others}</a>`];
    const limits = { ...LIMITS, maxEnvelopeBytes: 100 };
    const scanner = new Scanner(blocks.map((block) => Buffer.from(block)).values(), limits, 0);
    while (scanner.nextTag() !== 'start' || scanner.tagName() !== 'c');
    scanner.hold();
    expect([scanner.nextTag(), scanner.tagName()]).toStrictEqual(['start', 'd']);
    expect(scanner.nextTag()).toBe('end');
    expect(scanner.heldBytes().toString()).toBe('<c><d>');
    scanner.letGo();
    expect([scanner.nextTag(), scanner.tagName()]).toStrictEqual(['end', 'c']);
  });
});
