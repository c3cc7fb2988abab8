import { readSync } from 'node:fs';
import type { Place } from '../domain/issue.js';
import type { DetectedEncoding, Encoding } from './encoding-detect.js';

/**
 * The line and column of a byte of an open file; reads it from its start, so only for when something is wrong there.
 * Everything before the byte must be decodable. A byte order mark is no character.
 */
export function placeOfByte(fd: number, { encoding, bomBytes }: DetectedEncoding, byteOffset: number): Place {
  const count = counterFor(encoding);
  const piece = Buffer.allocUnsafe(1 << 16);
  let place: Place = { line: 1, position: 1 };
  let at = bomBytes;
  while (at < byteOffset) {
    const read = readSync(fd, piece, 0, Math.min(piece.length, byteOffset - at), at);
    if (read === 0) break;
    // An odd count of UTF-16 bytes would split a unit; the file is long enough to read that byte again.
    const whole = encoding.startsWith('UTF-16') && read > 1 ? read & ~1 : read;
    place = count(piece.subarray(0, whole), place);
    at += whole;
  }
  return place;
}

type Counter = (bytes: Buffer, from: Place) => Place;

function counterFor(encoding: Encoding): Counter {
  if (encoding === 'UTF-16LE' || encoding === 'UTF-16BE') return utf16Counter(encoding === 'UTF-16LE' ? 1 : 0);
  const continuations = encoding === 'UTF-8';
  return (bytes, from) => {
    let { line, position } = from;
    for (const byte of bytes) {
      if (byte === 0x0a) {
        line++;
        position = 1;
      } else if (!continuations || (byte & 0xc0) !== 0x80) position++;
    }
    return { line, position };
  };
}

/** @param high which byte of a unit is the more significant one */
function utf16Counter(high: 0 | 1): Counter {
  return (bytes, from) => {
    let { line, position } = from;
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const top = bytes[at + high] ?? 0;
      if (top === 0 && bytes[at + 1 - high] === 0x0a) {
        line++;
        position = 1;
      } else if ((top & 0xfc) !== 0xdc) position++;
    }
    return { line, position };
  };
}
