import type { Encoding } from '../../src/xml/decode.js';

/** What is not as in Latin-1. Node's own windows-1252 decoder is Latin-1 in some versions, so it can't be the judge. */
const WINDOWS_1252: Readonly<Record<string, number>> = {
  '€': 0x80,
  '‚': 0x82,
  ƒ: 0x83,
  '„': 0x84,
  '…': 0x85,
  '†': 0x86,
  '‡': 0x87,
  ˆ: 0x88,
  '‰': 0x89,
  Š: 0x8a,
  '‹': 0x8b,
  Œ: 0x8c,
  Ž: 0x8e,
  '‘': 0x91,
  '’': 0x92,
  '“': 0x93,
  '”': 0x94,
  '•': 0x95,
  '–': 0x96,
  '—': 0x97,
  '˜': 0x98,
  '™': 0x99,
  š: 0x9a,
  '›': 0x9b,
  œ: 0x9c,
  ž: 0x9e,
  Ÿ: 0x9f,
};

/** Text as a file in that encoding holds it; of the encodings with one byte a character only what they have. */
export function encode(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'UTF-8':
    case 'US-ASCII':
      return Buffer.from(text);
    case 'UTF-16LE':
      return Buffer.from(text, 'utf16le');
    case 'UTF-16BE':
      return Buffer.from(text, 'utf16le').swap16();
    case 'ISO-8859-1':
      return Buffer.from(text, 'latin1');
    case 'Windows-1252':
      return Buffer.from([...text].map((one) => WINDOWS_1252[one] ?? one.charCodeAt(0)));
  }
}
