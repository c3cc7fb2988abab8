/** The only file that touches libxmljs2. Nothing may come here that the gate (scanner.ts) has not passed. */
import libxmljs from 'libxmljs2';
import { quoted } from '../domain/quoted.js';
import type { DocumentFault } from './validator-protocol.js';

export type NativeDocument = libxmljs.Document;
export type NativeElement = libxmljs.Element;

/** The root element; the type declaration knows it as a mere node. */
export function rootElement(document: NativeDocument): NativeElement {
  return document.root() as NativeElement;
}

export interface ParseOptions {
  readonly huge?: boolean;
  readonly baseUrl?: string;
  /** Whether white space between tags is left out of the tree, and CDATA made into plain text. */
  readonly noblanks?: boolean;
  readonly nocdata?: boolean;
}

/** @throws NotWellFormed */
export function parseNative(bytes: Buffer, options: ParseOptions = {}): NativeDocument {
  try {
    // Compact: short texts stand in their nodes. The type declaration knows strings only; the binding takes a Buffer too, and spares a copy as UTF-16.
    return libxmljs.parseXml(bytes as unknown as string, { nonet: true, compact: true, ...options });
  } catch (error) {
    throw new NotWellFormed(toFault(error as NativeError));
  }
}

/** Every fault of the document against the schema. Compiles the schema anew: call it with many items at once. */
export function validateNative(document: NativeDocument, schema: NativeDocument): DocumentFault[] {
  const faults = namespaceFaults(document);
  if (document.validate(schema)) return faults;
  return [...faults, ...(document.validationErrors as unknown as NativeError[]).map(toFault)];
}

/** What the native parser tells but parses over, a prefix that nothing declares, say; the schema's wildcards let it pass. */
export function namespaceFaults(document: NativeDocument): DocumentFault[] {
  if (document.errors.length === 0) return [];
  return (document.errors as unknown as NativeError[])
    .filter(({ domain, code }) => domain === NAMESPACE_DOMAIN && NAMESPACE_ERRORS.has(code ?? 0))
    .map(toFault);
}

const NAMESPACE_DOMAIN = 3;
/** Of libxml2: an empty namespace, an undeclared prefix, no qualified name, one attribute twice. */
const NAMESPACE_ERRORS: ReadonlySet<number> = new Set([200, 201, 202, 203]);

export class NotWellFormed extends Error {
  constructor(readonly fault: DocumentFault) {
    super(fault.message);
    this.name = 'NotWellFormed';
  }
}

interface NativeError {
  readonly message: string;
  readonly line?: number | null;
  readonly column?: number | null;
  readonly domain?: number | null;
  readonly code?: number | null;
}

function toFault(error: NativeError): DocumentFault {
  return {
    line: error.line ?? 1,
    column: error.column ?? 0,
    message: readable(error.message),
  };
}

/** libxml2's message without the namespaces in braces, on one line, and with no more of a value than tells which it is. */
function readable(message: string): string {
  return `${shortened(message)}${namespacesApart(message)}`
    .replace(/\{[^{}\s']*\}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Without its namespace an element would seem to be the very one that is expected. */
function namespacesApart(message: string): string {
  const [, given = '', name, expected = ''] = NOT_EXPECTED.exec(message) ?? [];
  const same = expected.split(', ').find((one) => name !== undefined && one.replace(/^\{.*\}/, '') === name);
  if (same === undefined) return '';
  const wanted = /^\{(.*)\}/.exec(same)?.[1] ?? '';
  if (wanted === given) return '';
  const isIn = given === '' ? 'no namespace' : `the namespace ${quoted(given)}`;
  return ` It is in ${isIn}, not in ${wanted === '' ? 'none' : `'${wanted}'`}.`;
}

const NOT_EXPECTED =
  /^Element '(?:\{([^{}]*)\})?([^']+)': This element is not expected\. Expected is (?:one of )?\( (.*) \)\./;

function shortened(message: string): string {
  const [whole, before = '', value = ''] = LONG_VALUE.exec(message) ?? [];
  if (whole !== undefined) return message.replace(whole, () => before + quoted(value));
  const cut = message.endsWith('\n') ? null : CUT_VALUE.exec(message);
  return cut === null ? message : `${cut[1] ?? ''}${quoted(`${cut[2] ?? ''}...`)} is not a valid value.`;
}

const LONG_VALUE = /(: |The value )'(.{61,})'(?= is )/s;
/** Of a message of more than 64,000 bytes libxml2 gives the first 150, without the line feed that ends the others. */
const CUT_VALUE = /^([^']*'[^']*'(?:, [^']*'[^']*')?: (?:\[[^\]]*\] The value )?)'(.+)$/s;
