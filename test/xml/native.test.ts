import { describe, expect, test } from 'vitest';
import { parseNative, validateNative } from '../../src/xml/native.js';

const LONG_NAME = 'n'.repeat(100);
const SCHEMA = parseNative(
  Buffer.from(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
    <xs:element name="r"><xs:complexType><xs:sequence>
      <xs:element name="i" type="xs:int" minOccurs="0"/>
      <xs:element name="${LONG_NAME}" type="xs:int" minOccurs="0"/>
      <xs:element name="e" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="A"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence><xs:attribute name="b" type="xs:boolean"/></xs:complexType></xs:element></xs:schema>`),
);

const messages = (xml: string) => validateNative(parseNative(Buffer.from(xml)), SCHEMA).map(({ message }) => message);
const start = 'x'.repeat(60);

describe('a fault of a value against the schema', () => {
  test.each([61, 5_000, 70_000])('says why, and shows the beginning of a value of %d characters', (length) => {
    const value = 'x'.repeat(length);
    const [ofElement, ...more] = messages(`<r><i>${value}</i></r>`);
    expect(ofElement).toBe(
      length < 64_000
        ? `Element 'i': '${start}...' is not a valid value of the atomic type 'xs:int'.`
        : `Element 'i': '${start}...' is not a valid value.`,
    );
    expect(more).toStrictEqual([]);
  });

  test('says so also when the native parser gives no more than the very beginning of the value', () => {
    const [message] = messages(`<r><${LONG_NAME}>${'x'.repeat(70_000)}</${LONG_NAME}></r>`);
    expect(message).toMatch(/^Element 'n{100}': 'x{30,40}\.\.\.' is not a valid value\.$/);
  });

  test('says so of attributes and of enumerations, too', () => {
    const value = "x'\n".repeat(100);
    expect(messages(`<r b="${value}"/>`)[0]).toMatch(
      /^Element 'r', attribute 'b': 'x' x'.{50,60}\.\.\.' is not a valid value of the atomic type 'xs:boolean'\.$/,
    );
    expect(messages(`<r><e>${value}</e></r>`)[0]).toMatch(
      /^Element 'e': \[facet 'enumeration'\] The value 'x' x'.{50,60}\.\.\.' is not an element of the set \{'A'\}\.$/,
    );
  });

  test('shows no part of a person number that the mask would not know any more', () => {
    const [message] = messages(`<r><i>${'x'.repeat(52)}01019012308 and more</i></r>`);
    expect(message).toContain(`'${'x'.repeat(52)}010190**...'`);
  });

  test('names the namespaces when an element is at fault for nothing else', () => {
    expect(messages('<r><i xmlns="urn:x">1</i></r>')[0]).toBe(
      "Element 'i': This element is not expected. Expected is one of ( i, nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn, e ). It is in the namespace 'urn:x', not in none.",
    );
    const inOne = parseNative(
      Buffer.from(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:one"><xs:element name="r"><xs:complexType><xs:sequence><xs:element name="i" form="qualified"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
      ),
    );
    const document = parseNative(Buffer.from('<o:r xmlns:o="urn:one"><i/></o:r>'));
    expect(validateNative(document, inOne)[0]?.message).toBe(
      "Element 'i': This element is not expected. Expected is ( i ). It is in no namespace, not in 'urn:one'.",
    );
  });

  test('shows a short value whole', () => {
    expect(messages("<r><i> it's </i></r>")).toStrictEqual([
      "Element 'i': ' it's ' is not a valid value of the atomic type 'xs:int'.",
    ]);
  });
});
