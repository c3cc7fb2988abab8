import type { PrefillField } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import { IssueCode } from '../domain/issue.js';
import { blankToNull } from '../domain/quoted.js';
import type { Service } from '../domain/service.js';
import { checkService, knownEditions } from '../domain/service-check.js';
import { child, childText, type XmlElement, type XmlItem } from '../xml/element.js';
import { ChildCursor } from './child-cursor.js';
import { Findings } from './findings.js';
import type { EmbeddedXml, ItemMapper, MapContext, MappedItem } from './item-mapper.js';
import { checkFormSet, embeddedForms, type ReadFormSet, readFormSet } from './prefill-form-set.js';
import { addWrongOrder, checkGroupReportee, checkUsableDate, isAfter } from './service-owner-values.js';

const NO_EMBEDDED: readonly EmbeddedXml[] = [];

/**
 * Items of a ServiceOwner's Prefill (formats.md section 1): `FormTask`, a form set for one service, and `Field`,
 * a value for a field of any form, with neither service nor reference.
 */
export const prefillMapper: ItemMapper = {
  format: 'prefill',

  identify({ root }: XmlItem, context: MapContext): ItemFields {
    return fieldsOf(root, context);
  },

  map(item: XmlItem, context: MapContext): MappedItem {
    return item.root.name === 'Field' ? mapField(item, context) : mapFormSet(item, context);
  },
};

function fieldsOf(root: XmlElement, context: MapContext): ItemFields {
  const isField = root.name === 'Field';
  return {
    serviceCode: isField ? null : blankToNull(childText(root, 'ExternalServiceCode')),
    serviceEditionCode: isField ? null : blankToNull(childText(root, 'ExternalServiceEditionCode')),
    reportee: blankToNull(context.reporteeId),
    sendersReference: isField ? null : blankToNull(childText(root, 'SendersReference')),
    shortName: null,
  };
}

function mapField(item: XmlItem, context: MapContext): MappedItem {
  const { root } = item;
  const findings = new Findings(item, null);
  checkGroupReportee(findings, context);
  const content = readField(root);
  checkValidity(findings, root, content, context);
  return {
    serviceCode: null,
    serviceEditionCode: null,
    reportee: blankToNull(context.reporteeId),
    sendersReference: null,
    shortName: null,
    content: findings.failed ? null : content,
    issues: findings.issues,
    embedded: NO_EMBEDDED,
  };
}

function readField(root: XmlElement): PrefillField {
  const cursor = new ChildCursor(root);
  const fieldId = cursor.text('Id') ?? '';
  const validFrom = cursor.token('ValidFrom') ?? '';
  const validTo = cursor.token('ValidTo') ?? '';
  const index = cursor.integer('Index');
  const value = cursor.text('Value') ?? '';
  return { kind: 'prefillField', fieldId, validFrom, validTo, index, value };
}

function mapFormSet(item: XmlItem, context: MapContext): MappedItem {
  const { root } = item;
  const formSet = readFormSet(root);
  const { serviceCode, serviceEditionCode, sendersReference, content } = formSet;
  const findings = new Findings(item, sendersReference);
  checkGroupReportee(findings, context);
  const service = findService(findings, root, formSet, context);
  checkValidity(findings, root, content, context);
  checkFormSet(findings, formSet, service);
  return {
    serviceCode,
    serviceEditionCode,
    reportee: blankToNull(context.reporteeId),
    sendersReference,
    shortName: null,
    content: findings.failed ? null : content,
    issues: findings.issues,
    embedded: embeddedForms(item, formSet, service),
  };
}

function findService(findings: Findings, root: XmlElement, formSet: ReadFormSet, context: MapContext): Service | null {
  const checked = checkService(formSet, 'FormTask', context);
  if ('code' in checked) {
    findings.error(checked.code, checked.message, child(root, 'ExternalServiceCode'));
    return null;
  }
  if (formSet.serviceEditionCode !== null) return checked.service;
  // Unlike a subscription, a form set is made for the fields of one edition: there is no newest to fall back on.
  const known =
    context.catalogue !== null && formSet.serviceCode !== null
      ? `; the editions in the service catalogue are ${knownEditions(context.catalogue, formSet.serviceCode)}`
      : '';
  const message = `The service edition code is empty, and a prefill must name its edition${known}.`;
  findings.error(IssueCode.InValidServiceEditionVersion, message, child(root, 'ExternalServiceEditionCode'));
  return null;
}

function checkValidity(
  findings: Findings,
  root: XmlElement,
  { validFrom, validTo }: { readonly validFrom: string; readonly validTo: string },
  context: MapContext,
): void {
  checkUsableDate(findings, root, 'ValidFrom', validFrom);
  checkUsableDate(findings, root, 'ValidTo', validTo);
  if (isAfter(validFrom, validTo, context.rules.timeZone)) addWrongOrder(findings, root, 'ValidFrom', 'ValidTo');
}
