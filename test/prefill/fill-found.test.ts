import { expect, test } from 'vitest';
import { Catalogue, type Service } from '../../src/domain/service.js';
import { fillFound } from '../../src/prefill/fill-found.js';
import type { FoundPrefill } from '../../src/prefill/find-prefill.js';

function service(serviceCode: string, forms: Service['forms']): Service {
  const type = 'FormTask';
  return { serviceCode, serviceEditionCode: '1', serviceOwner: 'SKD', type, name: 'Form', message: null, forms };
}

const CATALOGUE = new Catalogue(
  [],
  [service('OWN', [{ dataFormatId: '890', dataFormatVersion: '1', schema: 'forms/890.xsd' }]), service('FREE', [])],
);

const FORM = {
  ...{ ordinal: 1, dataFormatId: '890', dataFormatVersion: '1', sendersReference: 'MAIN', parentReference: null },
  ...{ signingLocked: null, signedByDefault: null, formData: '<Skjema><Navn/></Skjema>' },
};

const PREFILL: FoundPrefill = {
  formSetId: 1,
  day: '2024-02-01',
  fields: [{ itemId: 2, fieldId: '/Skjema/Navn', index: null, value: 'Kari' }],
  hasMoreFields: false,
  forms: [FORM],
};

test.each([
  ['OWN', ['forms/890.xsd']],
  ['FREE', []],
])(
  'a form of %s is validated by what that service names for it, as when its form set came in',
  async (serviceCode, expected) => {
    const asked: string[] = [];
    const checkForms = async (_documents: readonly string[], schema: string) => {
      asked.push(schema);
      return [];
    };
    const wish = { key: { serviceCode, serviceEditionCode: '1' }, prefill: PREFILL };
    const [filled] = await fillFound([wish], { catalogue: CATALOGUE, checkForms });
    expect(asked).toEqual(expected);
    expect(filled?.changed.get(1)).toBe('<Skjema><Navn>Kari</Navn></Skjema>');
  },
);
