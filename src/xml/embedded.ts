/** XML documents that stand inside values (FormData, FormDataXml): many checked in one native call. */
import { pathToFileURL } from 'node:url';
import { ConfigFault } from '../domain/faults.js';
import type { Issue } from '../domain/issue.js';
import { type NativeDocument, NotWellFormed, namespaceFaults, parseNative, validateNative } from './native.js';
import { Refusal } from './refusal.js';
import { type ScanLimits, Scanner } from './scanner.js';
import { loadSchema, targetNamespace } from './schema-set.js';
import { parseItem } from './tree.js';

type Failure = { index: number; message: string };

/** A document as UTF-8: `bytes` from `start` to `end`. Of very many small ones no view each is made. */
export interface Document {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const DECLARATION = /^\uFEFF?\s*(?:<\?xml[\s?][^>]*\?>)?/;
const HUGE_FROM = 8 * 1024 * 1024;
const REMEDY = 'Mend it, or take it out of the service catalogue.';
/** No document in it may happen to use this prefix without declaring it. */
const WRAPPER = '_altinn-batch_';
const CDATA_OPEN = Buffer.from('<![CDATA[');
const CDATA_CLOSE = Buffer.from(']]>');
const LESS_THAN = 0x3c;
const QUESTION_MARK = 0x3f;

/** Checks well-formedness, and validity against the XSD at `schemaFile` when there is one (formats.md section 5, 40012). */
export class EmbeddedChecker {
  readonly #gate: Scanner;
  readonly #wrappers = new Map<string, NativeDocument>();

  constructor(limits: Omit<ScanLimits, 'maxItemBytes' | 'maxEnvelopeBytes'>) {
    const unlimited = { maxItemBytes: Number.MAX_SAFE_INTEGER, maxEnvelopeBytes: Number.MAX_SAFE_INTEGER };
    this.#gate = new Scanner([].values(), { ...limits, ...unlimited }, 0);
  }

  /** @throws ConfigFault when the schema can't be used */
  check(documents: readonly Document[], schemaFile: string | null): Failure[] {
    const failures: Failure[] = [];
    const passed: number[] = [];
    const bodies = documents.map(withoutDeclaration);
    for (let index = 0; index < bodies.length; index++) {
      const refusal = this.#refusalOf(bodies[index] as Document);
      if (refusal === null) passed.push(index);
      else failures.push({ index, message: refusal });
    }
    const wrapper = schemaFile === null ? null : this.#wrapperSchema(schemaFile);
    for (const group of grouped(passed, bodies)) {
      if (findFault(group, bodies, wrapper) === null) continue;
      for (const index of group) {
        const fault = findFault([index], bodies, wrapper);
        if (fault !== null) failures.push({ index, message: fault });
      }
    }
    return failures.sort((a, b) => a.index - b.index);
  }

  #refusalOf({ bytes, start, end }: Document): string | null {
    const faults: Issue[] = [];
    try {
      const gate = this.#gate;
      gate.restart(bytes, start, end);
      const root = gate.nextTag();
      if (gate.tagFaults.length > 0) faults.push(...gate.tagFaults);
      if (root === 'start') gate.skipElement(faults);
      gate.nextTag();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      faults.push(...error.issues);
    }
    const [first] = faults;
    if (first === undefined) return null;
    return `line ${first.line} of it, position ${first.position}: ${ofValue(first.message)}`;
  }

  /** A schema that allows any number of documents valid by the form's XSD under one root, so that one call checks many. */
  #wrapperSchema(schemaFile: string): NativeDocument {
    const known = this.#wrappers.get(schemaFile);
    if (known !== undefined) return known;
    const namespace = targetNamespace(loadSchema(schemaFile, REMEDY));
    const url = escapeAttribute(pathToFileURL(schemaFile).pathname);
    const imported = namespace === undefined ? '' : ` namespace="${escapeAttribute(namespace)}"`;
    const wrapper = parseNative(
      Buffer.from(
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:altinn-batch:documents">` +
          `<xs:import${imported} schemaLocation="${url}"/>` +
          `<xs:element name="documents"><xs:complexType><xs:sequence>` +
          `<xs:any namespace="##any" processContents="strict" minOccurs="0" maxOccurs="unbounded"/>` +
          `</xs:sequence></xs:complexType></xs:element></xs:schema>`,
      ),
      // Not the form's own URL: the native parser would take the import for the schema itself.
      { baseUrl: `${schemaFile}.documents` },
    );
    try {
      parseNative(Buffer.from('<documents xmlns="urn:altinn-batch:documents"/>')).validate(wrapper);
    } catch (error) {
      throw new ConfigFault(`The XSD ${schemaFile} can't be used: it is no valid XML Schema. ${REMEDY}`, {
        cause: error,
      });
    }
    this.#wrappers.set(schemaFile, wrapper);
    return wrapper;
  }
}

