import type { ItemContent } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import type { Findings } from './findings.js';
import type { EmbeddedXml, MappedItem } from './item-mapper.js';

/** The outcome of a mapper. Spelt out, for a spread of `fields` costs more time than all the rules of a message. */
export function mappedItem(
  fields: ItemFields,
  content: ItemContent | null,
  findings: Findings,
  embedded: readonly EmbeddedXml[],
): MappedItem {
  return {
    serviceCode: fields.serviceCode,
    serviceEditionCode: fields.serviceEditionCode,
    reportee: fields.reportee,
    sendersReference: fields.sendersReference,
    shortName: fields.shortName,
    content,
    issues: findings.issues,
    embedded,
  };
}
