import { Catalogue, type FormDefinition, type Service } from '../../src/domain/service.js';
import type { MapContext } from '../../src/formats/item-mapper.js';
import type { XmlItem } from '../../src/xml/element.js';
import { parseItem } from '../../src/xml/tree.js';

/** The service owner, services and group that the tests of prefill and subscription are about. */

export const ORGANISATION = '974761076';
export const PERSON = '01019012308';
export const REPORTEE_PLACE = { line: 5, position: 7 };

function formTask(serviceCode: string, serviceEditionCode: string, forms: FormDefinition[] = []): Service {
  return {
    serviceCode,
    serviceEditionCode,
    serviceOwner: 'SKD',
    type: 'FormTask',
    name: 'Form',
    message: null,
    forms,
  };
}

const FORMS = [
  { dataFormatId: '890', dataFormatVersion: '10451', schema: 'forms/890-10451.xsd' },
  { dataFormatId: '891', dataFormatVersion: '1', schema: null },
];

const CATALOGUE = new Catalogue(
  [{ code: 'SKD', name: 'Skatteetaten', orgNumber: '974761076', ignoreServiceCodes: [], settings: {} }],
  [
    formTask('1051', '9'),
    formTask('1051', '201010', FORMS),
    { ...formTask('PSA', '2009'), type: 'Correspondence' },
    { ...formTask('NAVS', '1'), serviceOwner: 'NAV' },
  ],
);

export function contextWith(more: Partial<MapContext> = {}): MapContext {
  return {
    systemUserCode: 'SKD-PSA',
    ownerCode: 'SKD',
    catalogue: CATALOGUE,
    rules: { timeZone: 'Europe/Oslo', acceptSyntheticPersons: true },
    timeOfIntake: '2026-01-15T12:00:00',
    reporteeId: ORGANISATION,
    reporteePlace: REPORTEE_PLACE,
    ...more,
  };
}

/** An item whose first character stands on line 10, column 3, of its file. */
export function itemOf(xml: string): XmlItem {
  return parseItem(xml, { line: 10, position: 3 });
}

/** The XML with the element of that name replaced; an empty replacement leaves it out. */
export function replaced(xml: string, name: string, replacement: string): string {
  const changed = xml.replace(new RegExp(`<${name}>[\\s\\S]*?</${name}>`), () => replacement);
  if (changed === xml) throw new Error(`no ${name} to replace`);
  return changed;
}
