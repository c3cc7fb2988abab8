import type { Place } from '../domain/issue.js';
import type { XmlElement, XmlItem } from './element.js';
import { fragmentOf } from './fragment.js';

interface Building {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
  start: number;
  innerStart: number;
  innerEnd: number;
  /** Of the name with its prefix, as the end tag has it too. */
  nameLength: number;
}

const NO_ATTRIBUTES: Readonly<Record<string, string>> = Object.freeze({});
const NO_CHILDREN: XmlElement[] = [];
const NOTHING = Buffer.alloc(0);

const LESS_THAN = 60;
const SLASH = 47;
const GREATER_THAN = 62;

/**
 * Reads the markup of one item into a light tree. Well-formedness is not checked here: the gate and the schema have
 * done that; of an item that failed there, or was cut short, it makes what can be made, and never throws.
 * @param at where the item's first character stands in the file
 * @param around the envelope around it, with the elements still open that it stands in
 */
export function parseItem(source: string, at: Place, around: Buffer = NOTHING): XmlItem {
  return new ParsedItem(source, at, around);
}

class ParsedItem implements XmlItem {
  readonly root: XmlElement;
  readonly #source: string;
  readonly #at: Place;
  readonly #around: Buffer;
  /** How far bytes have been counted: elements are asked for in their order, so each step counts on from the last one. */
  #units = 0;
  #bytes = 0;

  constructor(source: string, at: Place, around: Buffer) {
    this.root = parseTree(source);
    this.#source = source;
    this.#at = at;
    this.#around = around;
  }

  placeOf(element: XmlElement): Place {
    return placeAt(this.#source, element.start, this.#at);
  }

  innerBytes({ innerStart, innerEnd }: XmlElement): { start: number; end: number } {
    return { start: this.#bytesTo(innerStart), end: this.#bytesTo(innerEnd) };
  }

  innerXml(element: XmlElement): string {
    return fragmentOf(this.#source, this.root, element, () => openTags(this.#around));
  }

  #bytesTo(units: number): number {
    if (units < this.#units) {
      this.#units = 0;
      this.#bytes = 0;
    }
    this.#bytes += Buffer.byteLength(this.#source.slice(this.#units, units));
    this.#units = units;
    return this.#bytes;
  }
}

/** The start tags of the elements that are not closed in it, from the outside in. */
function openTags(envelope: Buffer): string[] {
  const source = envelope.toString('utf8');
  const tags: string[] = [];
  const isOpen = ({ innerEnd }: XmlElement) => innerEnd === source.length;
  for (let at = [parseTree(source)].find(isOpen); at !== undefined; at = at.children.find(isOpen)) {
    tags.push(source.slice(at.start, at.innerStart));
  }
  return tags;
}

/** The place of the source's character at `offset`, when the first one stands `at`. */
export function placeAt(source: string, offset: number, at: Place): Place {
  let line = at.line;
  let lineStart = 0;
  for (let next = source.indexOf('\n'); next !== -1 && next < offset; next = source.indexOf('\n', next + 1)) {
    line++;
    lineStart = next + 1;
  }
  const before = line === at.line ? at.position : 1;
  return { line, position: before + countCharacters(source, lineStart, offset) };
}

function countCharacters(source: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const unit = source.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

function parseTree(source: string): XmlElement {
  const stack: Building[] = [];
  const top = building('', NO_ATTRIBUTES, 0, 0, 0);
  const hasReferences = source.includes('&');
  const hasReturns = source.includes('\r');
  let open = top;
  let at = 0;
  for (;;) {
    const tag = source.indexOf('<', at);
    if (tag === -1) break;
    const mark = source.charCodeAt(tag + 1);
    if (tag > at && open !== top && !isIndent(source, at, tag, open, mark)) {
      addText(open, source.slice(at, tag), hasReferences, hasReturns);
    }
    if (mark === SLASH) {
      open.innerEnd = tag;
      const expected = tag + 2 + open.nameLength;
      at = source.charCodeAt(expected) === GREATER_THAN ? expected + 1 : endOf(source, '>', tag);
      open = stack.pop() ?? top;
    } else if (mark === 33 /* ! */) {
      if (source.startsWith('<![CDATA[', tag)) {
        at = endOf(source, ']]>', tag + 9);
        const end = at === source.length && !source.endsWith(']]>') ? at : at - 3;
        addText(open, source.slice(tag + 9, end), false, hasReturns);
      } else if (source.startsWith('<!--', tag)) {
        at = endOf(source, '-->', tag + 4);
      } else {
        at = endOf(source, '>', tag);
      }
    } else if (mark === 63 /* ? */) {
      at = endOf(source, '?>', tag);
    } else {
      const nameEnd = endOfName(source, tag + 1);
      const end = source.charCodeAt(nameEnd) === GREATER_THAN ? nameEnd : endOfStartTag(source, tag + 1);
      const element = startElement(source, tag, nameEnd, end);
      if (open.children === NO_CHILDREN) open.children = [];
      open.children.push(element);
      at = end + 1;
      if (source.charCodeAt(end - 1) === SLASH) {
        element.innerEnd = at;
      } else {
        stack.push(open);
        open = element;
      }
    }
  }
  for (const unclosed of [open, ...stack]) if (unclosed !== top) unclosed.innerEnd = source.length;
  return top.children[0] ?? top;
}

function building(
  name: string,
  attributes: Readonly<Record<string, string>>,
  start: number,
  innerStart: number,
  nameLength: number,
): Building {
  return { name, attributes, children: NO_CHILDREN, text: '', start, innerStart, innerEnd: innerStart, nameLength };
}

function endOf(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found + mark.length;
}

/** Offset of the `>` that ends a start tag: one inside a quoted attribute value does not. */
function endOfStartTag(source: string, from: number): number {
  const end = source.indexOf('>', from);
  if (end === -1) return source.length;
  const quote = source.indexOf('=', from);
  if (quote === -1 || quote > end) return end;
  let quoted = 0;
  for (let i = from; i < source.length; i++) {
    const unit = source.charCodeAt(i);
    if (quoted !== 0) {
      if (unit === quoted) quoted = 0;
    } else if (unit === GREATER_THAN) {
      return i;
    } else if (unit === 34 || unit === 39) {
      quoted = unit;
    }
  }
  return source.length;
}

function startElement(source: string, tag: number, nameEnd: number, end: number): Building {
  const attributes = nameEnd < end - 1 ? readAttributes(source, nameEnd, end) : NO_ATTRIBUTES;
  const innerStart = Math.min(end + 1, source.length);
  return building(localName(source, tag + 1, nameEnd), attributes, tag, innerStart, nameEnd - tag - 1);
}

function endOfName(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    const unit = source.charCodeAt(at);
    if (unit <= 32 || unit === SLASH || unit === GREATER_THAN || unit === 61 /* = */ || unit === LESS_THAN) break;
    at++;
  }
  return at;
}

function localName(source: string, from: number, to: number): string {
  const name = source.slice(from, to);
  const colon = name.indexOf(':');
  return colon === -1 ? name : name.slice(colon + 1);
}

function readAttributes(source: string, from: number, end: number): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null);
  let at = from;
  let any = false;
  while (at < end) {
    const equals = source.indexOf('=', at);
    if (equals === -1 || equals >= end) break;
    const name = source.slice(at, equals).trim();
    let open = equals + 1;
    while (open < end && source.charCodeAt(open) <= 32) open++;
    const quote = source.charAt(open);
    if (quote !== '"' && quote !== "'") break;
    const close = source.indexOf(quote, open + 1);
    if (close === -1 || close > end) break;
    at = close + 1;
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    attributes[localName(name, 0, name.length)] = decode(source.slice(open + 1, close).replace(/\r\n|[\r\n\t]/g, ' '));
    any = true;
  }
  return any ? attributes : NO_ATTRIBUTES;
}

