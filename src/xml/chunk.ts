import type { Issue, Place } from '../domain/issue.js';
import { type DocumentPieces, PieceList } from './document-pieces.js';
import type { Skeleton } from './skeleton.js';

/** The native parser's line numbers stop at 65,535. */
export const MAX_DOCUMENT_LINES = 60_000;
/** Above this a document holds a single item and is read with the native parser's `huge`. */
export const HUGE_FROM = 8 * 1024 * 1024;

/** An item that has been cut out of the file, with what the gate found. */
export class ChunkItem implements Place {
  /** Line of the item in the chunk's document; 0 when it stands in none. */
  documentLine = 0;
  /** Where its first byte stands in the chunk's document. */
  documentStart = 0;

  #source: Buffer;
  #start = 0;
  #end: number;

  /**
   * @param faults gate faults; an item that has some stands in no document
   * @param bytes the item's own; of one over `maxItemBytes` the first 64 KiB
   */
  constructor(
    readonly ordinal: number,
    readonly group: GroupHead | null,
    readonly line: number,
    readonly position: number,
    readonly byteOffset: number,
    readonly byteLength: number,
    readonly faults: readonly Issue[],
    bytes: Buffer,
    readonly isWhole: boolean,
  ) {
    this.#source = bytes;
    this.#end = bytes.length;
  }

  get bytes(): Buffer {
    if (this.#start === 0 && this.#end === this.#source.length) return this.#source;
    return this.#source.subarray(this.#start, this.#end);
  }

  /** Its markup; spares the view that `bytes` makes. */
  get text(): string {
    return this.#source.toString('utf8', this.#start, this.#end);
  }

  /** Takes its bytes from another place, where the same ones stand. */
  moveTo(source: Buffer, start: number): void {
    this.#end = start + this.#end - this.#start;
    this.#source = source;
    this.#start = start;
  }
}

/** A Reportee: what stands in it before its first item, and its Id. */
export class GroupHead {
  /**
   * @param byteOffset where its bytes stand in the file; -1 when they do not stand there just so
   * @param isIrregular not the plain shape (an Id, then items in order): each of its items is wrapped on its own
   */
  constructor(
    readonly ordinal: number,
    readonly bytes: Buffer,
    readonly byteOffset: number,
    readonly closeTag: Buffer,
    readonly id: string | null,
    readonly idPlace: Place | null,
    readonly isIrregular: boolean,
  ) {}
}

/** A Reportee whose shape must be looked at by itself, once it is closed. */
export interface GroupCheck extends Place {
  readonly ordinal: number;
  readonly items: number;
  /** Null when it holds no item. */
  readonly head: GroupHead | null;
  readonly id: string | null;
  readonly idPlace: Place | null;
  readonly skeleton: Skeleton;
  /** What the gate found in it: then it is not validated. */
  readonly faults: readonly Issue[];
}

/** Buffers for documents, used again when a chunk is done with: fresh ones would pile up faster than they are collected. */
export class BufferPool {
  readonly #free: Buffer[] = [];

  constructor(readonly capacity: number) {}

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.capacity);
  }

  giveBack(buffer: Buffer): void {
    if (buffer.length === this.capacity) this.#free.push(buffer);
  }
}

/** Items that are validated in one call, and stored in one transaction. */
export interface Chunk {
  readonly kind: 'chunk';
  readonly shipment: number;
  /** Null when none of its items came through the gate. */
  readonly document: Buffer | null;
  /** The same document, for a reader of the file. */
  readonly pieces: DocumentPieces | null;
  readonly items: readonly ChunkItem[];
  readonly groupChecks: readonly GroupCheck[];
  /** The envelope's open tags and header fields, and the end tags that close them. */
  readonly wrapper: Buffer;
  readonly closing: Buffer;
  /** To be called when nobody needs the document or an item's bytes any more. */
  release(): void;
  ownerOfLine(line: number): LineOwner;
  /** On which lines of the document the owners begin. */
  readonly ownerLines: readonly number[];
  /** Where in the file the envelope's own line of the document stands. */
  envelopeLine(line: number): number;
  /** The item as a document of its own: the envelope's header fields and its Reportee around it. */
  rawXml(item: Pick<ChunkItem, 'group' | 'bytes' | 'isWhole'>): string;
}

/** Whose line of the document it is; null: the envelope's. */
export type LineOwner = ChunkItem | GroupHead | null;

const NEWLINE = Buffer.from('\n');

