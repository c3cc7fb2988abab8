import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import {
  detectLayout,
  type FileLayout,
  type PartLayout,
  type ShipmentHeader,
  type ShipmentLayout,
} from '../formats/layouts.js';
import {
  BufferPool,
  type Chunk,
  ChunkBuilder,
  ChunkItem,
  countNewlines,
  type GroupCheck,
  GroupHead,
  HUGE_FROM,
  MAX_DOCUMENT_LINES,
} from './chunk.js';
import { Refusal } from './refusal.js';
import { type ScanLimits, Scanner, type TagKind } from './scanner.js';
import { Skeleton } from './skeleton.js';
import { parseItem } from './tree.js';

export interface SplitOptions extends ScanLimits {
  readonly chunkItems: number;
  readonly chunkBytes: number;
}

/** What a file is cut into, in file order. */
export type SplitEvent<P extends PartLayout = ShipmentLayout> =
  | RootFound<P>
  | SenderFound
  | ShipmentStart<P>
  | Chunk
  | ShipmentEnd
  | EnvelopeEnd<P>;

export interface RootFound<P extends PartLayout = ShipmentLayout> {
  readonly kind: 'root';
  /** Undefined: none of those that are looked for; nothing more comes. */
  readonly layout: FileLayout<P> | undefined;
  readonly name: string;
  readonly namespace: string;
  readonly place: Place;
}

/** Of a file that is about to be refused, without a shipment to name its sender. */
export interface SenderFound {
  readonly kind: 'sender';
  readonly systemUserCode: string | null;
}

export interface ShipmentStart<P extends PartLayout = ShipmentLayout> {
  readonly kind: 'shipment';
  readonly index: number;
  readonly layout: P;
  readonly header: ShipmentHeader;
  readonly place: Place;
  /** To be set by whoever takes the event: so many items are counted but not given (Infinity: all). */
  passOver: number;
  /** To be changed by whoever takes the event, when another limit holds for its items. */
  maxItemBytes: number;
}

export interface ShipmentEnd {
  readonly kind: 'shipmentEnd';
  readonly index: number;
  readonly items: number;
}

/** The file has been read to its end and is whole; the envelope must still pass the schema. */
export interface EnvelopeEnd<P extends PartLayout = ShipmentLayout> {
  readonly kind: 'envelope';
  readonly layout: FileLayout<P>;
  readonly skeleton: Skeleton;
}

interface OpenPart<P extends PartLayout> {
  readonly layout: P;
  readonly index: number;
  readonly level: number;
  readonly place: Place;
  readonly closeTag: Buffer;
  readonly head: Skeleton;
  readonly items: readonly Buffer[];
  readonly group: Buffer | null;
  start: ShipmentStart<P> | null;
  wrapper: Buffer;
  ordinal: number;
  groups: number;
  chunk: ChunkBuilder | null;
}

/** A Reportee while it is read. As long as it is plain, only what stands before its first item is kept of it. */
class OpenGroup implements Place {
  head: GroupHead | null = null;
  /** From where on it is not plain: all of it outside its items. */
  skeleton: Skeleton | null = null;
  readonly faults: Issue[] = [];
  idPlace: Place | null = null;
  id: string | null = null;
  /** Where the text of the Id begins, counted from the Reportee's start; -1 outside the Id. */
  idFrom = -1;
  children = 0;
  items = 0;
  /** The qualified name of the last item of each kind; the index is the kind. */
  readonly itemNames: string[] = [];

  constructor(
    readonly ordinal: number,
    readonly line: number,
    readonly position: number,
    readonly closeTag: Buffer,
  ) {}

  get isIrregular(): boolean {
    return this.skeleton !== null;
  }
}

const ID = Buffer.from('Id');

/**
 * Cuts a file into its envelope and its items, a chunk of items at a time, in memory that does not grow with the file.
 * @param blocks valid UTF-8, cut anywhere
 * @param firstOffset file offset of the first block
 * @throws Refusal when the file must be refused whole: not well-formed, or a gate fault in its envelope
 */
