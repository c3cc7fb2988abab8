import { expect, test } from 'vitest';
import { formValues } from '../../src/prefill/form-values.js';

const FORM = `<?xml version="1.0"?><s:Skjema xmlns:s="urn:s" versjon="1"><!-- x --><Navn a='&lt;'>A &amp; <![CDATA[<B>]]><!-- c --></Navn>
  <Post><Belop>1</Belop></Post><Post><Belop>2</Belop><Belop/></Post></s:Skjema>`;

test('values of a form come in their order with paths, those of fields with the field', () => {
  const second = { itemId: 7, fieldId: '//Belop', index: 2, value: '2' };
  const attribute = { itemId: 8, fieldId: '/s:Skjema/@versjon', index: null, value: '1' };
  expect(formValues(FORM, [second, attribute])).toEqual([
    { path: '/s:Skjema/@versjon', value: '1', field: attribute },
    { path: '/s:Skjema/Navn/@a', value: '<', field: null },
    { path: '/s:Skjema/Navn', value: 'A & <B>', field: null },
    { path: '/s:Skjema/Post[1]/Belop', value: '1', field: null },
    { path: '/s:Skjema/Post[2]/Belop[1]', value: '2', field: second },
    { path: '/s:Skjema/Post[2]/Belop[2]', value: '', field: null },
  ]);
});

test('a form may be deep', () => {
  const deep = 50_000;
  const [value] = formValues(`${'<a>'.repeat(deep)}1${'</a>'.repeat(deep)}`, []);
  expect(value?.value).toBe('1');
});
