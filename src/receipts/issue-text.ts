import { type Issue, isFailure, type Place } from '../domain/issue.js';

/** More issues than this are counted, not spelled out: a receipt is read by people. */
const MAX_ISSUES = 20;
const MAX_MESSAGE = 1000;

/**
 * One line an issue, failures first: `[40016] line 15, position 9: what is wrong and what is expected.`
 * At most 20 of them, then how many more there are. A place equal to `besides`, which the reader has been told, is left out.
 */
export function issueLines(issues: readonly Issue[], besides: Place | null): string[] {
  if (issues.length === 0) return [];
  const ordered = [...issues.filter(isFailure), ...issues.filter((one) => !isFailure(one))];
  const lines = ordered.slice(0, MAX_ISSUES).map((one) => issueLine(one, besides));
  if (ordered.length > MAX_ISSUES) lines.push(`and ${ordered.length - MAX_ISSUES} more.`);
  return lines;
}

function issueLine(one: Issue, besides: Place | null): string {
  const place = placeText(one, besides);
  const message = sentence(clip(oneLine(one.message), MAX_MESSAGE));
  return `${levelWord(one)}[${one.code}]${place === '' ? '' : ` ${place}:`} ${message}`;
}

function levelWord(one: Issue): string {
  if (isFailure(one)) return '';
  return one.level === 'Warning' ? 'Warning ' : 'Note ';
}

function placeText({ line, position }: Issue, besides: Place | null): string {
  if (line === null || (line === besides?.line && (position === null || position === besides.position))) return '';
  return position === null ? `line ${line}` : `line ${line}, position ${position}`;
}

/** With a full stop, unless it ends in a mark of its own. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** White space and control characters become single spaces, so that a sender's value can't break a text's lines. */
export function oneLine(text: string): string {
  return /[^\x20-\x7e]|^ | {2}| $/.test(text) ? text.replace(/[\s\p{Cc}]+/gu, ' ').trim() : text;
}

/** At most `max` UTF-16 units of a text, never half a character, and how long it was. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}... (${text.length} characters in all)`;
}
