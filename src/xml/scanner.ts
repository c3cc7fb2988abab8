/**
 * The gate: our own pure-JavaScript reader, that every byte passes before the native parser sees it.
 * It tells tags from text, comments, CDATA and processing instructions, checks that tags match, counts lines,
 * and refuses what the native parser must never see (DOCTYPE, entities, absurd depth, names and attribute counts).
 * Full well-formedness and validity stay the native parser's.
 */
import type { Issue, Place } from '../domain/issue.js';
import { IssueCode, issue } from '../domain/issue.js';
import { Refusal } from './refusal.js';

export interface ScanLimits {
  readonly maxDepth: number;
  readonly maxAttributes: number;
  readonly maxNameLength: number;
  readonly maxItemBytes: number;
  /** Of what must be kept at a time outside items. */
  readonly maxEnvelopeBytes: number;
}

export type TagKind = 'start' | 'empty' | 'end' | 'eof';

/** Of a longer name only the length is compared. */
const NAME_BYTES = 1024;
const FIRST_NAMES_BYTES = 1024;
const MAX_KNOWN_NAMES = 12;
const SLACK_BYTES = 64 * 1024;
const LARGE_BUFFER_BYTES = 8 * 1024 * 1024;
const KEPT_OF_OVERSIZED = 64 * 1024;
const MAX_FAULTS_AN_ITEM = 10;
const CDATA_OPEN = Buffer.from('<![CDATA[');
const LT = 0x3c;
const GT = 0x3e;
const AMP = 0x26;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

const PLAIN = 0;
const BLANK = 1;
const LINE_END = 2;
const MARKUP = 3;
const ILLEGAL = 4;
/** What a byte of text means to the scanner; bytes of 0x80 and up are parts of characters, all plain. */
const TEXT_CLASS = new Uint8Array(256);
TEXT_CLASS.fill(ILLEGAL, 0, 32);
TEXT_CLASS[0x09] = BLANK;
TEXT_CLASS[0x0d] = BLANK;
TEXT_CLASS[0x20] = BLANK;
TEXT_CLASS[NEWLINE] = LINE_END;
TEXT_CLASS[LT] = MARKUP;
TEXT_CLASS[AMP] = MARKUP;

/** The same where `<` and `&` mean nothing: in tags, CDATA, comments and instructions. */
const RAW_CLASS = TEXT_CLASS.slice();
RAW_CLASS[LT] = PLAIN;
RAW_CLASS[AMP] = PLAIN;

const TAG_CLOSE = 1;
const BESIDES_NAME = 2;
/** What a byte of a tag means: part of a name (plain), the tag's end, or that there is more in it than a name. */
const NAME_CLASS = new Uint8Array(256);
NAME_CLASS.fill(BESIDES_NAME, 0, 33);
for (const byte of [SLASH, LT, 0x22, 0x27]) NAME_CLASS[byte] = BESIDES_NAME;
NAME_CLASS[GT] = TAG_CLOSE;

/** What a byte counts for as a hexadecimal digit; 16: it is none. */
const DIGITS = new Uint8Array(256).fill(16);
for (const [digit, name] of [...'0123456789abcdef'].entries()) {
  DIGITS[name.charCodeAt(0)] = digit;
  DIGITS[name.toUpperCase().charCodeAt(0)] = digit;
}

export class Scanner {
  readonly #blocks: Iterator<Buffer>;
  readonly #limits: ScanLimits;
  #window: Buffer = Buffer.alloc(0);
  #spare: Buffer = Buffer.alloc(0);
  /** File offset of the window's first byte. */
  #base: number;
  #end = 0;
  #pos = 0;
  /** Window offset from which bytes must be kept over a refill; -1 = nothing is wanted back. */
  #mark = -1;
  /** As the mark, on behalf of the owner: see `hold`. */
  #hold = -1;

  #line = 1;
  /** Window offset from which characters count for the column, and the characters of the line before it. */
  #columnFrom = 0;
  #columnBefore = 0;

  #depth = 0;
  /** The names of the open elements, one behind the other; many scanners are short-lived, so it begins small. */
  #names = Buffer.allocUnsafe(FIRST_NAMES_BYTES);
  readonly #nameStarts: number[] = [];
  readonly #nameLengths: number[] = [];
  readonly #openLines: number[] = [];
  #namesEnd = 0;

  /** Of the tag last returned, in the window. */
  #tagStart = 0;
  #nameStart = 0;
  #nameEnd = 0;
  #tagLine = 1;
  #tagColumn = 1;
  #heldTo = 0;
  #textStart = 0;
  #textEnd = 0;
  #sawAttributes = false;
  /** The first few that were asked for: those of the envelope, of Reportees and of items. */
  readonly #knownNames: { readonly bytes: Buffer; readonly name: string }[] = [];

