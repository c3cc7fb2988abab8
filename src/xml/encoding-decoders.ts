import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding } from './encoding-detect.js';

/** Bytes that can't be decoded: where they start in the piece given, how many, and whether the file just ends there. */
export interface BadBytes {
  readonly at: number;
  readonly length: number;
  readonly cut: boolean;
}

/** Turns pieces of one encoding into UTF-8, whole characters at a time. */
export interface Decoder {
  /** How many of the bytes hold whole characters; the rest waits for the next piece. */
  wholeCharacters(bytes: Buffer): number;
  /** The characters as UTF-8, or null when some are not to be decoded. May reorder the bytes given. */
  toUtf8(bytes: Buffer): Buffer | null;
  /** The first bytes of the piece that can't be decoded; slow, for when toUtf8 said null. */
  firstBad(bytes: Buffer): BadBytes;
}

/** One Decoder an encoding; UTF-8 comes back as it is, checked natively. */
export const DECODERS: Readonly<Record<Encoding, Decoder>> = {
  'UTF-8': {
    wholeCharacters: wholeUtf8Characters,
    toUtf8: (bytes) => (isUtf8(bytes) ? bytes : null),
    firstBad: firstBadUtf8,
  },
  'US-ASCII': {
    wholeCharacters: (bytes) => bytes.length,
    toUtf8: (bytes) => (isAscii(bytes) ? bytes : null),
    firstBad: (bytes) => ({ at: bytes.findIndex((byte) => byte >= 0x80), length: 1, cut: false }),
  },
  'UTF-16LE': utf16(false),
  'UTF-16BE': utf16(true),
  'ISO-8859-1': {
    wholeCharacters: (bytes) => bytes.length,
    toUtf8: (bytes) => Buffer.from(bytes.toString('latin1')),
    firstBad: () => NOWHERE,
  },
  'Windows-1252': {
    wholeCharacters: (bytes) => bytes.length,
    toUtf8: windows1252ToUtf8,
    firstBad: firstBadWindows1252,
  },
};

const NOWHERE: BadBytes = { at: 0, length: 0, cut: false };

function wholeUtf8Characters(bytes: Buffer): number {
  const length = bytes.length;
  for (let at = length - 1; at >= 0 && at >= length - 3; at--) {
    const byte = bytes[at] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return at + utf8Length(byte) > length ? at : length;
  }
  return length;
}

/** How long a character is that starts with this byte; 1 for a byte that starts none. */
function utf8Length(lead: number): number {
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
}

function firstBadUtf8(bytes: Buffer): BadBytes {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at] ?? 0;
    const length = utf8Length(lead);
    if (length === 1 ? lead >= 0x80 : !isUtf8(bytes.subarray(at, at + length))) {
      const cut = length > 1 && at + length > bytes.length && continues(bytes, at + 1, bytes.length);
      return { at, length: cut ? bytes.length - at : 1, cut };
    }
    at += length;
  }
  return NOWHERE;
}

function continues(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}

function utf16(bigEndian: boolean): Decoder {
  const unitAt = (bytes: Buffer, at: number) => (bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  return {
    wholeCharacters(bytes) {
      const even = bytes.length & ~1;
      return even >= 2 && isHighSurrogate(unitAt(bytes, even - 2)) ? even - 2 : even;
    },
    toUtf8(bytes) {
      if (bigEndian) bytes.swap16();
      const text = bytes.toString('utf16le');
      if (!/\p{Surrogate}/u.test(text)) return Buffer.from(text);
      if (bigEndian) bytes.swap16();
      return null;
    },
    firstBad(bytes) {
      for (let at = 0; at + 1 < bytes.length; at += 2) {
        const unit = unitAt(bytes, at);
        if ((unit & 0xf800) !== 0xd800) continue;
        const next = at + 3 < bytes.length ? unitAt(bytes, at + 2) : null;
        if (isHighSurrogate(unit) && next !== null && (next & 0xfc00) === 0xdc00) at += 2;
        else return { at, length: 2, cut: isHighSurrogate(unit) && next === null };
      }
      return { at: bytes.length & ~1, length: 1, cut: true };
    },
  };
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** What 0x80 to 0x9F stand for in Windows-1252; U+FFFD for the five that stand for nothing. */
const WINDOWS_1252 =
  '\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd' +
  '\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178';

function windows1252ToUtf8(bytes: Buffer): Buffer | null {
  const text = bytes.toString('latin1');
  if (/[\x81\x8d\x8f\x90\x9d]/.test(text)) return null;
  return Buffer.from(text.replace(/[\x80-\x9f]/g, (one) => WINDOWS_1252.charAt(one.charCodeAt(0) - 0x80)));
}

function firstBadWindows1252(bytes: Buffer): BadBytes {
  const at = bytes.toString('latin1').search(/[\x81\x8d\x8f\x90\x9d]/);
  return at < 0 ? NOWHERE : { at, length: 1, cut: false };
}
