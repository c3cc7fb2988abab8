import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigFault } from '../../src/domain/faults.js';
import { type Document, EmbeddedChecker, textOf } from '../../src/xml/embedded.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const checker = () => {
  const checking = new EmbeddedChecker({ maxDepth: 100, maxAttributes: 256, maxNameLength: 1024 });
  return {
    check: (texts: readonly string[], schemaFile: string | null) => checking.check(sideBySide(texts), schemaFile),
  };
};

/** As they come: ranges of one document, with other markup around them. */
function sideBySide(texts: readonly string[]): Document[] {
  const bytes = Buffer.from(texts.map((text) => `<![CDATA[${text}]]>`).join(''));
  let at = 0;
  return texts.map((text) => {
    const start = at + '<![CDATA['.length;
    const end = start + Buffer.byteLength(text);
    at = end + ']]>'.length;
    return { bytes, start, end };
  });
}

function schema(attributes = ''): string {
  const file = join(temporaryFolder(), 'a form.xsd');
  writeFileSync(
    file,
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${attributes}><xs:element name="form"><xs:complexType>` +
      '<xs:sequence><xs:element name="year" type="xs:gYear" form="unqualified"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
  );
  return file;
}

const indexes = (failures: readonly { index: number }[]) => failures.map(({ index }) => index);

describe('XML inside values', () => {
  test('is told well-formed or not one by one, however many come at once', () => {
    const documents = [
      '<a/>',
      '\uFEFF <?xml version="1.0" encoding="utf-16"?><a>æ𝄞</a>',
      '<a>',
      '',
      'text',
      '<a/><b/>',
      '<!DOCTYPE a><a/>',
      '<a>&x;</a>',
      '<a b="" b=""/>',
      '<a>]]></a>',
      '</d:documents>',
      '<ok/>',
    ];
    const failures = checker().check(documents, null);
    expect(indexes(failures)).toStrictEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { message } of failures) expect(message).toMatch(/^line 1 of it/);
    expect(failures.find(({ index }) => index === 7)?.message).toMatch(/^line 1 of it, position 4: /);
  });

  test('is at fault with a prefix that nothing in it declares, not even one of ours', () => {
    const documents = ['<p:a/>', '<d:a/>', '<a p:b=""/>', '<p:a xmlns:p="urn:p"/>'];
    expect(indexes(checker().check(documents, null))).toStrictEqual([0, 1, 2]);
    expect(checker().check(['<p:a/>'], null)[0]?.message).toBe('line 1 of it: Namespace prefix p on a is not defined');
  });

  test('is told of in words that fit a value, not a file', () => {
    const failures = checker().check(['<a>', '<a/><b/>', '<!DOCTYPE a><a/>', ''], null);
    for (const { message } of failures) expect(message).not.toMatch(/file/i);
    const [unknownRoot] = checker().check(['<other/>'], schema());
    expect(unknownRoot?.message).toBe("line 1 of it: Element 'other': The form's XSD declares no such element.");
  });

  test('never comes to the native parser when the gate refuses it, however large', () => {
    const deep = `<a>${'<d>'.repeat(50_000)}${'</d>'.repeat(50_000)}${'x'.repeat(9_000_000)}</a>`;
    const wide = `<a${Array.from({ length: 257 }, (_, i) => ` a${i}=""`).join('')}/>`;
    const failures = checker().check([deep, wide, '<a b="&x;"/>', `<${'n'.repeat(1025)}/>`], null);
    expect(failures.map(({ message }) => message)).toStrictEqual([
      expect.stringContaining('100 deep'),
      expect.stringContaining('257 attributes'),
      expect.stringContaining('entity reference &x;'),
      expect.stringContaining('1024 characters'),
    ]);
  });

  test('is valid by its own schema or not, and only the bad ones of a group are reported', () => {
    const file = schema();
    const good = '<form><year>2010</year></form>';
    const documents = [
      good,
      '<form><year>MMX</year></form>',
      good,
      '<other/>',
      `${good}<!-- . -->`,
      '<form>\n<yaer/></form>',
    ];
    const failures = checker().check(documents, file);
    expect(indexes(failures)).toStrictEqual([1, 3, 5]);
    expect(failures[0]?.message).toContain('MMX');
    expect(failures[2]?.message).toContain('line 2 of it');
  });

  test('is valid by a schema with a target namespace', () => {
    const file = schema(' targetNamespace="urn:form"');
    const documents = ['<f:form xmlns:f="urn:form"><year>2010</year></f:form>', '<form><year>2010</year></form>'];
    expect(indexes(checker().check(documents, file))).toStrictEqual([1]);
  });

  test.each([
    ['<![CDATA[<a>æ</a>]]>', '<a>æ</a>'],
    [' \r\n\t<![CDATA[<a/>]]>\n', '<a/>'],
    ['<![CDATA[]]>', ''],
    ['&lt;a&gt;&amp;amp;&lt;/a&gt;', '<a>&amp;</a>'],
    ['<![CDATA[<a>]]>&lt;/a><!-- . -->', '<a></a>'],
    ['<![CDATA[<a>]]]]><![CDATA[></a>]]>', '<a>]]></a>'],
    ['', ''],
  ])('is the text of its element: %j', (content, text) => {
    const around = Buffer.from(`<f>å${content}</f>`);
    const start = Buffer.byteLength('<f>å');
    const document = textOf(around, start, start + Buffer.byteLength(content));
    expect(document.bytes.toString('utf8', document.start, document.end)).toBe(text);
  });

  test('can not be checked by a schema that is none: the operator has to mend it', () => {
    const file = join(temporaryFolder(), 'none.xsd');
    expect(() => checker().check([], file)).toThrow(ConfigFault);
    writeFileSync(file, '<not-a-schema/>');
    expect(() => checker().check([], file)).toThrow(ConfigFault);
  });
});
