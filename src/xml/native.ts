/** The only file that touches libxmljs2. Nothing may come here that the gate (scanner.ts) has not passed. */
import libxmljs from 'libxmljs2';
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
  const faults = document.errors.length === 0 ? [] : namespaceFaults(document);
  if (document.validate(schema)) return faults;
  return [...faults, ...(document.validationErrors as unknown as NativeError[]).map(toFault)];
}

/** What the native parser tells but parses over, a prefix that nothing declares, say; the schema's wildcards let it pass. */
function namespaceFaults(document: NativeDocument): DocumentFault[] {
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

/** libxml2's message without the namespaces in braces, on one line. */
function readable(message: string): string {
  return message
    .replace(/\{[^{}\s]*\}/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
