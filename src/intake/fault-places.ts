import type { Place } from '../domain/issue.js';
import type { ChunkItem } from '../xml/chunk.js';
import type { DocumentFault } from '../xml/validator-protocol.js';

/** Where libxml2's line numbers end. */
const LAST_RELIABLE_LINE = 65_000;

/** The element's own line, and its column where it can be found on that line; else the item's start. */
export function placeOfFault(item: ChunkItem, fault: DocumentFault): Place {
  const into = fault.line - item.documentLine;
  if (fault.line > LAST_RELIABLE_LINE || into < 0) return { line: item.line, position: item.position };
  const line = item.line + into;
  const before = into === 0 ? item.position : 1;
  if (fault.column > 0) return { line, position: before + fault.column - 1 };
  return { line, position: before + columnOfElement(lineOf(item.bytes, into), fault.message) };
}

/** 0-based column of the element that the message names first; of the first character that is not white space if none. */
function columnOfElement(text: string, message: string): number {
  const name = /Element '([^']+)'/.exec(message)?.[1];
  if (name !== undefined) {
    for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
      const tag = /^<(?:[^\s<>/:]+:)?([^\s<>/]+)/.exec(text.slice(at, at + 300));
      if (tag?.[1] === name) return characters(text, at);
    }
  }
  return Math.max(0, text.search(/\S/));
}

/** Without taking them apart: there may be 100,000 of them for each fault. */
function characters(text: string, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

function lineOf(bytes: Buffer, number: number): string {
  let start = 0;
  for (let i = 0; i < number; i++) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) return '';
    start = end + 1;
  }
  const end = bytes.indexOf(0x0a, start);
  return bytes.toString('utf8', start, Math.min(end === -1 ? bytes.length : end, start + 100_000));
}
