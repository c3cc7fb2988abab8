import { expect, test } from 'vitest';
import { Catalogue, type Service } from '../../src/domain/service.js';
import { faultsOf, NOW, openStore } from './fixture.js';

const MESSAGE_SERVICE: Service = {
  serviceCode: 'PSA',
  serviceEditionCode: '2009',
  serviceOwner: 'SKD',
  type: 'Correspondence',
  name: 'Skatteoppgjør',
  message: { title: null, requireBody: true, requireConfirmation: false, confirmations: 'opened', usageReportDays: 7 },
  forms: [],
};

const FORM_SERVICE: Service = {
  serviceCode: '1051',
  serviceEditionCode: '201010',
  serviceOwner: null,
  type: 'FormTask',
  name: 'Skjema',
  message: null,
  forms: [
    { dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' },
    { dataFormatId: '12', dataFormatVersion: '1', schema: null },
  ],
};

const OWNERS = [
  { code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076', ignoreServiceCodes: [], settings: {} },
  {
    code: 'BRG',
    name: 'Brønnøysundregistrene',
    orgNumber: null,
    ignoreServiceCodes: ['PSA', 'OLD'],
    settings: { maxItemBytes: 1000, maxFailedItems: '5%' as const, maxFileBytes: null },
  },
];

test('an imported catalogue is loaded as it was, in the order of its file', () => {
  const { store } = openStore();
  store.catalogue.replace(new Catalogue(OWNERS, [MESSAGE_SERVICE, FORM_SERVICE]), 'aa', NOW);
  const loaded = store.catalogue.load();
  expect(loaded.serviceOwners).toEqual(OWNERS);
  expect(loaded.services).toEqual([MESSAGE_SERVICE, FORM_SERVICE]);
  expect(loaded.service('PSA', '2009')).toEqual(MESSAGE_SERVICE);
});

test('the next one takes its place, and every import stays on record', () => {
  const { store, sql } = openStore();
  expect(store.catalogue.currentSha256()).toBeUndefined();
  expect(store.catalogue.load().services).toEqual([]);
  store.catalogue.replace(new Catalogue(OWNERS, [MESSAGE_SERVICE, FORM_SERVICE]), 'bb', NOW);
  store.catalogue.replace(new Catalogue(OWNERS.slice(0, 1), [MESSAGE_SERVICE]), 'aa', NOW);
  expect(store.catalogue.currentSha256()).toBe('aa');
  expect(store.catalogue.load().services).toEqual([MESSAGE_SERVICE]);
  expect(sql.prepare('SELECT sha256, services FROM catalogue_import ORDER BY id').all()).toEqual([
    { sha256: 'bb', services: 2 },
    { sha256: 'aa', services: 1 },
  ]);
  expect(faultsOf(sql)).toEqual([]);
});
