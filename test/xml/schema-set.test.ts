import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ConfigFault } from '../../src/domain/faults.js';
import { parseNative, validateNative } from '../../src/xml/native.js';
import { loadSchema, loadSchemaSet } from '../../src/xml/schema-set.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const BUNDLED = fileURLToPath(new URL('../../schemas', import.meta.url));
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';

/** As BizTalk writes them: UTF-16, annotations in a namespace of its own, locations that nobody has. */
function bizTalk(element: string): Buffer {
  const source = `<?xml version="1.0" encoding="utf-16"?>
<xs:schema xmlns="${CORRESPONDENCE}" xmlns:b="http://schemas.microsoft.com/BizTalk/2003" xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:ns0="https://schemas.example.no/SystemPropertySchema" elementFormDefault="qualified" targetNamespace="${CORRESPONDENCE}">
  <xs:import namespace="https://schemas.example.no/SystemPropertySchema" schemaLocation="http://127.0.0.1:1/properties.xsd"/>
  <xs:annotation><xs:appinfo>
    <b:schemaInfo root_reference="Correspondences" schema_type="document"/>
    <b:imports><b:namespace prefix="ns0" uri="https://schemas.example.no/x" location=".\\\\x.xsd"/></b:imports>
  </xs:appinfo></xs:annotation>
  <xs:element name="Correspondences"><xs:annotation><xs:appinfo><b:recordInfo rootTypeName="Correspondences"/></xs:appinfo></xs:annotation>
    <xs:complexType><xs:sequence><xs:element name="${element}" type="xs:string"/></xs:sequence></xs:complexType>
  </xs:element>
</xs:schema>`;
  return Buffer.from(`\uFEFF${source}`, 'utf16le');
}

function folderWith(name: string, content: string | Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), content);
  return folder;
}

const xsd = (content: string, attributes = '') =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"${attributes}>${content}</xs:schema>`;

describe('the schemas in use', () => {
  test('are the bundled ones, one for each family', () => {
    const keys = ['altut', 'correspondence', 'receipt-save', 'service-owner'];
    expect([...loadSchemaSet([BUNDLED]).keys()].sort()).toStrictEqual(keys);
  });

  test('are replaced by one of the same target namespace in a later folder, as BizTalk writes it', () => {
    const schemas = loadSchemaSet([BUNDLED, folderWith('any name.XSD', bizTalk('Own'))]);
    const schema = schemas.get('correspondence');
    if (schema === undefined) throw new Error('no schema');
    const faults = (child: string) =>
      validateNative(
        parseNative(Buffer.from(`<Correspondences xmlns="${CORRESPONDENCE}"><${child}/></Correspondences>`)),
        schema,
      );
    expect(faults('Own')).toStrictEqual([]);
    expect(faults('SystemUserCode')).toHaveLength(1);
    expect(schemas.has('altut')).toBe(true);
  });

  test('are the bundled ones where a folder has other schemas, other files, or is not there', () => {
    const folder = folderWith('other.xsd', xsd('', ' targetNamespace="urn:other"'));
    writeFileSync(join(folder, 'notes.txt'), 'not a schema');
    expect(loadSchemaSet([BUNDLED, folder, join(folder, 'none')]).size).toBe(4);
  });

  test('may include a file beside them', () => {
    const folder = folderWith('part.xsd', xsd('<xs:element name="GovOrgan"/>'));
    writeFileSync(join(folder, 'z.xsd'), xsd('<xs:include schemaLocation="part.xsd"/>'));
    expect(validateNative(parseNative(Buffer.from('<GovOrgan/>')), loadSchema(join(folder, 'z.xsd')))).toStrictEqual(
      [],
    );
  });

  test.each([
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xsd('')}`],
    ['markup that is not well-formed', '<xs:schema>'],
    ['a type that is not there', xsd('<xs:element name="a" type="no"/>')],
    ['no schema in it', '<a/>'],
    ['an include that is not there', xsd('<xs:include schemaLocation="gone.xsd"/>')],
    ['nothing in it', ''],
  ])('can not be used with %s: the operator is told which file', (_, content) => {
    const folder = folderWith('broken.xsd', content);
    expect(() => loadSchemaSet([BUNDLED, folder])).toThrow(ConfigFault);
    expect(() => loadSchemaSet([BUNDLED, folder])).toThrow(/(broken|gone)\.xsd/);
  });

  test('can not be used when what they include has a DOCTYPE', () => {
    const folder = folderWith('z.xsd', xsd('<xs:include schemaLocation="part.txt"/>'));
    writeFileSync(join(folder, 'part.txt'), `<!DOCTYPE x>${xsd('')}`);
    expect(() => loadSchemaSet([BUNDLED, folder])).toThrow(/part\.txt.*DOCTYPE/);
  });

  test('must all be there', () => {
    const folder = temporaryFolder();
    copyFileSync(join(BUNDLED, 'altut.xsd'), join(folder, 'altut.xsd'));
    expect(readFileSync(join(folder, 'altut.xsd')).length).toBeGreaterThan(0);
    expect(() => loadSchemaSet([folder])).toThrow(ConfigFault);
  });
});
