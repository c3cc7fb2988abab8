import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFile } from '../../src/config/catalogue-file.js';
import { STARTER_FORM_SCHEMA, STARTER_FORM_SCHEMA_PATH, starterCatalogue } from '../../src/config/starter-catalogue.js';
import { ConfigFault } from '../../src/domain/faults.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const owners = [{ code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076' }];
const letter = { serviceCode: 'PSA', serviceEditionCode: '2009', type: 'Correspondence', name: 'Skatteoppgjør' };
const form = { serviceCode: '1051', serviceEditionCode: '201010', type: 'FormTask', name: 'Selvangivelse' };

describe('a catalogue file', () => {
  test('as init writes it is sound, with every value in its place', () => {
    const { catalogue, sha256, bytes } = read(starterCatalogue, { [STARTER_FORM_SCHEMA_PATH]: STARTER_FORM_SCHEMA });
    expect(catalogue.serviceOwners).toStrictEqual([{ ...owners[0], ignoreServiceCodes: [], settings: {} }]);
    expect(catalogue.service('PSA', '2009')).toStrictEqual({
      ...letter,
      serviceOwner: 'SKD',
      message: {
        title: null,
        requireBody: false,
        requireConfirmation: false,
        confirmations: 'none',
        usageReportDays: null,
      },
      forms: [],
    });
    expect(catalogue.service('1051', '201010')).toMatchObject({
      serviceOwner: 'SKD',
      message: null,
      forms: [{ dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' }],
    });
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('may leave out serviceOwner, orgNumber, message and forms', () => {
    const { catalogue } = read({ serviceOwners: [{ code: 'NAV', name: 'NAV' }], services: [letter, form] });
    expect(catalogue.owner('NAV')?.orgNumber).toBeNull();
    expect(catalogue.service('PSA', '2009')).toMatchObject({ serviceOwner: null, message: { requireBody: false } });
    expect(catalogue.service('1051', '201010')).toMatchObject({ serviceOwner: null, message: null, forms: [] });
  });

  test('may say which services an owner passes over, and settings of its own', () => {
    const own = { ignoreServiceCodes: ['PSA', 'OLD'], settings: { maxItemBytes: 1000, maxFailedItems: '5.0%' } };
    const { catalogue } = read({ serviceOwners: [{ ...owners[0], ...own }], services: [] });
    expect(catalogue.owner('SKD')).toStrictEqual({
      ...owners[0],
      ignoreServiceCodes: ['PSA', 'OLD'],
      settings: { maxItemBytes: 1000, maxFailedItems: '5%' },
    });
  });

  test('may say which confirmations a message service wants', () => {
    const { catalogue } = read(withServices({ ...letter, message: { confirmations: 'confirmed' } }));
    expect(catalogue.service('PSA', '2009')?.message).toStrictEqual({
      title: null,
      requireBody: false,
      requireConfirmation: false,
      confirmations: 'confirmed',
      usageReportDays: null,
    });
  });

  test.each([
    ['no object', [], 'the file: holds []; legal is an object with the lists serviceOwners and services'],
    ['no services', { serviceOwners: owners }, 'services: is missing; legal is a list of services'],
    ['an unknown key', { serviceOwners: owners, services: [], extra: 1 }, 'the file: there is no key "extra" here'],
    [
      'an owner code of four characters',
      { serviceOwners: [{ code: 'SKDX', name: 'x' }], services: [] },
      'serviceOwners[0].code: holds "SKDX"; legal is three letters or digits',
    ],
    [
      'an organisation number that is a number',
      { serviceOwners: [{ code: 'SKD', name: 'x', orgNumber: 974761076 }], services: [] },
      'serviceOwners[0].orgNumber: holds 974761076; legal is an organisation number of 9 digits, in quotes, or null',
    ],
    [
      'a setting of an owner that is not legal',
      { serviceOwners: [{ code: 'SKD', name: 'x', settings: { maxItemBytes: '1 MB' } }], services: [] },
      'serviceOwners[0].settings.maxItemBytes: holds "1 MB"; legal is a whole number of bytes from 1 to 268435456',
    ],
    [
      'a setting that no owner can have of its own',
      { serviceOwners: [{ code: 'SKD', name: 'x', settings: { inbox: 'skd' } }], services: [] },
      'serviceOwners[0].settings: there is no key "inbox" here',
    ],
    [
      'settings of an owner that are no object',
      { serviceOwners: [{ code: 'SKD', name: 'x', settings: 'failed' }], services: [] },
      'serviceOwners[0].settings: holds "failed"; legal is an object with settings of this owner',
    ],
    [
      'a service to be passed over that is none',
      { serviceOwners: [{ code: 'SKD', name: 'x', ignoreServiceCodes: ['PSA 2009'] }], services: [] },
      'serviceOwners[0].ignoreServiceCodes[0]: holds "PSA 2009"; legal is a service code of 1 to 7 letters and digits',
    ],
    [
      'a type that is none',
      withServices(letter, { ...form, type: 'Form' }),
      'services[1].type: holds "Form"; legal is "FormTask" or "Correspondence"',
    ],
    [
      'a service code of eight characters',
      withServices({ ...letter, serviceCode: 'ABCDEFGH' }),
      'services[0].serviceCode: holds "ABCDEFGH"; legal is 1 to 7 letters and digits',
    ],
    [
      'an edition that is no number',
      withServices({ ...letter, serviceEditionCode: 'v1' }),
      'services[0].serviceEditionCode: holds "v1"; legal is 1 to 6 digits',
    ],
    ['a missing name', withServices({ ...letter, name: undefined }), 'services[0].name: is missing; legal is a name'],
    [
      'a slip in a key',
      withServices({ ...letter, message: { requirebody: true } }),
      'services[0].message: there is no key "requirebody" here',
    ],
    [
      'a service twice',
      withServices(letter, form, letter),
      'services[2]: service PSA 2009 stands at services[0] already',
    ],
    [
      'an owner twice',
      { serviceOwners: [...owners, ...owners], services: [] },
      'serviceOwners[1].code: "SKD" stands at serviceOwners[0] already',
    ],
    [
      'a service of an owner that is not there',
      withServices({ ...letter, serviceOwner: 'NAV' }),
      'services[0].serviceOwner: "NAV" is none of the serviceOwners',
    ],
    [
      'a message definition on a form',
      withServices({ ...form, message: {} }),
      'services[0].message: only a Correspondence service has one',
    ],
    [
      'forms on a message service',
      withServices({ ...letter, forms: [formOf(null)] }),
      'services[0].forms: only a FormTask service has them',
    ],
    [
      'a form twice',
      withServices({ ...form, forms: [formOf(null), formOf(null)] }),
      'services[0].forms[1]: form 890/10451 stands in this service already',
    ],
    [
      'a form schema that is not there',
      withServices({ ...form, forms: [formOf('forms/none.xsd')] }),
      'services[0].forms[0].schema: "forms/none.xsd" is not there',
    ],
    [
      'a form schema that is a folder',
      withServices({ ...form, forms: [formOf('.')] }),
      'services[0].forms[0].schema: "." can\'t be read (EISDIR)',
    ],
  ])('with %s is refused, naming the path in the file', (_what, json, text) => {
    expect(faultOf(json)).toContain(text);
  });

  test.each([
    ['serviceOwners[0]: holds null', { serviceOwners: [null], services: [] }],
    ['services[0]: holds 5', { serviceOwners: owners, services: [5] }],
    ['services[0].message: holds null', withServices({ ...letter, message: null })],
    ['services[0].forms[0]: holds ""', withServices({ ...form, forms: [''] })],
  ])('with a part that is no object says which keys one would have: %s', (text, json) => {
    expect(faultOf(json)).toContain(`${text}; legal is an object with the keys `);
  });

  test('with a form schema that is no XML is refused', () => {
    const json = withServices({ ...form, forms: [formOf('x.xsd')] });
    expect(faultOf(json, { 'x.xsd': 'PK\u0003\u0004' })).toContain('services[0].forms[0].schema: "x.xsd" is not XML');
  });

  test.each([
    ['in UTF-8 with a byte order mark', Buffer.from('\uFEFF<xs:schema/>')],
    ['in UTF-16 as BizTalk writes it', Buffer.from('\uFEFF<?xml version="1.0" encoding="utf-16"?>', 'utf16le')],
    ['after empty lines', Buffer.from('\r\n  <xs:schema/>')],
  ])('takes a form schema %s', (_what, bytes) => {
    const json = withServices({ ...form, forms: [formOf('x.xsd')] });
    expect(read(json, { 'x.xsd': bytes }).catalogue.services).toHaveLength(1);
  });

  test('with many faults tells the first twenty and how many more there are', () => {
    const text = faultOf(withServices(...Array.from({ length: 25 }, () => ({ ...letter, type: '?' }))));
    expect(text).toContain('services[19].type');
    expect(text).not.toContain('services[20].type');
    expect(text).toContain('And 5 more.');
  });

  test('that is not there is a fault that says what to do', () => {
    expect(() => readCatalogueFile('/nowhere/services.json')).toThrow(/There is no catalogue .*services import/);
  });

  test('that is no JSON is a fault that names the line', () => {
    const path = join(temporaryFolder(), 'services.json');
    writeFileSync(path, '{\n"services": [,]\n}');
    expect(() => readCatalogueFile(path)).toThrow(/services\.json is not JSON \(line 2, column 14\)/);
  });
});

function withServices(...services: readonly object[]): object {
  return { serviceOwners: owners, services };
}

function formOf(schema: string | null): object {
  return { dataFormatId: '890', dataFormatVersion: '10451', schema };
}

function read(json: unknown, files: Readonly<Record<string, string | Buffer>> = {}) {
  const home = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(home, 'forms'), { recursive: true });
    writeFileSync(join(home, name), content);
  }
  const path = join(home, 'services.json');
  writeFileSync(path, JSON.stringify(json));
  const result = readCatalogueFile(path, home);
  expect(result.bytes).toStrictEqual(readFileSync(path));
  return result;
}

function faultOf(json: unknown, files: Readonly<Record<string, string | Buffer>> = {}): string {
  try {
    read(json, files);
  } catch (fault) {
    expect(fault).toBeInstanceOf(ConfigFault);
    return (fault as ConfigFault).message;
  }
  throw new Error('the catalogue was taken');
}
