import type { Subscription } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import { identifyingFieldsHash } from '../domain/identifying-fields.js';
import { IssueCode } from '../domain/issue.js';
import { isPeriodType, PERIOD_TYPES } from '../domain/period-type.js';
import { blankToNull, quoted } from '../domain/quoted.js';
import { checkService } from '../domain/service-check.js';
import { child, childText, type XmlElement, type XmlItem } from '../xml/element.js';
import { ChildCursor } from './child-cursor.js';
import { Findings } from './findings.js';
import type { EmbeddedXml, ItemMapper, MapContext, MappedItem } from './item-mapper.js';
import { checkCaseId } from './message-rules.js';
import {
  addWrongOrder,
  checkGroupReportee,
  checkUsableDate,
  identifyingFieldsIn,
  isAfter,
} from './service-owner-values.js';

const NO_EMBEDDED: readonly EmbeddedXml[] = [];

/** FormTask items of a ServiceOwner's Subscription (formats.md section 1). They have no reference of their own. */
export const subscriptionMapper: ItemMapper = {
  format: 'subscription',

  identify({ root }: XmlItem, context: MapContext): ItemFields {
    const fields = fieldsOf(root, context);
    if (fields.serviceEditionCode !== null || fields.serviceCode === null) return fields;
    const newest = context.catalogue?.newestEdition(fields.serviceCode);
    return { ...fields, serviceEditionCode: newest?.serviceEditionCode ?? null };
  },

  map(item: XmlItem, context: MapContext): MappedItem {
    const { root } = item;
    const findings = new Findings(item, null);
    checkGroupReportee(findings, context);
    const read = readItem(root);
    const serviceEditionCode = resolveEdition(findings, root, read, context);
    checkContent(findings, root, read.content, context);
    return {
      serviceCode: read.serviceCode,
      serviceEditionCode,
      reportee: blankToNull(context.reporteeId),
      sendersReference: null,
      shortName: null,
      content: findings.failed ? null : read.content,
      issues: findings.issues,
      embedded: NO_EMBEDDED,
    };
  },
};

function fieldsOf(root: XmlElement, context: MapContext): ItemFields {
  return {
    serviceCode: blankToNull(childText(root, 'ExternalServiceCode')),
    serviceEditionCode: blankToNull(childText(root, 'ExternalServiceEditionCode')),
    reportee: blankToNull(context.reporteeId),
    sendersReference: null,
    shortName: null,
  };
}

interface ReadSubscription {
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly content: Subscription;
}

function readItem(root: XmlElement): ReadSubscription {
  const cursor = new ChildCursor(root);
  const serviceCode = blankToNull(cursor.text('ExternalServiceCode'));
  const serviceEditionCode = blankToNull(cursor.text('ExternalServiceEditionCode'));
  const startDate = cursor.token('StartDate') ?? '';
  const expirationDate = cursor.token('ExpirationDate');
  const nextScheduledDate = cursor.token('NextScheduledDate') ?? '';
  const nextDueDate = cursor.token('NextDueDate') ?? '';
  const visibleDate = cursor.token('VisibleDate');
  const periodType = cursor.text('PeriodType') ?? '';
  const caseId = cursor.integer('CaseId');
  const identifyingFields = identifyingFieldsIn(cursor.take('IdentifyingFields'));
  const content: Subscription = {
    kind: 'subscription',
    serviceEditionCodeGiven: serviceEditionCode,
    startDate,
    expirationDate,
    nextScheduledDate,
    nextDueDate,
    visibleDate,
    periodType,
    caseId,
    identifyingFields,
    identifyingFieldsHash: identifyingFieldsHash(identifyingFields),
  };
  return { serviceCode, serviceEditionCode, content };
}

function resolveEdition(
  findings: Findings,
  root: XmlElement,
  read: ReadSubscription,
  context: MapContext,
): string | null {
  const checked = checkService(read, 'FormTask', context);
  if ('service' in checked) return checked.serviceEditionCode;
  findings.error(checked.code, checked.message, child(root, 'ExternalServiceCode'));
  return read.serviceEditionCode;
}

function checkContent(findings: Findings, root: XmlElement, content: Subscription, context: MapContext): void {
  const { startDate, expirationDate, nextScheduledDate, nextDueDate, visibleDate, periodType, caseId } = content;
  const { timeZone } = context.rules;
  checkUsableDate(findings, root, 'StartDate', startDate);
  checkUsableDate(findings, root, 'ExpirationDate', expirationDate);
  checkUsableDate(findings, root, 'NextScheduledDate', nextScheduledDate);
  checkUsableDate(findings, root, 'NextDueDate', nextDueDate);
  checkUsableDate(findings, root, 'VisibleDate', visibleDate);
  if (isAfter(startDate, expirationDate, timeZone)) addWrongOrder(findings, root, 'StartDate', 'ExpirationDate');
  if (isAfter(startDate, nextScheduledDate, timeZone)) addWrongOrder(findings, root, 'StartDate', 'NextScheduledDate');
  if (isAfter(nextScheduledDate, nextDueDate, timeZone)) {
    addWrongOrder(findings, root, 'NextScheduledDate', 'NextDueDate');
  }
  if (!isPeriodType(periodType)) {
    const message = `PeriodType ${quoted(periodType)} is not known; expected one of ${PERIOD_TYPES.join(', ')}.`;
    findings.error(IssueCode.GeneralError, message, child(root, 'PeriodType'));
  }
  if (caseId !== null) checkCaseId(findings, caseId, child(root, 'CaseId'));
}
