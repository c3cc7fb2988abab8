import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { IssueCode, issue } from '../domain/issue.js';
import { createFile, onDisk, removeIfThere, syncFolder, writeWhole } from '../intake/file-system.js';
import { type BadBytes, DECODERS } from './encoding-decoders.js';
import { type DetectedEncoding, detectEncoding, HEAD_BYTES, SUPPORTED_ENCODINGS } from './encoding-detect.js';
import { placeOfByte } from './encoding-place.js';
import { Refusal } from './refusal.js';

export { type DetectedEncoding, detectEncoding, type Encoding } from './encoding-detect.js';

/** Of an incomplete character at the end of a block fewer bytes than this are left over. */
const MAX_CHARACTER_BYTES = 8;

export interface DecodeOptions {
  /** How many bytes to read at a time; 1 MiB unless told. */
  readonly blockBytes?: number;
  /** Whether a block holds only until the next one is asked for; spares an allocation a block. */
  readonly reuseBlocks?: boolean;
  /** Gets every byte of the file once and in order, byte order mark and all, as it is read: valid until it returns. */
  onRaw?(raw: Buffer): void;
}

/**
 * Reads a file as UTF-8, block by block; each is a Buffer of its own that stays valid, and none splits a character.
 * The byte order mark is left out. Of a file that is not UTF-8 the declaration's `encoding="..."` is blanked, so that
 * what comes out is right about itself, with every line and column where it was. A UTF-8 file comes as it is.
 * @throws Refusal when the encoding can't be told or the bytes can't be decoded; IoFault when the file can't be read
 */
export function* utf8Blocks(path: string, options: DecodeOptions = {}): Generator<Buffer, void, undefined> {
  const fd = onDisk('open', path, () => openSync(path, 'r'));
  try {
    const detected = detectOpen(fd, path, options);
    yield* decodedBlocks(fd, path, detected, options);
  } finally {
    closeSync(fd);
  }
}

/** The encoding of a file; see detectEncoding. @throws Refusal when it can't be told */
export function encodingOf(path: string): DetectedEncoding {
  const fd = onDisk('open', path, () => openSync(path, 'r'));
  try {
    return detectOpen(fd, path, {});
  } finally {
    closeSync(fd);
  }
}

/**
 * Writes the UTF-8 form of a file, as utf8Blocks gives it, and has it on the disk when it returns.
 * The target comes to be whole or not at all; one that is there already is replaced.
 * @param mode the target's permissions
 */
export function transcodeToUtf8(path: string, target: string, mode: number, options: DecodeOptions = {}): void {
  const part = `${target}.part`;
  onDisk('write', part, () => {
    const fd = createFile(part, mode);
    try {
      for (const block of utf8Blocks(path, options)) writeWhole(fd, block);
      fsyncSync(fd);
    } catch (error) {
      removeIfThere(part);
      throw error;
    } finally {
      closeSync(fd);
    }
    renameSync(part, target);
  });
  syncFolder(dirname(target));
}

function detectOpen(fd: number, path: string, options: DecodeOptions): DetectedEncoding {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  const detected = detectEncoding(head.subarray(0, readFully(fd, path, head, 0, 0)));
  if ('issue' in detected) throw new Refusal([detected.issue]);
  if (detected.bomBytes > 0) options.onRaw?.(head.subarray(0, detected.bomBytes));
  return detected;
}

function* decodedBlocks(
  fd: number,
  path: string,
  detected: DetectedEncoding,
  { blockBytes: largestBlock = 1 << 20, onRaw, reuseBlocks = false }: DecodeOptions,
): Generator<Buffer, void, undefined> {
  const decoder = DECODERS[detected.encoding];
  // A small file needs no large block: with a thousand of them the collector would have more to do than all others.
  const blockBytes = Math.min(largestBlock, fstatSync(fd).size + 1);
  const blank = blanker(detected);
  let rest: Buffer = Buffer.alloc(0);
  let buffer: Buffer = Buffer.alloc(0);
  for (let at = detected.bomBytes; ; ) {
    // Never pooled: a fresh one is the caller's from here on.
    if (!reuseBlocks || buffer.length === 0) buffer = Buffer.allocUnsafeSlow(MAX_CHARACTER_BYTES + blockBytes);
    const block = buffer.subarray(0, rest.length + blockBytes);
    rest.copy(block);
    const read = readFully(fd, path, block, rest.length, at);
    if (read > 0) onRaw?.(block.subarray(rest.length, rest.length + read));
    const held = block.subarray(0, rest.length + read);
    const start = at - rest.length;
    const whole = held.subarray(0, decoder.wholeCharacters(held));
    const utf8 = decoder.toUtf8(whole);
    if (utf8 === null) {
      const bad = decoder.firstBad(whole);
      const refusal = undecodable(fd, detected, start, held, bad);
      // What stands before it may tell whose file it is.
      const before = decoder.toUtf8(held.subarray(0, bad.at));
      if (before !== null && before.length > 0) yield blank(before);
      throw refusal;
    }
    if (utf8.length > 0) yield blank(utf8);
    rest = Buffer.from(held.subarray(whole.length));
    at += read;
    if (read < blockBytes) {
      if (rest.length > 0) throw undecodable(fd, detected, at - rest.length, rest, decoder.firstBad(rest));
      return;
    }
  }
}

/** Reads until the buffer is full or the file ends. */
function readFully(fd: number, path: string, into: Buffer, offset: number, position: number): number {
  let filled = 0;
  while (offset + filled < into.length) {
    const read = onDisk('read', path, () =>
      readSync(fd, into, offset + filled, into.length - offset - filled, position + filled),
    );
    if (read === 0) break;
    filled += read;
  }
  return filled;
}

/** Overwrites the declared encoding with spaces, of a text that will not be in it any more; line ends stay. */
function blanker({ encoding, declared }: DetectedEncoding): (block: Buffer) => Buffer {
  if (encoding === 'UTF-8' || declared === null) return (block) => block;
  let written = 0;
  return (block) => {
    // A declaration is ASCII, so its characters and its UTF-8 bytes are the same.
    const end = Math.min(declared.end - written, block.length);
    for (let at = Math.max(declared.start - written, 0); at < end; at++) {
      if ((block[at] ?? 0) > 0x20) block[at] = 0x20;
    }
    written += block.length;
    return block;
  };
}

function undecodable(fd: number, detected: DetectedEncoding, start: number, held: Buffer, bad: BadBytes): Refusal {
  const offset = start + bad.at;
  const bytes = [...held.subarray(bad.at, bad.at + bad.length)]
    .map((byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join(' ');
  const message = bad.cut
    ? `The file ends in the middle of a ${detected.encoding} character: ${bytes} at byte offset ${offset} is not all ` +
      'of it. It seems to be cut short: send it again, whole.'
    : `${bytes} at byte offset ${offset} is no character in ${encodingReason(detected)}. ` +
      `Save the file as UTF-8, or have its XML declaration name the encoding it is really in: ${SUPPORTED_ENCODINGS}.`;
  return new Refusal([issue(IssueCode.GeneralError, 'Error', message, placeOfByte(fd, detected, offset))]);
}

function encodingReason({ encoding, bomBytes, declared }: DetectedEncoding): string {
  if (declared !== null) return `${encoding}, which the XML declaration names`;
  return bomBytes > 0
    ? `${encoding}, which the byte order mark stands for`
    : `${encoding}, which a file is taken for that names no encoding`;
}