/** Whether what stands there is but white space beside the tag of a child: there is much of it, and nobody asks for it. */
function isIndent(source: string, from: number, to: number, open: Building, mark: number): boolean {
  const isChildNext = mark !== SLASH && mark !== 33 /* ! */ && mark !== 63; /* ? */
  if (!isChildNext && open.children === NO_CHILDREN) return false;
  for (let at = from; at < to; at++) if (source.charCodeAt(at) > 32) return false;
  return true;
}

function addText(open: Building, given: string, hasReferences: boolean, hasReturns: boolean): void {
  const text = hasReturns ? normaliseLineEnds(given) : given;
  const decoded = hasReferences ? decode(text) : text;
  open.text = open.text === '' ? decoded : open.text + decoded;
}

function normaliseLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Joined a batch at a time: of a text that is all references, `replace` would hold a hundred times its size. */
function decode(text: string): string {
  if (!text.includes('&')) return text;
  let decoded = '';
  let parts: string[] = [];
  let from = 0;
  for (const { 0: whole, 1: body = '', index } of text.matchAll(/&(#x[0-9a-fA-F]+|#[0-9]+|lt|gt|amp|quot|apos);/g)) {
    parts.push(text.slice(from, index), decodeOne(whole, body));
    from = index + whole.length;
    if (parts.length < DECODED_AT_A_TIME) continue;
    decoded += parts.join('');
    parts = [];
  }
  parts.push(text.slice(from));
  return decoded + parts.join('');
}

const DECODED_AT_A_TIME = 8192;

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeOne(whole: string, body: string): string {
  const named = NAMED[body];
  if (named !== undefined) return named;
  const code = body.startsWith('#x') ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
