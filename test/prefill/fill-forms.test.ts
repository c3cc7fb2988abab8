import fc from 'fast-check';
import { type Element, parseXml } from 'libxmljs2';
import { describe, expect, test } from 'vitest';
import { type CheckForms, type FormToFill, fillForms } from '../../src/prefill/fill-forms.js';
import type { StoredField } from '../../src/store/prefill-lookup.js';

let items = 0;
const field = (fieldId: string, value: string, index: number | null = null): StoredField => ({
  itemId: ++items,
  fieldId,
  index,
  value,
});

const form = (formData: string, more: Partial<FormToFill> = {}): FormToFill => ({
  ordinal: 1,
  dataFormatId: '890',
  dataFormatVersion: '1',
  formData,
  schema: null,
  ...more,
});

const nothingToCheck: CheckForms = () => {
  throw new Error('Nothing was to be validated.');
};

async function filled(formData: string, ...fields: readonly StoredField[]) {
  const [one] = await fillForms([{ forms: [form(formData)], fields }], nothingToCheck);
  return {
    text: one?.changed.get(1) ?? null,
    issues: one?.issues.map(({ message }) => message),
    applied: one?.applied.map((applied) => applied.field.itemId),
  };
}

describe('a field', () => {
  test.each([
    [
      'an element with a value',
      '/Skjema/Navn',
      '<Skjema><Navn>Ola</Navn></Skjema>',
      '<Skjema><Navn>Kari</Navn></Skjema>',
    ],
    ['an element without one', '/Skjema/Navn', '<Skjema><Navn></Navn></Skjema>', '<Skjema><Navn>Kari</Navn></Skjema>'],
    ['an empty element', '/Skjema/Navn', '<Skjema><Navn a="1"/></Skjema>', '<Skjema><Navn a="1">Kari</Navn></Skjema>'],
    ['an attribute', '/Skjema/@navn', "<Skjema navn = 'Ola' nr='1'/>", "<Skjema navn = 'Kari' nr='1'/>"],
    ['a root element', '/Navn', '<Navn>Ola</Navn>', '<Navn>Kari</Navn>'],
    ['a path from the root element', 'Navn', '<Skjema><Navn/></Skjema>', '<Skjema><Navn>Kari</Navn></Skjema>'],
    ['any depth', '//Navn', '<a><b><c><Navn/></c></b></a>', '<a><b><c><Navn>Kari</Navn></c></b></a>'],
    ['a position', '/a/b[2]/c', '<a><b><c/></b><x/><b><c/></b></a>', '<a><b><c/></b><x/><b><c>Kari</c></b></a>'],
    ['a default namespace', '/a/b', '<a xmlns="urn:x"><b/></a>', '<a xmlns="urn:x"><b>Kari</b></a>'],
    [
      "the form's own prefix",
      '/my:a/my:b',
      '<my:a xmlns:my="urn:x"><b/><my:b/></my:a>',
      '<my:a xmlns:my="urn:x"><b/><my:b>Kari</my:b></my:a>',
    ],
    [
      'a namespace by another prefix',
      '/n:a/n:b',
      '<a xmlns="urn:x" xmlns:n="urn:x"><b/></a>',
      '<a xmlns="urn:x" xmlns:n="urn:x"><b>Kari</b></a>',
    ],
    [
      'a namespace by its name',
      "/*[local-name()='a']/*[local-name()='b' and namespace-uri()='urn:y']",
      '<a xmlns="urn:x"><b/><b xmlns="urn:y"/></a>',
      '<a xmlns="urn:x"><b/><b xmlns="urn:y">Kari</b></a>',
    ],
    [
      'an element that was nil',
      '/a/b',
      '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b i:nil="true"/></a>',
      '<a xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><b>Kari</b></a>',
    ],
  ])('goes into the node of its Id: %s', async (_what, path, before, after) => {
    expect(await filled(before, field(path, 'Kari'))).toMatchObject({ text: after, issues: [] });
  });

  test('goes into the node of that Index, from 1, of those that repeat; without one into the first', async () => {
    const before = '<a><b><c>1</c></b><b><c>2</c><c>3</c></b></a>';
    const [first, third] = [field('/a/b/c', 'x'), field('/a/b/c', 'y', 3)];
    const { text } = await filled(before, first, third);
    expect(text).toBe('<a><b><c>x</c></b><b><c>2</c><c>y</c></b></a>');
    for (const index of [0, 4, -1]) {
      expect(await filled(before, field('/a/b/c', 'z', index))).toMatchObject({
        text: null,
        issues: [
          `The field prefill '/a/b/c', Index ${index}, fits no node of the forms, so it was not put into any of them.`,
        ],
      });
    }
  });

  test('leaves all else as it was, byte for byte', async () => {
    const before = `<?xml version='1.0'?><!-- <b>no</b> --><a  x="1>2" ><![CDATA[<b>no</b>]]>\r\n<b\n>Ola &amp; <![CDATA[Per]]></b\n><?b no?></a >\n`;
    const { text } = await filled(before, field('/a/b', 'Kari'));
    expect(text).toBe(before.replace('Ola &amp; <![CDATA[Per]]>', 'Kari'));
  });

  test('gives way to a newer one for the same node, by whatever path', async () => {
    const [older, newer] = [field('/a/b', 'old'), field('//b', 'new')];
    const { text, applied, issues } = await filled('<a><b/></a>', older, newer);
    expect([text, applied, issues]).toEqual(['<a><b>new</b></a>', [newer.itemId], []]);
  });

  test.each([
    ['/a/x', "The field prefill '/a/x' fits no node of the forms"],
    ['/a/@x', 'fits no node'],
    ['/n:a', 'fits no node'],
    ['/a', 'leads to an element of form 890/1 that holds other elements'],
    [
      "document('file:///etc/passwd')",
      'has an Id that leads to no node: a location path such as /Skjema/Navn is expected',
    ],
  ])('that has no place is not put anywhere, and told of: %s', async (path, message) => {
    const { text, issues } = await filled('<a><b/></a>', field(path, 'Kari'));
    expect([text, issues]).toEqual([null, [expect.stringContaining(message)]]);
  });

  test('goes into each form of the set that has its node', async () => {
    const forms = [form('<a><b/></a>'), form('<a/>', { ordinal: 2 }), form('<a><b>x</b></a>', { ordinal: 3 })];
    const [one] = await fillForms([{ forms, fields: [field('/a/b', 'y')] }], nothingToCheck);
    expect([...(one?.changed ?? [])]).toEqual([
      [1, '<a><b>y</b></a>'],
      [3, '<a><b>y</b></a>'],
    ]);
    expect(one?.issues).toEqual([]);
  });

  test('for other forms than these is told of as Information, after what is wrong with the rest', async () => {
    const others = Array.from({ length: 25 }, (_, at) => field(`/other${at}`, 'y'));
    const fields = [...others, field('count(/a)', 'y'), field('/a', 'y')];
    const [one] = await fillForms([{ forms: [form('<a><b/></a>')], fields }], nothingToCheck);
    expect(one?.issues.map(({ level }) => level)).toEqual(['Warning', 'Warning', ...Array(19).fill('Information')]);
    expect(one?.issues.slice(0, 2)).toMatchObject([
      { message: expect.stringContaining('count(/a)') },
      { message: expect.stringContaining('holds other elements') },
    ]);
    expect(one?.issues.at(-1)?.message).toBe('7 more field prefills were not put into the forms.');
  });

  test('beyond the twentieth that has no place is only counted', async () => {
    const fields = Array.from({ length: 23 }, (_, at) => field(`/x${at}`, 'y'));
    const { issues } = await filled('<a/>', ...fields);
    expect(issues?.length).toBe(21);
    expect(issues?.at(-1)).toBe('3 more field prefills were not put into the forms.');
  });

  test('whatever its value, is read by an XML parser as what it is', async () => {
    const legal = fc
      .string({ unit: 'binary', maxLength: 20 })
      .filter((text) => /^[\t\n\r\x20-\ud7ff\ue000-\ufffd]*$/.test(text));
    await fc.assert(
      fc.asyncProperty(legal, legal, async (inElement, inAttribute) => {
        const { text } = await filled('<a><b c=""/></a>', field('/a/b', inElement), field('/a/b/@c', inAttribute));
        const b = (parseXml(text ?? '').root() as Element).get('/a/b') as Element;
        expect([b.text(), b.attr('c')?.value()]).toEqual([inElement, inAttribute]);
      }),
    );
  });
});