  /** Where gate faults go: those of the item or tag being read. Null: to `tolerated`, or else they refuse the file. */
  #faults: Issue[] | null = null;
  #tagFaults: Issue[] = [];
  #itemLength = 0;
  #keptOfOversized: Buffer | null = null;
  #rootSeen = false;

  /** Set by the owner while it reads what may fail without refusing the file (a Reportee outside its items). */
  tolerated: Issue[] | null = null;

  /** Called for text and CDATA outside items that is more than white space; `textBytes` has it. Set by the owner. */
  onText: () => void = () => {};

  /** Called before a comment or instruction outside items is passed over. Set by the owner. */
  onComment: () => void = () => {};

  /** At first the limit given; what stands in the file may call for another one. */
  maxItemBytes: number;

  /**
   * @param blocks each needs to hold only until the next is asked for
   * @param firstOffset file offset of the first byte of the first block (3 after a UTF-8 BOM)
   */
  constructor(blocks: Iterator<Buffer>, limits: ScanLimits, firstOffset: number) {
    this.#blocks = blocks;
    this.#limits = limits;
    this.maxItemBytes = limits.maxItemBytes;
    this.#base = firstOffset;
  }

  /**
   * Begins anew with a document that is all there, `bytes` from `start` to `end`: of very many small ones each would
   * cost more to make a scanner for than to read. Offsets count from its first byte.
   */
  restart(bytes: Buffer, start: number, end: number): void {
    this.#window = bytes;
    this.#base = -start;
    this.#pos = start;
    this.#end = end;
    this.#mark = -1;
    this.#hold = -1;
    this.#line = 1;
    this.#columnFrom = start;
    this.#columnBefore = 0;
    this.#depth = 0;
    this.#namesEnd = 0;
    this.#tagFaults = [];
    this.#faults = null;
    this.#rootSeen = false;
  }

  /** Elements open now. */
  get depth(): number {
    return this.#depth;
  }

  /** File offset just behind what has been read. */
  get offset(): number {
    return this.#base + this.#pos;
  }

  get line(): number {
    return this.#line;
  }

  /** Of the tag last returned by `nextTag`. */
  get tagOffset(): number {
    return this.#base + this.#tagStart;
  }

  get tagLine(): number {
    return this.#tagLine;
  }

  /** Whether the tag last returned has attributes, namespace declarations included. */
  get tagHasAttributes(): boolean {
    return this.#sawAttributes;
  }

  /** Bytes of the tag last returned. */
  get tagLength(): number {
    return this.#pos - this.#tagStart;
  }

  /** The tag last returned, from `<` to `>`. */
  tagBytes(): Buffer {
    return this.#copyOf(this.#tagStart, this.#pos);
  }