export function splitFile(
  blocks: Iterator<Buffer>,
  options: SplitOptions,
  firstOffset: number,
): Generator<SplitEvent, void>;
/** @param detect the layout of a root element; unless told, one of the four formats */
export function splitFile<P extends PartLayout>(
  blocks: Iterator<Buffer>,
  options: SplitOptions,
  firstOffset: number,
  detect: Detect<P>,
): Generator<SplitEvent<P>, void>;
export function splitFile(
  blocks: Iterator<Buffer>,
  options: SplitOptions,
  firstOffset: number,
  detect: Detect<PartLayout> = detectLayout,
): Generator<SplitEvent<PartLayout>, void> {
  return new Splitter(blocks, options, firstOffset, detect).events();
}

type Detect<P extends PartLayout> = (namespace: string, root: string) => FileLayout<P> | undefined;

class Splitter<P extends PartLayout> {
  readonly #scanner: Scanner;
  readonly #options: SplitOptions;
  readonly #pool: BufferPool;
  readonly #envelope = new Skeleton();
  readonly #rootHead = new Skeleton();
  #rootClose = Buffer.alloc(0);
  readonly #detect: Detect<P>;
  #layout: FileLayout<P> | undefined;
  #part: OpenPart<P> | null = null;
  #group: OpenGroup | null = null;
  #shipments = 0;
  /** What the tag read last has brought. */
  #due: SplitEvent<P>[] = [];
  /** By name, since a file has few of them and very many Reportees; a hostile one refuses itself by `maxEnvelopeBytes`. */
  readonly #closeTags = new Map<string, Buffer>();

  constructor(blocks: Iterator<Buffer>, options: SplitOptions, firstOffset: number, detect: Detect<P>) {
    this.#options = options;
    this.#detect = detect;
    this.#pool = new BufferPool(options.chunkBytes + POOL_SLACK_BYTES);
    this.#scanner = new Scanner(blocks, options, firstOffset);
    this.#scanner.onText = () => this.#text();
    this.#scanner.onComment = () => this.#comment();
  }

  /** The only generator: one for each of so many tags would cost more than their reading. */
  *events(): Generator<SplitEvent<P>, void> {
    try {
      yield* this.#read();
    } catch (error) {
      if (error instanceof Refusal) yield* this.#asFarAsRead();
      throw error;
    }
  }

  *#read(): Generator<SplitEvent<P>, void> {
    for (;;) {
      const kind = this.#scanner.nextTag();
      if (kind === 'eof') break;
      if (kind === 'end') {
        this.#endTag();
      } else {
        const level = kind === 'start' ? this.#scanner.depth : this.#scanner.depth + 1;
        if (level === 1) {
          const root = this.#root();
          yield root;
          if (root.layout === undefined) return;
          if (kind === 'empty') this.#closePart();
        } else {
          // Whoever takes it says how many items to pass over, so it must be known before the first is read.
          const part = this.#part;
          if (part?.start === null && this.#isFirstOf(part, level)) {
            const start = this.#startShipment(part);
            yield start;
            this.#scanner.maxItemBytes = start.maxItemBytes;
          }
          this.#startTag(kind, level);
        }
      }
      if (this.#due.length > 0) yield* this.#takeDue();
    }
    if (this.#layout !== undefined) yield { kind: 'envelope', layout: this.#layout, skeleton: this.#envelope };
  }

  /** What the header of a file that is refused tells all the same: its receipt is to say whose file it is. */
  *#asFarAsRead(): Generator<SplitEvent<P>, void> {
    const layout = this.#layout;
    if (layout === undefined) return;
    const part = this.#part;
    if (part !== null && part.start === null) yield this.#startShipment(part);
    if (this.#shipments > 0) return;
    const { root } = parseItem(this.#rootHead.bytes().toString('utf8'), START);
    yield { kind: 'sender', systemUserCode: layout.shipments[0]?.header(root).systemUserCode ?? null };
  }

  #takeDue(): readonly SplitEvent<P>[] {
    const due = this.#due;
    this.#due = [];
    return due;
  }

  #root(): RootFound<P> {
    const scanner = this.#scanner;
    this.#refuseTagFaults();
    const bytes = scanner.tagBytes();
    const qualified = scanner.tagName();
    const { prefix, local } = splitName(qualified);
    const namespace = namespaceOf(bytes.toString('utf8'), prefix);
    const place = scanner.tagPlace();
    this.#layout = this.#detect(namespace, local);
    this.#envelope.startTag(bytes, place.line);
    this.#rootHead.startTag(bytes, place.line);
    this.#rootClose = Buffer.from(`</${qualified}>`);
    const whole = this.#layout?.shipments.find((one) => one.part === null);
    if (whole !== undefined) this.#openPart(whole, 1);
    return { kind: 'root', layout: this.#layout, name: local, namespace, place };
  }

  #startTag(kind: TagKind, level: number): void {
    const part = this.#part;
    const group = this.#group;
    if (part === null) {
      const layout = level === 2 ? this.#partLayout() : undefined;
      this.#otherStartTag();
      if (layout !== undefined) this.#openPart(layout, level);
      if (layout !== undefined && kind === 'empty') this.#closePart();
      return;
    }
    if (this.#isItemLevel(part, level)) {
      const itemKind = this.#itemKind(part);
      if (itemKind !== -1) {
        this.#item(part, kind, itemKind);
        return;
      }
    }
    if (this.#isGroup(part, level)) {
      this.#openGroup(part, kind);
      if (kind === 'empty') this.#closeGroup(part);
      if (this.#isFull(part)) this.#flush(part);
      return;
    }
    if (group !== null) this.#groupChild(group, kind, level === part.level + 2);
    else this.#otherStartTag();
  }

  /** Whether the start tag read last is that of a Reportee or of an item, with which the header ends. */
  #isFirstOf(part: OpenPart<P>, level: number): boolean {
    return this.#isGroup(part, level) || (this.#isItemLevel(part, level) && this.#itemKind(part) !== -1);
  }