describe('the forms that fields have gone into', () => {
  /** Not valid: a number that is none, and a year together with a month. */
  const check: CheckForms = async (documents, schema) => {
    expect(schema).toBe('forms/890.xsd');
    return documents.flatMap((text, index) => {
      if (/<number>(?!\d+<)/.test(text)) return [{ index, message: 'no number' }];
      return text.includes('<year>1') && text.includes('<month>1') ? [{ index, message: 'year and month' }] : [];
    });
  };
  const withSchema = (formData: string) => form(formData, { schema: 'forms/890.xsd' });
  const EMPTY = '<a><number>0</number><year/><month/><name/></a>';

  test('are valid still: a field that would make one invalid is left out, and told of with the reason', async () => {
    const fields = [
      field('/a/name', 'Kari'),
      field('/a/number', 'seven'),
      field('/a/year', '1'),
      field('/a/month', '1'),
    ];
    const [one, other] = await fillForms(
      [
        { forms: [withSchema(EMPTY)], fields },
        { forms: [withSchema(EMPTY)], fields: fields.slice(0, 1) },
      ],
      check,
    );
    expect(one?.changed.get(1)).toBe('<a><number>0</number><year>1</year><month/><name>Kari</name></a>');
    expect(one?.issues).toMatchObject([
      {
        code: 40012,
        level: 'Warning',
        message: expect.stringContaining(
          "'/a/number' would make form 890/1 not valid, so it was not put into the form: no number",
        ),
      },
      { code: 40012, message: expect.stringContaining("'/a/month'") },
    ]);
    expect(other?.changed.get(1)).toBe('<a><number>0</number><year/><month/><name>Kari</name></a>');
    expect(other?.issues).toEqual([]);
  });

  test('are not touched when they are not valid themselves', async () => {
    const forms = [withSchema('<a><number>x</number><name/></a>')];
    const [one] = await fillForms([{ forms, fields: [field('/a/name', 'Kari')] }], check);
    expect([...(one?.changed ?? [])]).toEqual([]);
    expect(one?.issues[0]?.message).toContain('the form itself is not valid: no number');
  });

  test('are validated together, in one call for each XSD', async () => {
    let calls = 0;
    const counting: CheckForms = (documents, schema) => {
      calls++;
      return check(documents, schema);
    };
    const set = { forms: [withSchema(EMPTY)], fields: [field('/a/name', 'Kari')] };
    await fillForms(
      Array.from({ length: 50 }, () => set),
      counting,
    );
    expect(calls).toBe(1);
  });
});

test('paths that lead past very many nodes are given up, in no time', async () => {
  const wide = `<a>${'<b/>'.repeat(300_000)}</a>`;
  const fields = Array.from({ length: 30 }, (_, at) => field(`/a//b[${at + 1}]`, 'x'));
  const { text, issues } = await filled(wide, ...fields);
  expect(text?.startsWith('<a><b>x</b>')).toBe(true);
  expect(issues?.at(-1)).toMatch(/leads past more nodes|more field prefills/);
});
