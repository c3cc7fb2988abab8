import { compareDates, isUsableDate } from '../domain/dates.js';
import { IssueCode } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import { checkReportee } from '../domain/reportee.js';
import { child, childToken, type XmlElement } from '../xml/element.js';
import type { Findings } from './findings.js';
import type { MapContext } from './item-mapper.js';

/** What prefill and subscription items share: they are of one file, one namespace and one way to group (ServiceOwner). */

/** The reportee stands on the group, and its fault fails each of the group's items, at the Id's own place. */
export function checkGroupReportee(findings: Findings, context: MapContext): void {
  const wrong = checkReportee(context.reporteeId, context.rules);
  if (wrong !== null) findings.error(wrong.code, wrong.message, context.reporteePlace ?? undefined);
}

const NO_FIELDS: readonly string[] = [];

/** The values of IdentifyingFields in order, as they stand: their hash depends on each character. */
export function identifyingFieldsIn(fields: XmlElement | undefined): readonly string[] {
  return fields === undefined ? NO_FIELDS : fields.children.map((field) => field.text);
}

/** A date beyond the years 0001 to 9999 fails the item; null = not given. */
export function checkUsableDate(findings: Findings, item: XmlElement, name: string, date: string | null): void {
  if (date === null || isUsableDate(date)) return;
  const message = `${name} ${quoted(date)} is outside the years that can be handled; a year from 0001 to 9999 is expected.`;
  findings.error(IssueCode.GeneralError, message, child(item, name));
}

/** Whether two dates stand in the wrong order; not told when one is not given, or has a fault of its own. */
export function isAfter(earlier: string | null, later: string | null, timeZone: string): boolean {
  if (earlier === null || later === null || !isUsableDate(earlier) || !isUsableDate(later)) return false;
  return compareDates(earlier, later, timeZone) > 0;
}

/** Fails the item for two dates in the wrong order (formats.md section 5, "Dates"). */
export function addWrongOrder(findings: Findings, item: XmlElement, earlierName: string, laterName: string): void {
  const earlier = `${earlierName} ${childToken(item, earlierName)}`;
  const later = `${laterName} ${childToken(item, laterName)}`;
  const message = `${earlier} is after ${later}; ${earlierName} must not be later than ${laterName}.`;
  findings.error(IssueCode.GeneralError, message, child(item, earlierName));
}