  #isItemLevel(part: OpenPart<P>, level: number): boolean {
    return part.group === null ? level === part.level + 1 : this.#group !== null && level === part.level + 2;
  }

  /** Which kind of item the start tag read last is of; -1: none. */
  #itemKind({ items }: OpenPart<P>): number {
    for (let kind = 0; kind < items.length; kind++) if (this.#scanner.tagIs(items[kind] as Buffer)) return kind;
    return -1;
  }

  #isGroup(part: OpenPart<P>, level: number): boolean {
    return this.#group === null && part.group !== null && level === part.level + 1 && this.#scanner.tagIs(part.group);
  }

  #endTag(): void {
    const level = this.#scanner.depth + 1;
    const part = this.#part;
    if (part !== null && this.#group !== null) {
      this.#endTagInGroup(this.#group);
      if (level !== part.level + 1) return;
      this.#closeGroup(part);
      if (this.#isFull(part)) this.#flush(part);
      return;
    }
    const bytes = this.#scanner.tagBytes();
    this.#envelope.endTag(bytes);
    if (part !== null && level === part.level) this.#closePart();
    else if (part === null) this.#rootHead.endTag(bytes);
    else if (part.start === null) part.head.endTag(bytes);
  }

  #partLayout(): P | undefined {
    return this.#layout?.shipments.find((one) => one.part !== null && this.#scanner.tagIs(Buffer.from(one.part)));
  }

  #openPart(layout: P, level: number): void {
    const isRoot = level === 1;
    const head = new Skeleton();
    if (!isRoot) head.startTag(this.#scanner.tagBytes(), this.#scanner.tagLine);
    this.#part = {
      layout,
      index: this.#shipments++,
      level,
      place: this.#scanner.tagPlace(),
      closeTag: isRoot ? Buffer.alloc(0) : Buffer.from(`</${this.#scanner.tagName()}>`),
      head,
      items: layout.items.map((name) => Buffer.from(name)),
      group: layout.group === null ? null : Buffer.from(layout.group),
      start: null,
      wrapper: Buffer.alloc(0),
      ordinal: 0,
      groups: 0,
      chunk: null,
    };
  }

  /** The header is complete: the first Reportee or item has come, or the part's end. */
  #startShipment(part: OpenPart<P>): ShipmentStart<P> {
    part.wrapper = Buffer.concat([this.#rootHead.bytes(), NEWLINE, part.head.bytes()]);
    const root = parseItem(part.wrapper.toString('utf8'), part.place).root;
    part.start = {
      kind: 'shipment',
      index: part.index,
      layout: part.layout,
      header: part.layout.header(root),
      place: part.place,
      passOver: 0,
      maxItemBytes: this.#options.maxItemBytes,
    };
    return part.start;
  }

  #closePart(): void {
    const part = this.#part;
    if (part === null) return;
    if (part.start === null) this.#due.push(this.#startShipment(part));
    this.#flush(part);
    this.#part = null;
    this.#scanner.maxItemBytes = this.#options.maxItemBytes;
    this.#due.push({ kind: 'shipmentEnd', index: part.index, items: part.ordinal });
  }

  #item(part: OpenPart<P>, kind: TagKind, itemKind: number): void {
    const scanner = this.#scanner;
    const group = this.#group;
    const ordinal = ++part.ordinal;
    const place = scanner.tagPlace();
    const byteOffset = scanner.tagOffset;
    if (group === null) {
      this.#envelope.placeholder(scanner.tagName(), place.line);
      this.#limitEnvelope(this.#envelope, place);
    } else this.#itemOfGroup(group, itemKind, place.line);
    const faults: Issue[] = scanner.tagFaults.length === 0 ? [] : [...scanner.tagFaults];
    const whole = kind === 'empty' ? scanner.emptyElement() : scanner.skipElement(faults);
    if (ordinal <= (part.start?.passOver ?? 0)) return;
    const byteLength = kind === 'empty' && whole !== null ? whole.length : scanner.itemLength;
    if (whole === null) faults.push(this.#tooLarge(byteLength, place));
    const groupFault = group?.faults[0];
    if (groupFault !== undefined) faults.unshift(groupFault);
    const bytes = whole ?? scanner.keptOfOversized ?? Buffer.alloc(0);
    const { line, position } = place;
    const head = group === null ? null : group.head;
    const isWhole = whole !== null;
    const item = new ChunkItem(ordinal, head, line, position, byteOffset, byteLength, faults, bytes, isWhole);
    const lines = scanner.line - line;
    if (faults.length === 0 && !this.#fits(part, bytes.length, lines)) this.#flush(part);
    this.#chunkOf(part).add(item, lines);
    if (this.#isFull(part)) this.#flush(part);
  }

  #tooLarge(byteLength: number, place: Place): Issue {
    const limit = this.#scanner.maxItemBytes;
    return issue(
      IssueCode.GeneralError,
      'Error',
      `The item is ${byteLength} bytes large; at most ${limit} bytes are accepted (setting maxItemBytes). Send smaller attachments.`,
      place,
    );
  }

  #openGroup(part: OpenPart<P>, kind: TagKind): void {
    const scanner = this.#scanner;
    const { line, position } = scanner.tagPlace();
    const name = scanner.tagName();
    this.#envelope.placeholder(name, line);
    this.#limitEnvelope(this.#envelope, { line, position });
    const group = new OpenGroup(++part.groups, line, position, this.#closeTag(name));
    this.#group = group;
    scanner.tolerated = group.faults;
    group.faults.push(...scanner.tagFaults);
    if (scanner.tagHasAttributes || kind === 'empty') {
      group.skeleton = new Skeleton();
      group.skeleton.startTag(scanner.tagBytes(), line);
    } else {
      scanner.hold();
    }
  }

  #closeTag(name: string): Buffer {
    let tag = this.#closeTags.get(name);
    if (tag === undefined) {
      tag = Buffer.from(`</${name}>`);
      this.#closeTags.set(name, tag);
    }
    return tag;
  }

  #groupChild(group: OpenGroup, kind: TagKind, isDirect: boolean): void {
    const scanner = this.#scanner;
    if (scanner.tagFaults.length > 0) group.faults.push(...scanner.tagFaults);
    const isId = isDirect && scanner.tagIs(ID);
    if (isDirect) group.children++;
    if (!isId || group.children > 1 || group.items > 0 || scanner.tagHasAttributes) this.#makeIrregular(group);
    if (isId && group.idPlace === null) {
      group.idPlace = scanner.tagPlace();
      if (kind === 'start' && !group.isIrregular) group.idFrom = scanner.heldLength + scanner.tagLength;
    }
    this.#add(group, (skeleton) => skeleton.startTag(scanner.tagBytes(), scanner.tagLine));
  }

  #endTagInGroup(group: OpenGroup): void {
    const scanner = this.#scanner;
    if (group.idFrom !== -1 && group.id === null && !group.isIrregular) {
      const text = scanner.heldText(group.idFrom);
      group.id = PLAIN_TEXT.test(text) ? text : parseItem(`<Id>${text}</Id>`, group).root.text;
    }
    group.idFrom = -1;
    this.#add(group, (skeleton) => skeleton.endTag(scanner.tagBytes()));
  }

  #itemOfGroup(group: OpenGroup, itemKind: number, line: number): void {
    const name = this.#scanner.tagName();
    if (group.children === 0 || itemKind < group.itemNames.length - 1) this.#makeIrregular(group);
    group.itemNames[itemKind] = name;
    if (group.head === null || group.head.isIrregular !== group.isIrregular) this.#makeHead(group);
    this.#add(group, (skeleton) => skeleton.placeholder(name, line));
    group.items++;
  }

  /** From here on all of it outside its items is kept, for a look at its shape when it is closed. */
  #makeIrregular(group: OpenGroup): void {
    if (group.skeleton !== null) return;
    const skeleton = new Skeleton();
    skeleton.startTag(group.head?.bytes ?? this.#scanner.heldBytes(), group.line);
    for (const name of group.itemNames) if (name !== undefined) skeleton.placeholder(name, group.line);
    group.skeleton = skeleton;
    group.idFrom = -1;
    this.#scanner.letGo();
  }

  #add(group: OpenGroup, put: (skeleton: Skeleton) => void): void {
    if (group.skeleton !== null && this.#hasRoom(group, group.skeleton.length)) put(group.skeleton);
    else if (group.skeleton === null && group.head === null) this.#hasRoom(group, this.#scanner.heldLength);
  }

  #makeHead(group: OpenGroup): void {
    const known = group.head?.bytes ?? group.skeleton?.bytes();
    const bytes = known ?? this.#scanner.heldBytes();
    const offset = known === undefined ? this.#scanner.heldOffset : (group.head?.byteOffset ?? -1);
    if (group.head === null) this.#readId(group, bytes);
    group.head = new GroupHead(
      group.ordinal,
      bytes,
      offset,
      group.closeTag,
      group.id,
      group.idPlace,
      group.isIrregular,
    );
    this.#scanner.letGo();
  }

  #readId(group: OpenGroup, head: Buffer): void {
    group.id ??= parseItem(head.toString('utf8'), group).root.children.find(({ name }) => name === 'Id')?.text ?? null;
  }

  #closeGroup(part: OpenPart<P>): void {
    const group = this.#group;
    if (group === null) return;
    if (group.items === 0 && group.skeleton === null) {
      this.#makeIrregular(group);
      this.#add(group, (skeleton) => skeleton.endTag(group.closeTag));
    }
    this.#group = null;
    this.#scanner.tolerated = null;
    this.#scanner.letGo();
    const isPlain = !group.isIrregular && group.faults.length === 0;
    if (isPlain || part.start?.passOver === Number.POSITIVE_INFINITY) return;
    this.#chunkOf(part).addGroupCheck(this.#groupCheck(group));
  }

  #groupCheck(group: OpenGroup): GroupCheck {
    const { ordinal, items, head, idPlace, faults, line, position } = group;
    const skeleton = group.skeleton ?? new Skeleton();
    this.#readId(group, skeleton.bytes());
    return { ordinal, items, head, id: group.id, idPlace, skeleton, faults, line, position };
  }

  #text(): void {
    const group = this.#group;
    if (group !== null) {
      if (group.idFrom !== -1) return;
      this.#makeIrregular(group);
      const bytes = this.#scanner.textBytes();
      this.#add(group, (skeleton) => skeleton.text(bytes, this.#lineOfText(bytes)));
      return;
    }
    const bytes = this.#scanner.textBytes();
    const line = this.#lineOfText(bytes);
    this.#envelope.text(bytes, line);
    if (this.#part === null) this.#rootHead.text(bytes, line);
    else if (this.#part.start === null) this.#part.head.text(bytes, line);
    if (this.#envelope.length > this.#options.maxEnvelopeBytes) {
      this.#limitEnvelope(this.#envelope, this.#scanner.place());
    }
  }

  /** Where the text begins that has just been read. */
  #lineOfText(bytes: Buffer): number {
    const text = bytes.subarray(bytes.findIndex((byte) => byte > SPACE));
    return this.#scanner.line - countNewlines(text);
  }

  /** A comment may be of any length, so what stands around it is kept without it. */
  #comment(): void {
    if (this.#group !== null && this.#group.head === null) this.#makeIrregular(this.#group);
  }

  #otherStartTag(): void {
    const scanner = this.#scanner;
    this.#refuseTagFaults();
    const bytes = scanner.tagBytes();
    this.#envelope.startTag(bytes, scanner.tagLine);
    this.#limitEnvelope(this.#envelope, scanner.tagPlace());
    if (this.#part === null) {
      if (this.#partLayout() === undefined || scanner.depth > 2) this.#rootHead.startTag(bytes, scanner.tagLine);
    } else if (this.#part.start === null) this.#part.head.startTag(bytes, scanner.tagLine);
  }

  #refuseTagFaults(): void {
    const [first, ...more] = this.#scanner.tagFaults;
    if (first !== undefined) throw new Refusal([first, ...more]);
  }

  #limitEnvelope(skeleton: Skeleton, at: Place): void {
    const limit = this.#options.maxEnvelopeBytes;
    if (skeleton.length <= limit) return;
    this.#scanner.refuse(
      `More than ${limit} bytes stand outside the items (setting maxEnvelopeBytes); only the header fields may.`,
      at,
    );
  }

  #hasRoom(group: OpenGroup, length: number): boolean {
    const limit = Math.min(MAX_REPORTEE_BYTES, this.#options.maxEnvelopeBytes);
    if (length <= limit) return true;
    if (group.faults.length === 0) {
      group.faults.push(
        issue(
          IssueCode.GeneralError,
          'Error',
          `More than ${limit} bytes stand in the Reportee outside its items; only its Id may.`,
          group,
        ),
      );
    }
    return false;
  }

  #chunkOf(part: OpenPart<P>): ChunkBuilder {
    part.chunk ??= new ChunkBuilder(
      part.index,
      part.wrapper,
      Buffer.concat([part.closeTag, this.#rootClose]),
      (line) => this.#wrapperLine(part, line),
      this.#pool,
    );
    return part.chunk;
  }

  #wrapperLine(part: OpenPart<P>, line: number): number {
    const rootLines = countNewlines(part.wrapper) - countNewlines(part.head.bytes());
    return line <= rootLines || part.head.length === 0
      ? this.#rootHead.fileLine(line)
      : part.head.fileLine(line - rootLines);
  }

  #fits(part: OpenPart<P>, bytes: number, lines: number): boolean {
    const chunk = part.chunk;
    if (chunk === null || chunk.isEmpty) return true;
    return chunk.byteLength + bytes < HUGE_FROM / 2 && chunk.lineCount + lines < MAX_DOCUMENT_LINES;
  }

  #isFull(part: OpenPart<P>): boolean {
    const chunk = part.chunk;
    if (chunk === null) return false;
    const { chunkItems, chunkBytes } = this.#options;
    return (
      chunk.itemCount >= chunkItems ||
      chunk.byteLength >= chunkBytes ||
      chunk.lineCount >= MAX_DOCUMENT_LINES ||
      chunk.groupCheckCount >= chunkItems
    );
  }

  #flush(part: OpenPart<P>): void {
    const chunk = part.chunk;
    part.chunk = null;
    if (chunk !== null && !chunk.isEmpty) this.#due.push(chunk.build());
  }
}

const NEWLINE = Buffer.from('\n');
const SPACE = 0x20;
const START: Place = { line: 1, position: 1 };
/** Room for the item that makes a chunk full, when it is of an ordinary size. */
const POOL_SLACK_BYTES = 256 * 1024;
/** It is repeated around each item that fails. */
const MAX_REPORTEE_BYTES = 64 * 1024;
const PLAIN_TEXT = /^[^&<\r]*$/;

function splitName(qualified: string): { prefix: string; local: string } {
  const colon = qualified.indexOf(':');
  return colon === -1
    ? { prefix: '', local: qualified }
    : { prefix: qualified.slice(0, colon), local: qualified.slice(colon + 1) };
}

/** The namespace that a start tag itself binds to a prefix ('' = the default one); '' when it binds none. */
function namespaceOf(tag: string, prefix: string): string {
  const wanted = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  for (const [, name, quoted] of tag.matchAll(/\s([^\s=<>/]+)\s*=\s*("[^"]*"|'[^']*')/g)) {
    if (name === wanted && quoted !== undefined) return quoted.slice(1, -1).replaceAll('&amp;', '&');
  }
  return '';
}
