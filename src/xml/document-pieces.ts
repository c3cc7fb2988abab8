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
  const fd = openSync(path, 'r');
  try {
    const window = new FileWindow(fd);
    let at = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const offset = pairs[i] as number;
      if (offset < 0) {
        const literal = literals[-1 - offset] as Uint8Array;
        document.set(literal, at);
        at += literal.length;
      } else {
        const bytes = pairs[i + 1] as number;
        window.copy(offset, document.subarray(at, at + bytes));
        at += bytes;
      }
    }
    return document.subarray(0, at);
  } finally {
    closeSync(fd);
  }
}

const WINDOW_BYTES = 256 * 1024;
/** What is read is of use only until it has been copied: a fresh buffer each time would cost more than the reading. */
const scratch = Buffer.allocUnsafeSlow(WINDOW_BYTES);

/** Reads ahead, since most ranges stand close behind each other; those that don't, or are large, are read all the same. */
class FileWindow {
  readonly #fd: number;
  #start = 0;
  #end = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Fills `into` with the file's bytes from `offset` on. */
  copy(offset: number, into: Buffer): void {
    if (offset < this.#start || offset + into.length > this.#end) {
      if (into.length > WINDOW_BYTES) {
        this.#read(offset, into, into.length);
        return;
      }
      this.#start = offset;
      this.#end = offset + this.#read(offset, scratch, into.length);
    }
    scratch.copy(into, 0, offset - this.#start, offset - this.#start + into.length);
  }

  #read(offset: number, into: Buffer, needed: number): number {
    let read = 0;
    while (read < needed) {
      const got = readSync(this.#fd, into, read, into.length - read, offset + read);
      if (got === 0) throw new Error('the file became shorter while it was read');
      read += got;
    }
    return read;
  }
}