/** Gathers items into one document that is valid by the format's own schema when each of the items is. */
export class ChunkBuilder {
  #document: Buffer;
  #length = 0;
  #line = 1;
  #openGroup: GroupHead | null = null;
  #inDocument = 0;
  /** Bytes that are held outside the document. */
  #besides = 0;
  readonly #pieces = new PieceList();
  readonly #lines: number[] = [1];
  readonly #owners: LineOwner[] = [null];
  readonly #items: ChunkItem[] = [];
  readonly #groupChecks: GroupCheck[] = [];

  /**
   * @param wrapper the envelope's open tags and header fields, as they stand in the file
   * @param closing the end tags that close them
   * @param wrapperLine the line in the file of a line of the wrapper
   */
  constructor(
    readonly shipment: number,
    readonly wrapper: Buffer,
    readonly closing: Buffer,
    readonly wrapperLine: (line: number) => number,
    readonly pool: BufferPool,
  ) {
    this.#document = pool.take();
    this.#append(wrapper);
    this.#line += countNewlines(wrapper);
  }

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#groupChecks.length === 0;
  }

  get itemCount(): number {
    return this.#items.length;
  }

  get groupCheckCount(): number {
    return this.#groupChecks.length;
  }

  /** What the chunk holds in memory: its document, and what goes along with it. */
  get byteLength(): number {
    return this.#length + this.#besides;
  }

  get lineCount(): number {
    return this.#line;
  }

  /**
   * Adds an item that came through the gate, or one with faults that only goes along.
   * @param item its bytes need to hold only until this returns
   * @param lines line ends inside the item
   */
  add(item: ChunkItem, lines: number): void {
    this.#items.push(item);
    if (item.faults.length > 0) {
      item.moveTo(Buffer.from(item.bytes), 0);
      this.#besides += item.bytes.length;
      return;
    }
    this.#openGroupFor(item.group);
    this.#beginLine();
    const start = this.#length;
    this.#append(item.bytes, item.byteOffset);
    item.moveTo(this.#document, start);
    item.documentLine = this.#line;
    item.documentStart = start;
    this.#own(item);
    this.#line += lines;
    this.#inDocument++;
  }

  addGroupCheck(check: GroupCheck): void {
    this.#groupChecks.push(check);
    this.#besides += check.skeleton.length;
  }

  build(): Chunk {
    this.#closeGroup();
    this.#append(this.closing);
    const { wrapper, wrapperLine, closing, pool } = this;
    const document = this.#document;
    const lines = this.#lines;
    const owners = this.#owners;
    return {
      kind: 'chunk',
      shipment: this.shipment,
      document: this.#inDocument === 0 ? null : this.#document.subarray(0, this.#length),
      pieces: this.#inDocument === 0 ? null : this.#pieces.build(this.#length),
      items: this.#items,
      groupChecks: this.#groupChecks,
      wrapper,
      closing,
      release: () => pool.giveBack(document),
      ownerLines: lines,
      ownerOfLine: (line) => owners[lastAtOrBefore(lines, line)] ?? null,
      envelopeLine: wrapperLine,
      rawXml: (item) => standalone(wrapper, item, closing),
    };
  }

  #openGroupFor(group: GroupHead | null): void {
    if (group === null) return;
    if (this.#openGroup === group && !group.isIrregular) return;
    this.#closeGroup();
    this.#beginLine();
    this.#own(group);
    this.#append(group.bytes, group.byteOffset);
    this.#line += countNewlines(group.bytes);
    this.#openGroup = group;
  }

  #closeGroup(): void {
    if (this.#openGroup !== null) this.#append(this.#openGroup.closeTag);
    this.#openGroup = null;
  }

  #beginLine(): void {
    this.#pieces.literal(NEWLINE);
    this.#makeRoom(1);
    this.#document[this.#length++] = 0x0a;
    this.#line++;
  }

  #own(owner: LineOwner): void {
    this.#lines.push(this.#line);
    this.#owners.push(owner);
  }

  #append(bytes: Buffer, offset = -1): void {
    if (offset === -1) this.#pieces.literal(bytes);
    else this.#pieces.range(offset, bytes.length);
    this.#makeRoom(bytes.length);
    bytes.copy(this.#document, this.#length);
    this.#length += bytes.length;
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#document.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed + 4096, Math.ceil(this.#document.length * 1.5)));
    this.#document.copy(grown, 0, 0, this.#length);
    this.#document = grown;
  }
}

/** An item as a document of its own; one that was cut short ends where it was cut. */
export function standalone(
  wrapper: Buffer,
  item: Pick<ChunkItem, 'group' | 'bytes' | 'isWhole'>,
  closing: Buffer,
): string {
  const group = item.group;
  const before = [wrapper, NEWLINE, group?.bytes ?? '', item.bytes];
  const after = item.isWhole ? [group?.closeTag ?? '', closing] : [];
  return [...before, ...after].map(String).join('');
}

export function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0x0a) count++;
  return count;
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
