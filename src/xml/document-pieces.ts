/**
 * A validation document as pieces: ranges of the file that it was cut from, and literals around them. The child puts it
 * together from the file itself, so that no bulk goes through the channel, which would wait for an idle parent.
 */
import { closeSync, openSync, readSync } from 'node:fs';

export interface DocumentPieces {
  /** Pairs: a file offset and a length; or, of a literal, `-1 - index` and 0. */
  readonly pairs: Float64Array;
  readonly literals: readonly Uint8Array[];
  /** Bytes of the document. */
  readonly length: number;
}

/** Gathers the pieces, in the order of the document. */
export class PieceList {
  readonly #pairs: number[] = [];
  readonly #literals: Uint8Array[] = [];
  readonly #indexes = new Map<Uint8Array, number>();

  range(offset: number, length: number): void {
    this.#pairs.push(offset, length);
  }

  /** The same Buffer is sent once, however often it is added. */
  literal(bytes: Uint8Array): void {
    let index = this.#indexes.get(bytes);
    if (index === undefined) {
      index = this.#literals.length;
      this.#literals.push(bytes);
      this.#indexes.set(bytes, index);
    }
    this.#pairs.push(-1 - index, 0);
  }

  build(length: number): DocumentPieces {
    return { pairs: Float64Array.from(this.#pairs), literals: this.#literals, length };
  }
}

/** Puts the document together from the file at `path`. */
export function assemble(path: string, { pairs, literals, length }: DocumentPieces): Buffer {
  const document = Buffer.allocUnsafe(length);
  const { bytes, start } = readSpan(path, pairs);
  let at = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const offset = pairs[i] as number;
    if (offset < 0) {
      const literal = literals[-1 - offset] as Uint8Array;
      document.set(literal, at);
      at += literal.length;
    } else {
      at += bytes.copy(document, at, offset - start, offset - start + (pairs[i + 1] as number));
    }
  }
  return document.subarray(0, at);
}

/** What is read is of use only until it has been copied: fresh buffers would cost more than the reading. */
let scratch = Buffer.alloc(0);
const LARGEST_SCRATCH_BYTES = 8 * 1024 * 1024;

function scratchOf(length: number): Buffer {
  if (length > LARGEST_SCRATCH_BYTES) return Buffer.allocUnsafe(length);
  if (length > scratch.length) scratch = Buffer.allocUnsafeSlow(Math.min(2 * length, LARGEST_SCRATCH_BYTES));
  return scratch.subarray(0, length);
}

/** Ranges stand close together: one read gets them all. */
function readSpan(path: string, pairs: Float64Array): { bytes: Buffer; start: number } {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    const offset = pairs[i] as number;
    if (offset < 0) continue;
    start = Math.min(start, offset);
    end = Math.max(end, offset + (pairs[i + 1] as number));
  }
  if (end === 0) return { bytes: Buffer.alloc(0), start: 0 };
  const bytes = scratchOf(end - start);
  const fd = openSync(path, 'r');
  try {
    let read = 0;
    while (read < bytes.length) {
      const got = readSync(fd, bytes, read, bytes.length - read, start + read);
      if (got === 0) throw new Error(`${path} became shorter while it was read`);
      read += got;
    }
  } finally {
    closeSync(fd);
  }
  return { bytes, start };
}
