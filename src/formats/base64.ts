import { IssueCode } from '../domain/issue.js';
import type { XmlElement } from '../xml/element.js';
import type { Findings } from './findings.js';

const PAD = 61;
const SIGNIFICANT = significantCharacters();

/**
 * Decodes xs:base64Binary, white space passed over; null when it is none. The schema alone does not tell: libxml2 passes
 * over stray characters, and so does Node, and what is left would be another file than the one that was sent.
 */
export function decodeBase64(text: string): Buffer | null {
  const data = Buffer.from(text, 'base64');
  return isTakenWhole(text, data) || isBase64(text) ? data : null;
}

/** Fails the item for a value that is no base64 (code 0). `what` names the field, as in `Data`. */
export function addNotBase64(findings: Findings, what: string, at: XmlElement | undefined): void {
  const message = `${what} is not valid base64. Expected letters A to Z and a to z, digits, + and / in groups of four, the last filled up with =; only white space may stand between them.`;
  findings.error(IssueCode.GeneralError, message, at);
}

/** Quick where nothing was passed over, as in nearly all: then the length tells, but for the URL alphabet, which Node decodes too. */
function isTakenWhole(text: string, data: Buffer): boolean {
  const pads = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (
    text.length % 4 === 0 &&
    data.length === (text.length / 4) * 3 - pads &&
    Buffer.byteLength(text) === text.length &&
    !text.includes('-') &&
    !text.includes('_')
  );
}

function isBase64(text: string): boolean {
  let digits = 0;
  let pads = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (SIGNIFICANT[code] === 1) {
      if (pads > 0) return false;
      digits++;
    } else if (code === PAD) {
      pads++;
    } else if (code !== 32 && code !== 10 && code !== 13 && code !== 9) {
      return false;
    }
  }
  return pads <= 2 && (digits + pads) % 4 === 0 && digits % 4 !== 1;
}

function significantCharacters(): Uint8Array {
  const table = new Uint8Array(65_536);
  for (const one of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') table[one.charCodeAt(0)] = 1;
  return table;
}