/** What the gate says of a file, said of a value in one. */
function ofValue(message: string): string {
  return message
    .replaceAll('The file', 'It')
    .replace(/ (?:Send the whole file again|Send it again, with its contents|One file holds one document)\.$/, '');
}

/** The text of an element, given where in `document` its content stands; mostly that is one CDATA section. */
export function textOf(document: Buffer, innerStart: number, innerEnd: number): Document {
  let start = innerStart;
  let end = innerEnd;
  while (start < end && isSpace(document[start] as number)) start++;
  while (end > start && isSpace(document[end - 1] as number)) end--;
  const textStart = start + CDATA_OPEN.length;
  const textEnd = end - CDATA_CLOSE.length;
  const isCdata = textStart <= textEnd && document.compare(CDATA_OPEN, 0, undefined, start, textStart) === 0;
  if (isCdata && document.indexOf(CDATA_CLOSE, textStart) === textEnd) {
    return { bytes: document, start: textStart, end: textEnd };
  }
  const inner = document.toString('utf8', innerStart, innerEnd);
  const bytes = Buffer.from(parseItem(`<text>${inner}</text>`, { line: 1, position: 1 }).root.text);
  return { bytes, start: 0, end: bytes.length };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Nothing may stand before a document in the one that checks many; what its declaration said of it holds no more. */
function withoutDeclaration(document: Document): Document {
  const { bytes, start, end } = document;
  if (bytes[start] === LESS_THAN && bytes[start + 1] !== QUESTION_MARK) return document;
  const body = Buffer.from(bytes.toString('utf8', start, end).replace(DECLARATION, ''));
  return { bytes: body, start: 0, end: body.length };
}

/** Groups whose documents together stay within what the native parser reads without `huge`. */
function* grouped(indexes: readonly number[], bodies: readonly Document[]): Generator<number[]> {
  let group: number[] = [];
  let length = 0;
  for (const index of indexes) {
    const { start, end } = bodies[index] as Document;
    if (group.length > 0 && length + end - start > HUGE_FROM / 4) {
      yield group;
      group = [];
      length = 0;
    }
    group.push(index);
    length += end - start;
  }
  if (group.length > 0) yield group;
}

const OPEN = Buffer.from(`<${WRAPPER}:documents xmlns:${WRAPPER}="urn:altinn-batch:documents">`);
const CLOSE = Buffer.from(`</${WRAPPER}:documents>`);
const NEWLINE = 0x0a;

function findFault(
  group: readonly number[],
  bodies: readonly Document[],
  wrapper: NativeDocument | null,
): string | null {
  const bytes = joined(group, bodies);
  try {
    // Of a tree that is not validated nothing is needed: what only takes time to build is left out.
    const spared = wrapper === null ? { noblanks: true, nocdata: true } : {};
    const document = parseNative(bytes, { huge: bytes.length > HUGE_FROM, ...spared });
    const [fault] = wrapper === null ? namespaceFaults(document) : validateNative(document, wrapper);
    return fault === undefined ? null : `line ${fault.line} of it: ${ofRoot(fault.message)}`;
  } catch (error) {
    if (error instanceof NotWellFormed) return `line ${error.fault.line} of it: ${error.message}`;
    throw error;
  }
}

/** Of a root element that the schema does not know, libxml2 tells in terms of the wildcard in our wrapper. */
function ofRoot(message: string): string {
  return message.replace(
    /No matching global element declaration available, .*/,
    "The form's XSD declares no such element.",
  );
}

function joined(group: readonly number[], bodies: readonly Document[]): Buffer {
  let length = OPEN.length + CLOSE.length;
  for (const index of group) {
    const { start, end } = bodies[index] as Document;
    length += end - start + 1;
  }
  const all = Buffer.allocUnsafe(length);
  let at = OPEN.copy(all);
  for (const index of group) {
    const { bytes, start, end } = bodies[index] as Document;
    at += bytes.copy(all, at, start, end);
    all[at++] = NEWLINE;
  }
  CLOSE.copy(all, at);
  return all;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
