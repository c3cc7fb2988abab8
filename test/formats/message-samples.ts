import type { Message } from '../../src/domain/content.js';
import type { Issue } from '../../src/domain/issue.js';
import { Catalogue, type MessageDefinition, type Service } from '../../src/domain/service.js';
import type { ItemMapper, MapContext, MappedItem } from '../../src/formats/item-mapper.js';
import { parseItem } from '../../src/xml/tree.js';

/** Valid by their check digits, and nobody's: a made-up organisation and a synthetic person. */
export const ORGANISATION = '910000004';
export const PERSON = '01810100016';

const PLAIN: MessageDefinition = {
  title: null,
  requireBody: false,
  requireConfirmation: false,
  confirmations: 'none',
  usageReportDays: null,
};

export function messageService(
  serviceCode: string,
  edition: string,
  message: Partial<MessageDefinition> = {},
): Service {
  return {
    serviceCode,
    serviceEditionCode: edition,
    serviceOwner: null,
    type: 'Correspondence',
    name: `Messages ${serviceCode}`,
    message: { ...PLAIN, ...message },
    forms: [],
  };
}

const FORMS: Service = {
  ...messageService('1051', '201010'),
  type: 'FormTask',
  message: null,
  forms: [{ dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' }],
};

export const CATALOGUE = new Catalogue(
  [{ code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076', ignoreServiceCodes: [], settings: {} }],
  [
    messageService('PSA', '2009', { requireConfirmation: true, confirmations: 'confirmed' }),
    messageService('PSA', '2010'),
    messageService('PSA', '999'),
    messageService('BODY', '1', { requireBody: true }),
    messageService('CONFIRM', '1', { requireConfirmation: true }),
    messageService('TITLE', '1', { title: 'Title of the service' }),
    { ...messageService('OTHERS', '1'), serviceOwner: 'NAV' },
    {
      ...messageService('FORM', '1'),
      forms: [{ dataFormatId: '77', dataFormatVersion: '1', schema: 'forms/77-1.xsd' }],
    },
    FORMS,
    {
      ...messageService('OWNFORM', '1'),
      forms: [{ dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/own.xsd' }],
    },
  ],
);

export const CONTEXT: MapContext = {
  systemUserCode: 'SKD-PSA',
  ownerCode: 'SKD',
  catalogue: CATALOGUE,
  rules: { timeZone: 'Europe/Oslo', acceptSyntheticPersons: true },
  timeOfIntake: '2024-05-06T07:08:09',
  reporteeId: null,
  reporteePlace: null,
};

/** Maps an item whose `<` stands at line 10, position 3 of its file. */
export function mapSource(mapper: ItemMapper, source: string, context: MapContext = CONTEXT): MappedItem {
  return mapper.map(parseItem(source, { line: 10, position: 3 }), context);
}

/** The message that an item was accepted as. */
export function accepted(mapped: MappedItem): Message {
  if (mapped.content?.kind !== 'message') throw new Error(`not accepted: ${JSON.stringify(mapped.issues)}`);
  return mapped.content;
}

export function codes(mapped: MappedItem, level: Issue['level'] = 'Error'): number[] {
  return mapped.issues.filter((one) => one.level === level).map((one) => one.code);
}

export function onlyIssue(mapped: MappedItem): Issue {
  const [only] = mapped.issues;
  if (only === undefined || mapped.issues.length > 1) throw new Error(`not one: ${JSON.stringify(mapped.issues)}`);
  return only;
}
