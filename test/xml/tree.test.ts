import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { child, childrenNamed, childText, childToken, isNil } from '../../src/xml/element.js';
import { parseItem, placeAt } from '../../src/xml/tree.js';

const AT = { line: 5, position: 3 };

describe('the tree of an item', () => {
  test('has elements and attributes by local name, text decoded and joined over CDATA and comments', () => {
    const { root } = parseItem(
      `<p:a xmlns:p="urn:p" p:b='>"&lt;&#10;' c="x\ny"> &#229;<!-- <no/> --><![CDATA[<&amp;]]>\r\n&quot;<?no <no/>?><d/>é</p:a>`,
      AT,
    );
    expect(root.name).toBe('a');
    expect({ ...root.attributes }).toStrictEqual({ b: '>"<\n', c: 'x y' });
    expect(root.text).toBe(' å<&amp;\n"é');
    expect(root.children.map(({ name }) => name)).toStrictEqual(['d']);
  });

  test('leaves out white space beside children, and no other', () => {
    const { root } = parseItem('<a> <b>\n</b>\t<c> <!-- . --> </c>\r\n<d> x <e/> y <f/> </d> <![CDATA[ ]]> </a>', AT);
    expect([root, ...root.children].map(({ text }) => text)).toStrictEqual([' ', '\n', '  ', ' x  y ']);
  });

  test('finds children, tokens and nil', () => {
    const { root } = parseItem('<a><b> 1 </b><b>2</b><n x:nil=" true "/><m nil="0"/></a>', AT);
    expect(childrenNamed(root, 'b').map(({ text }) => text)).toStrictEqual([' 1 ', '2']);
    expect([childText(root, 'b'), childToken(root, 'b'), childText(root, 'z')]).toStrictEqual([' 1 ', '1', null]);
    expect([childToken(root, 'n'), childToken(root, 'm')]).toStrictEqual([null, '']);
    expect(isNil(child(root, 'n') ?? root)).toBe(true);
  });

  test('knows where an element stands, in characters, and where its inside begins and ends, in bytes', () => {
    const source = '<a>æ𝄞<b>ø</b>\r\n 😀<c x=">">é𝄞<d/></c></a>';
    const item = parseItem(source, AT);
    const [b, c] = item.root.children;
    if (b === undefined || c === undefined) throw new Error('two children');
    expect([item.placeOf(item.root), item.placeOf(b), item.placeOf(c)]).toStrictEqual([
      AT,
      { line: 5, position: 8 },
      { line: 6, position: 3 },
    ]);
    expect(placeAt(source, 0, AT)).toStrictEqual(AT);
    expect(item.innerXml(c)).toBe('é𝄞<d/>');
    const { start, end } = item.innerBytes(c);
    expect(Buffer.from(source).toString('utf8', start, end)).toBe('é𝄞<d/>');
  });

  test('decodes any number of references', () => {
    const { root } = parseItem(`<a>${'&#x1F600;&amp;x'.repeat(10_000)}</a>`, AT);
    expect(root.text).toBe('😀&x'.repeat(10_000));
    expect(parseItem('<a>&#x110000;&no;&</a>', AT).root.text).toBe('&#x110000;&no;&');
  });

  test('is made of what there is of an item that was cut short, and never throws', () => {
    const source = `<p:a b="c>" d='e'><f><![CDATA[g]]></f><!-- h --><?i?>&amp;𝄞<j k="l"/></p:a>`;
    for (let end = 0; end <= source.length; end++) {
      const { root } = parseItem(source.slice(0, end), AT);
      expect(root.innerEnd).toBeLessThanOrEqual(Math.max(end, root.innerStart));
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'<>/="\'&;![]-?CDATA a:'), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const item = parseItem(text, AT);
        expect(text).toContain(item.innerXml(item.root));
        item.placeOf(item.root);
        item.innerBytes(item.root);
      }),
      { numRuns: 1000 },
    );
  });
});