  /** The name of the tag last returned, with its prefix. */
  tagName(): string {
    const length = this.#nameEnd - this.#nameStart;
    for (const { bytes, name } of this.#knownNames) {
      if (bytes.length === length && this.#standsAt(bytes, this.#nameStart)) return name;
    }
    const bytes = this.#copyOf(this.#nameStart, this.#nameEnd);
    const name = bytes.toString('utf8');
    if (this.#knownNames.length < MAX_KNOWN_NAMES && length <= NAME_BYTES) this.#knownNames.push({ bytes, name });
    return name;
  }

  /** Whether the tag last returned has this local name, given in UTF-8. */
  tagIs(localName: Buffer): boolean {
    const start = this.#nameEnd - localName.length;
    if (start < this.#nameStart) return false;
    if (start > this.#nameStart && this.#window[start - 1] !== 0x3a) return false;
    return this.#standsAt(localName, start);
  }

  /** Gate faults of the start tag last returned by `nextTag`: its owner decides whether they fail an item or the file. */
  get tagFaults(): readonly Issue[] {
    return this.#tagFaults;
  }

  /** Where the tag last returned by `nextTag` stands. */
  tagPlace(): Place {
    return { line: this.#tagLine, position: this.#tagColumn };
  }

  /** The text or CDATA that `onText` is called for, as it stands. */
  textBytes(): Buffer {
    return this.#copyOf(this.#textStart, this.#textEnd);
  }

  /** Keeps what is read from the tag last returned on, for `heldBytes`, until `letGo`. */
  hold(): void {
    this.#hold = this.#tagStart;
  }

  letGo(): void {
    this.#hold = -1;
  }

  /** Bytes from the tag that is held to before the tag last returned, or the text that `onText` is called for. */
  get heldLength(): number {
    return this.#heldTo - this.#hold;
  }

  /** File offset of the first byte that is held. */
  get heldOffset(): number {
    return this.#base + this.#hold;
  }

  heldBytes(): Buffer {
    return this.#copyOf(this.#hold, this.#heldTo);
  }

  /** What is held of it, from so many bytes into it, to before the tag last returned. */
  heldText(from: number): string {
    return this.#window.toString('utf8', this.#hold + from, this.#heldTo);
  }

  /** Reads up to the next tag outside items. @throws Refusal for whatever stands in the way */
  nextTag(): TagKind {
    let blank = true;
    this.#mark = -1;
    for (;;) {
      // White space stays with the text behind it, wherever a block ends; how much of it there may be has a limit.
      if (!blank || this.#mark === -1 || this.#pos - this.#mark > SLACK_BYTES) this.#mark = this.#pos;
      if (this.#pos >= this.#end && !this.#refillKeeping(this.#pos)) return this.#atEnd();
      if (this.#depth === 0) this.#skipBlankOutside();
      else blank = this.#skipText() && blank;
      if (this.#pos > this.#mark && !blank) this.#giveText(this.#mark, this.#pos);
      if (this.#pos >= this.#end || this.#window[this.#pos] !== LT) continue;
      this.#mark = -1;
      const kind = this.#markup();
      if (kind !== null) return kind;
    }
  }

  /**
   * Reads on to the end tag of the element whose start tag was returned last, and gives its bytes: a view that holds
   * until the next call, or null when it was over `maxItemBytes` (`keptOfOversized` then has its first 64 KiB).
   * Gate faults inside are collected in `faults`, not thrown.
   */
  skipElement(faults: Issue[]): Buffer | null {
    const level = this.#depth;
    this.#mark = this.#tagStart;
    this.#faults = faults;
    this.#itemLength = this.#pos - this.#tagStart;
    this.#keptOfOversized = null;
    const startOffset = this.tagOffset;
    while (this.#depth >= level) {
      if (this.#pos >= this.#end && !this.#refillKeeping(this.#pos)) throw this.#cutShort();
      this.#skipText();
      if (this.#pos < this.#end && this.#window[this.#pos] === LT) this.#markup();
    }
    this.#faults = null;
    return this.#elementBytes(startOffset);
  }

  /** The bytes of an element that was one empty tag, `<a/>`. */
  emptyElement(): Buffer {
    return this.#window.subarray(this.#tagStart, this.#pos);
  }

  get keptOfOversized(): Buffer | null {
    return this.#keptOfOversized;
  }

  /** Bytes of the element that `skipElement` read last. */
  get itemLength(): number {
    return this.#itemLength;
  }

  /** The place just behind what has been read. */
  place(): Place {
    return { line: this.#line, position: this.#columnAt(this.#pos) };
  }

  refuse(message: string, at: Place): never {
    throw new Refusal([issue(IssueCode.GeneralError, 'Error', message, at)], !this.#rootSeen);
  }

  #elementBytes(startOffset: number): Buffer | null {
    this.#itemLength = this.offset - startOffset;
    const start = this.#mark;
    this.#mark = -1;
    if (this.#keptOfOversized !== null) return null;
    if (this.#itemLength <= this.maxItemBytes) return this.#window.subarray(start, this.#pos);
    this.#keepFirstOf(start);
    return null;
  }

  /** Spares the view in between that Buffer.from would need. */
  #copyOf(start: number, end: number): Buffer {
    const bytes = Buffer.allocUnsafe(end - start);
    this.#window.copy(bytes, 0, start, end);
    return bytes;
  }

  #keepFirstOf(start: number): void {
    this.#keptOfOversized = Buffer.from(this.#window.subarray(start, Math.min(start + KEPT_OF_OVERSIZED, this.#end)));
  }

  /** Before and after the root element nothing but white space may stand between the markup. */
  #skipBlankOutside(): void {
    for (; this.#pos < this.#end; this.#pos++) {
      const byte = this.#window[this.#pos] as number;
      const kind = TEXT_CLASS[byte];
      if (byte === LT) return;
      if (kind === LINE_END) {
        this.#line++;
        this.#columnFrom = this.#pos + 1;
        this.#columnBefore = 0;
      } else if (kind === ILLEGAL && this.#rootSeen) {
        this.#illegalCharacter(byte, this.#pos);
      } else if (kind !== BLANK) {
        this.#textOutside();
      }
    }
  }

  #textOutside(): never {
    const message = this.#rootSeen
      ? 'The file is not well-formed XML: text stands outside the root element.'
      : 'The file is not XML: something else stands where its root element should begin.';
    this.refuse(message, this.place());
  }

  /** Passes over text to the next markup or the window's end; tells whether it was all white space. */
  #skipText(): boolean {
    const window = this.#window;
    const end = this.#end;
    let at = this.#pos;
    let blank = true;
    for (; at < end; at++) {
      const kind = TEXT_CLASS[window[at] as number];
      if (kind === PLAIN) {
        blank = false;
        at = endOfPlain(TEXT_CLASS, window, at + 1, end) - 1;
      } else if (kind === LINE_END) {
        this.#line++;
        this.#columnFrom = at + 1;
        this.#columnBefore = 0;
      } else if (kind === MARKUP) {
        if (window[at] === LT) break;
        blank = false;
        this.#pos = at;
        const next = this.#reference(at, end);
        if (next === -1) return blank;
        at = next;
      } else if (kind === ILLEGAL) {
        this.#pos = at;
        this.#illegalCharacter(window[at] as number, at);
      }
    }
    this.#pos = at;
    return blank;
  }

  /** Checks the reference whose `&` stands at `at`; gives the offset of its `;`, or -1 after a refill moved the window. */
  #reference(at: number, end: number): number {
    const window = this.#window;
    const limit = Math.min(end, at + this.#limits.maxNameLength + 2);
    for (let i = at + 1; i < limit; i++) {
      const byte = window[i] as number;
      if (byte === 0x3b /* ; */) {
        this.#checkReference(at, i);
        return i;
      }
      if (isReferenceEnd(byte)) this.#bareAmpersand(at);
    }
    if (limit < end) {
      this.#longName(at);
      return limit - 1;
    }
    if (this.#refillKeeping(at)) return -1;
    throw this.#cutShort();
  }

  /** @param end offset of its `;` */
  #checkReference(at: number, end: number): void {
    if (this.#window[at + 1] === 0x23 /* # */) {
      if (!isXmlCharacter(characterNumber(this.#window, at + 2, end))) this.#illegalNumber(at, end);
      return;
    }
    const name = this.#window.toString('utf8', at + 1, end);
    if (name === 'lt' || name === 'gt' || name === 'amp' || name === 'quot' || name === 'apos') return;
    if (name === '') this.#bareAmpersand(at);
    const shown = name.length > 40 ? `${name.slice(0, 40)}...` : name;
    this.#fault(
      `The entity reference &${shown}; is not accepted. Only &lt; &gt; &amp; &quot; &apos; and character numbers such as &#229; are: write the character itself.`,
      at,
    );
  }

  #illegalNumber(at: number, end: number): never {
    const shown = this.#window.toString('utf8', at, Math.min(end + 1, at + 40));
    const message = `The file is not well-formed XML: ${shown} is the number of no character that XML allows. Remove it.`;
    this.refuse(message, this.#placeAt(at));
  }

  #bareAmpersand(at: number): never {
    this.refuse('The file is not well-formed XML: a bare & must be written &amp;.', this.#placeAt(at));
  }

  #illegalCharacter(byte: number, at: number): never {
    const code = byte.toString(16).toUpperCase().padStart(4, '0');
    this.refuse(
      `The file is not well-formed XML: the control character U+${code} is not allowed in XML. Remove it.`,
      this.#placeAt(at),
    );
  }

  /** Reads the markup at `pos`, which stands on `<`. Null: not a tag, or a tag inside an item; read on. */
  #markup(): TagKind | null {
    if (this.#pos + 1 >= this.#end && !this.#refillKeeping(this.#pos)) throw this.#cutShort();
    const mark = this.#window[this.#pos + 1];
    if (mark === SLASH) return this.#endTag();
    if (mark === 0x21 /* ! */) return this.#declaration();
    if (mark === 0x3f /* ? */) return this.#instruction();
    return this.#startTag();
  }

  #startTag(): TagKind {
    const bareEnd = this.#endOfBareTag(this.#pos + 1);
    const isBare = bareEnd !== -1;
    const end = isBare ? bareEnd : this.#findTagEnd();
    const window = this.#window;
    const start = this.#pos;
    const nameEnd = isBare ? end : endOfName(window, start + 1, end);
    if (nameEnd === start + 1) {
      this.refuse('The file is not well-formed XML: < must be followed by a name, or be written &lt;.', this.place());
    }
    this.#tagStart = start;
    this.#heldTo = start;
    this.#nameStart = start + 1;
    this.#nameEnd = nameEnd;
    this.#tagLine = this.#line;
    const empty = window[end - 1] === SLASH;
    const outside = this.#faults === null;
    if (outside) this.#beginOutside(start);
    this.#sawAttributes = false;
    if (nameEnd - start - 1 > this.#limits.maxNameLength) this.#longName(start);
    if (nameEnd < (empty ? end - 1 : end)) this.#checkAttributes(nameEnd, end);
    if (this.#depth >= this.#limits.maxDepth) this.#tooDeep(start);
    if (!empty) this.#push();
    if (outside) this.#faults = null;
    if (isBare) this.#pos = end + 1;
    else this.#passOver(end + 1);
    return empty ? 'empty' : 'start';
  }

  /** Most tags are a name and nothing else. Offset of the `>` of such a one; -1 when there is more, or no end in sight. */
  #endOfBareTag(nameStart: number): number {
    const window = this.#window;
    const end = this.#end;
    for (let at = nameStart; at < end; at++) {
      const kind = NAME_CLASS[window[at] as number];
      if (kind !== PLAIN) return kind === TAG_CLOSE && at > nameStart ? at : -1;
    }
    return -1;
  }

  #beginOutside(start: number): void {
    this.#tagColumn = this.#columnAt(start);
    if (this.#depth === 0) this.#checkSingleRoot();
    if (this.#tagFaults.length > 0) this.#tagFaults = [];
    this.#faults = this.#tagFaults;
  }

  #checkSingleRoot(): void {
    if (this.#rootSeen) {
      this.refuse(
        'The file is not well-formed XML: there is a second root element. One file holds one document.',
        this.tagPlace(),
      );
    }
    this.#rootSeen = true;
  }

  #push(): void {
    const depth = this.#depth++;
    if (depth >= this.#limits.maxDepth) return;
    const length = this.#nameEnd - this.#nameStart;
    this.#nameStarts[depth] = this.#namesEnd;
    this.#nameLengths[depth] = length;
    this.#openLines[depth] = this.#tagLine;
    if (length > NAME_BYTES) return;
    if (this.#namesEnd + length > this.#names.length)
      this.#names = Buffer.concat([this.#names], 2 * this.#names.length + length);
    const names = this.#names;
    const window = this.#window;
    let to = this.#namesEnd;
    for (let from = this.#nameStart; from < this.#nameEnd; from++) names[to++] = window[from] as number;
    this.#namesEnd = to;
  }

  #endTag(): TagKind {
    const start = this.#pos;
    const expectedEnd = this.#endOfExpectedName(start + 2);
    if (expectedEnd !== -1) {
      this.#beginEndTag(start, expectedEnd);
      const depth = --this.#depth;
      this.#namesEnd = this.#nameStarts[depth] as number;
      this.#pos = expectedEnd + 1;
      return 'end';
    }
    const end = this.#findTagEnd();
    const window = this.#window;
    let nameEnd = end;
    while ((window[nameEnd - 1] as number) <= 0x20) nameEnd--;
    this.#beginEndTag(this.#pos, nameEnd);
    this.#pop();
    this.#passOver(end + 1);
    return 'end';
  }

  /** Where the name of the innermost open element ends, if just that and a `>` stand at `nameStart`; else -1. */
  #endOfExpectedName(nameStart: number): number {
    const depth = this.#depth - 1;
    if (depth < 0 || depth >= this.#limits.maxDepth) return -1;
    const length = this.#nameLengths[depth] as number;
    const nameEnd = nameStart + length;
    if (length > NAME_BYTES || nameEnd >= this.#end) return -1;
    const names = this.#names;
    const window = this.#window;
    const open = this.#nameStarts[depth] as number;
    for (let i = 0; i < length; i++) if (names[open + i] !== window[nameStart + i]) return -1;
    return window[nameEnd] === GT ? nameEnd : -1;
  }

  #beginEndTag(start: number, nameEnd: number): void {
    this.#tagStart = start;
    this.#heldTo = start;
    this.#nameStart = start + 2;
    this.#nameEnd = nameEnd;
    this.#tagLine = this.#line;
    if (this.#faults === null) this.#tagColumn = this.#columnAt(start);
  }

  #pop(): void {
    if (this.#depth === 0) {
      this.refuse(`The file is not well-formed XML: </${this.#shownName()}> closes nothing.`, this.place());
    }
    const depth = --this.#depth;
    if (depth >= this.#limits.maxDepth) return;
    const length = this.#nameLengths[depth] as number;
    const start = this.#nameStarts[depth] as number;
    if (length <= NAME_BYTES) this.#namesEnd = start;
    if (length !== this.#nameEnd - this.#nameStart) this.#mismatch(depth);
    if (length > NAME_BYTES) return;
    const names = this.#names;
    const window = this.#window;
    for (let i = 0, from = this.#nameStart; i < length; i++, from++) {
      if (names[start + i] !== window[from]) this.#mismatch(depth);
    }
  }

  #mismatch(depth: number): never {
    const line = this.#openLines[depth] as number;
    const open = this.#openName(depth);
    this.refuse(
      `The file is not well-formed XML: </${this.#shownName()}> stands where <${open}> of line ${line} must be closed first.`,
      this.#placeAt(this.#tagStart),
    );
  }

  #openName(depth: number): string {
    const length = this.#nameLengths[depth] as number;
    if (length > NAME_BYTES) return '(a name too long to show)';
    const start = this.#nameStarts[depth] as number;
    return this.#names.toString('utf8', start, start + length);
  }

  #shownName(): string {
    return this.#window.toString('utf8', this.#nameStart, Math.min(this.#nameEnd, this.#nameStart + 100));
  }

  /** Window offset of the `>` that ends the tag at `pos`; refills, each time to twice the size, until it is there. */
  #findTagEnd(): number {
    for (;;) {
      const window = this.#window;
      const end = this.#end;
      let quote = 0;
      for (let at = this.#pos + 1; at < end; at++) {
        const byte = window[at] as number;
        if (quote !== 0) {
          if (byte === quote) quote = 0;
          else if (byte === LT) this.#bareLessThan(at);
        } else if (byte === GT) {
          return at;
        } else if (byte === 0x22 || byte === 0x27) {
          quote = byte;
        } else if (byte === LT) {
          this.refuse('The file is not well-formed XML: a tag is not closed before the next <.', this.place());
        }
      }
      const enough = 2 * (end - this.#pos);
      if (!this.#refillKeeping(this.#pos)) throw this.#cutShort();
      while (this.#end - this.#pos < enough && this.#refillKeeping(this.#pos));
    }
  }

  #bareLessThan(at: number): never {
    const message = 'The file is not well-formed XML: < in an attribute value must be written &lt;.';
    this.refuse(message, this.#placeAt(at));
  }

  #checkAttributes(from: number, end: number): void {
    const window = this.#window;
    let attributes = 0;
    let nameLength = 0;
    let quote = 0;
    for (let at = from; at < end; at++) {
      const byte = window[at] as number;
      if (byte === AMP) this.#attributeReference(at, end);
      if (byte < 0x20 && TEXT_CLASS[byte] === ILLEGAL) this.#illegalCharacter(byte, at);
      if (quote !== 0) {
        if (byte === quote) quote = 0;
      } else if (byte === 0x22 || byte === 0x27) {
        quote = byte;
        nameLength = 0;
      } else if (byte === EQUALS) {
        attributes++;
        nameLength = 0;
      } else if (byte <= 0x20) {
        nameLength = 0;
      } else if (++nameLength === this.#limits.maxNameLength + 1) {
        this.#longName(at);
      }
    }
    this.#sawAttributes = attributes > 0;
    if (attributes > this.#limits.maxAttributes) {
      this.#fault(
        `The element <${this.#shownName()}> has ${attributes} attributes; at most ${this.#limits.maxAttributes} are accepted.`,
        this.#tagStart,
      );
    }
  }

  #attributeReference(at: number, end: number): void {
    const window = this.#window;
    for (let i = at + 1; i < end; i++) {
      const byte = window[i] as number;
      if (isReferenceEnd(byte)) this.#bareAmpersand(at);
      const isTooLong = i - at > this.#limits.maxNameLength + 1;
      if (isTooLong) this.#longName(at);
      else if (byte === 0x3b /* ; */) this.#checkReference(at, i);
      else continue;
      return;
    }
    this.#bareAmpersand(at);
  }

  #longName(at: number): void {
    this.#fault(`A name of more than ${this.#limits.maxNameLength} characters; no format has such a name.`, at);
  }

  #tooDeep(at: number): void {
    if (this.#depth > this.#limits.maxDepth) return;
    this.#fault(`Elements nest more than ${this.#limits.maxDepth} deep; no format needs that.`, at);
  }

  /** CDATA, a comment, or what must be refused: DOCTYPE. */
  #declaration(): null {
    while (this.#end - this.#pos < 9 && this.#refillKeeping(this.#pos));
    const at = this.#pos;
    if (this.#standsAt(CDATA_OPEN, at)) {
      this.#cdata();
      return null;
    }
    const opening = this.#window.toString('latin1', at, Math.min(at + 9, this.#end));
    if (opening.startsWith('<!--')) this.#comment();
    else if (opening === '<!DOCTYPE') {
      const message = 'The file has a DOCTYPE. Document types and entities are not accepted: remove the declaration.';
      throw new Refusal([issue(IssueCode.GeneralError, 'Error', message, this.place())]);
    } else if ('<!DOCTYPE'.startsWith(opening) || '<![CDATA['.startsWith(opening)) throw this.#cutShort();
    else this.refuse('The file is not well-formed XML: <! begins neither a comment nor CDATA here.', this.place());
    return null;
  }

  /** Of so few bytes a loop is done before a call has begun. */
  #standsAt(bytes: Buffer, at: number): boolean {
    if (at + bytes.length > this.#end) return false;
    for (let i = 0; i < bytes.length; i++) if (bytes[i] !== this.#window[at + i]) return false;
    return true;
  }

  #comment(): void {
    this.#beginSkipped();
    const opened = this.#placeAt(this.#pos);
    this.#skipPast('--', 4, false);
    if (this.#pos >= this.#end && !this.#refillKeeping(this.#pos)) this.#neverClosed('-->', opened);
    if (this.#window[this.#pos] !== GT) {
      this.refuse('The file is not well-formed XML: -- may not stand inside a comment.', this.place());
    }
    this.#pos++;
  }

  #beginSkipped(): void {
    if (this.#faults !== null) return;
    this.#heldTo = this.#pos;
    this.onComment();
  }

  #cdata(): void {
    if (this.#depth === 0) {
      this.refuse('The file is not well-formed XML: CDATA stands outside the root element.', this.place());
    }
    this.#skipPast(']]>', 9, this.#faults === null);
  }

  #instruction(): null {
    while (this.#end - this.#pos < 6 && this.#refillKeeping(this.#pos));
    const opening = this.#window.toString('latin1', this.#pos, Math.min(this.#pos + 6, this.#end));
    const isDeclaration = /^<\?xml[\s?]/.test(opening);
    if (isDeclaration && (this.#rootSeen || this.#line > 1 || this.#columnAt(this.#pos) > 1)) {
      this.refuse(
        'The file is not well-formed XML: an XML declaration may only be the very first thing in it.',
        this.place(),
      );
    }
    if (this.#rootSeen && /^<\?xml[\s?]/i.test(opening)) {
      this.refuse('The file is not well-formed XML: no instruction may be named xml.', this.place());
    }
    this.#beginSkipped();
    this.#skipPast('?>', 2, false);
    return null;
  }

  /** Passes over a comment, CDATA section or instruction, of any length; `give` hands its bytes to `onText`. */
  #skipPast(close: string, openLength: number, give: boolean): void {
    const opened = this.#placeAt(this.#pos);
    if (give) this.#mark = this.#pos;
    let from = this.#pos + openLength;
    for (;;) {
      const found = from <= this.#end ? this.#window.subarray(0, this.#end).indexOf(close, from, 'latin1') : -1;
      if (found !== -1) {
        const start = give ? this.#mark : 0;
        this.#passOver(found + close.length);
        if (give) this.#giveText(start, this.#pos);
        if (give) this.#mark = -1;
        return;
      }
      const safe = Math.max(this.#pos, this.#end - close.length + 1);
      const pending = from - safe;
      this.#passOver(safe);
      if (!this.#refillKeeping(this.#pos)) this.#neverClosed(close === '--' ? '-->' : close, opened);
      from = this.#pos + Math.max(0, pending);
    }
  }

  #neverClosed(close: string, opened: Place): never {
    this.refuse(`The file is cut short: what begins here is never closed with ${close}.`, opened);
  }

  /** Moves on to `to`, counting the lines on the way. */
  #passOver(to: number): void {
    const window = this.#window;
    for (
      let at = endOfPlain(RAW_CLASS, window, this.#pos, to);
      at < to;
      at = endOfPlain(RAW_CLASS, window, at + 1, to)
    ) {
      const byte = window[at] as number;
      if (byte === NEWLINE) {
        this.#line++;
        this.#columnFrom = at + 1;
        this.#columnBefore = 0;
      } else if (RAW_CLASS[byte] === ILLEGAL) {
        this.#illegalCharacter(byte, at);
      }
    }
    this.#pos = to;
  }

  #giveText(from: number, to: number): void {
    this.#textStart = from;
    this.#textEnd = to;
    this.#heldTo = from;
    this.onText();
  }

  #fault(message: string, at: number): void {
    const faults = this.#faults ?? this.tolerated;
    if (faults === null) this.refuse(message, this.#placeAt(at));
    if (faults.length < MAX_FAULTS_AN_ITEM) {
      faults.push(issue(IssueCode.GeneralError, 'Error', message, this.#placeAt(at)));
    }
  }

  #atEnd(): TagKind {
    if (this.#depth > 0) throw this.#cutShort();
    if (!this.#rootSeen) {
      const isEmpty = this.#window.length === 0;
      const message = isEmpty
        ? 'The file is empty. Send it again, with its contents.'
        : 'The file holds no XML element.';
      this.refuse(message, this.place());
    }
    return 'eof';
  }

  #cutShort(): Refusal {
    const depth = Math.min(this.#depth, this.#limits.maxDepth) - 1;
    const inside =
      depth >= 0 ? ` inside <${this.#openName(depth)}>, opened on line ${this.#openLines[depth]}` : ' inside a tag';
    return new Refusal(
      [
        issue(
          IssueCode.GeneralError,
          'Error',
          `The file is cut short: it ends${inside}. Send the whole file again.`,
          this.#placeAt(this.#end),
        ),
      ],
      !this.#rootSeen,
    );
  }

  /** Adds a block to the window, keeping what is from the mark or `from` on. False at the end of the file. */
  #refillKeeping(from: number): boolean {
    const next = this.#blocks.next();
    if (next.done === true) return false;
    const block = next.value;
    if (this.#faults !== null) this.#dropOversized();
    let keepFrom = this.#mark === -1 ? from : Math.min(this.#mark, from);
    if (this.#hold !== -1 && this.#hold < keepFrom) keepFrom = this.#hold;
    if (this.#columnFrom < keepFrom) this.#columnAt(keepFrom);
    const kept = this.#end - keepFrom;
    this.#limitKept(kept);
    this.#append(block, keepFrom, kept);
    this.#shift(keepFrom);
    return true;
  }

  /** Of an item too large only its beginning is kept; what still must be kept whole is a single tag, or stands outside items. */
  #limitKept(bytes: number): void {
    const isOutside = this.#faults === null && (this.#hold !== -1 || this.#mark !== -1);
    const limit = isOutside ? this.#limits.maxEnvelopeBytes : this.maxItemBytes;
    if (bytes <= limit) return;
    this.refuse(
      isOutside
        ? `More than ${limit} bytes stand outside the items (setting maxEnvelopeBytes); only the header fields may.`
        : `A single tag is more than ${limit} bytes long (setting maxItemBytes). Put the content into elements.`,
      { line: this.#line, position: this.#columnAt(Math.max(this.#pos, this.#columnFrom)) },
    );
  }

  /** Behind what is kept, in place where there is room, else in the other one of two buffers that take turns. */
  #append(block: Buffer, keepFrom: number, kept: number): void {
    const needed = kept + block.length;
    if (keepFrom > 0 || needed > this.#window.length) {
      const next = this.#isFit(this.#spare, needed)
        ? this.#spare
        : Buffer.allocUnsafeSlow(kept > block.length ? 2 * needed : needed + SLACK_BYTES);
      this.#window.copy(next, 0, keepFrom, this.#end);
      this.#spare = this.#window;
      this.#window = next;
    }
    block.copy(this.#window, kept);
    this.#end = needed;
  }

  /** Large enough, and not still there from some huge item long gone. */
  #isFit(buffer: Buffer, needed: number): boolean {
    return buffer.length >= needed && (buffer.length < LARGE_BUFFER_BYTES || needed > buffer.length / 8);
  }

  #shift(by: number): void {
    this.#base += by;
    this.#pos -= by;
    this.#tagStart -= by;
    this.#heldTo -= by;
    this.#nameStart -= by;
    this.#nameEnd -= by;
    this.#columnFrom -= by;
    if (this.#mark !== -1) this.#mark -= by;
    if (this.#hold !== -1) this.#hold -= by;
  }

  #dropOversized(): void {
    if (this.#mark === -1 || this.#end - this.#mark <= this.maxItemBytes) return;
    this.#keepFirstOf(this.#mark);
    this.#mark = -1;
  }

  #placeAt(at: number): Place {
    let line = this.#line;
    let lineStart = -1;
    for (let i = Math.max(this.#pos, this.#columnFrom); i < at; i++) {
      if (this.#window[i] === NEWLINE) {
        line++;
        lineStart = i + 1;
      }
    }
    if (lineStart === -1) return { line, position: this.#columnAt(at) };
    return { line, position: 1 + countCharacters(this.#window, lineStart, at) };
  }

  /** 1-based column of a window offset on the current line; counts each character of a line once, however long. */
  #columnAt(at: number): number {
    if (at > this.#columnFrom) {
      this.#columnBefore += countCharacters(this.#window, this.#columnFrom, at);
      this.#columnFrom = at;
    }
    return this.#columnBefore + 1;
  }
}

/** Whether a reference that has not had its `;` by this byte is none. */
function isReferenceEnd(byte: number): boolean {
  return byte <= 0x20 || byte === LT || byte === AMP || byte === 0x22 || byte === 0x27;
}

/** The number in a character reference, behind its `#`; -1 when there is none. */
function characterNumber(bytes: Buffer, from: number, end: number): number {
  const isHex = bytes[from] === 0x78; /* x */
  let code = 0;
  for (let at = isHex ? from + 1 : from; at < end; at++) {
    const digit = DIGITS[bytes[at] as number] as number;
    if (digit >= (isHex ? 16 : 10)) return -1;
    code = Math.min(code * (isHex ? 16 : 10) + digit, 0x110000);
  }
  return end === (isHex ? from + 1 : from) ? -1 : code;
}

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

/** Offset of the first byte from `at` on that is not plain by that table, or `end`; four at a time, as long as that goes. */
function endOfPlain(classes: Uint8Array, bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (
    at + 4 <= end &&
    ((classes[bytes[at] as number] as number) |
      (classes[bytes[at + 1] as number] as number) |
      (classes[bytes[at + 2] as number] as number) |
      (classes[bytes[at + 3] as number] as number)) ===
      PLAIN
  ) {
    at += 4;
  }
  while (at < end && classes[bytes[at] as number] === PLAIN) at++;
  return at;
}

function endOfName(bytes: Buffer, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] as number) > 0x20 && bytes[at] !== SLASH) at++;
  return at;
}

function countCharacters(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (((bytes[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}
