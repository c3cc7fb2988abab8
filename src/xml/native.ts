/** The only file that touches libxmljs2. Nothing may come here that the gate (scanner.ts) has not passed. */
import libxmljs from 'libxmljs2';
import type { DocumentFault } from './validator-protocol.js';

export type NativeDocument = libxmljs.Document;
export type NativeElement = libxmljs.Element;

/** The root element; the type declaration knows it as a mere node. */
export function rootElement(document: NativeDocument): NativeElement {
  return document.root() as NativeElement;
}

/** @throws NotWellFormed */
export function parseNative(bytes: Buffer, options: { huge?: boolean; baseUrl?: string } = {}): NativeDocument {
  try {
    // The type declaration knows strings only; the binding takes a Buffer too, and spares a copy as UTF-16.
    return libxmljs.parseXml(bytes as unknown as string, { nonet: true, ...options });
  } catch (error) {
    throw new NotWellFormed(toFault(error as NativeError));
  }
}

/** Every fault of the document against the schema. Compiles the schema anew: call it with many items at once. */
export function validateNative(document: NativeDocument, schema: NativeDocument): DocumentFault[] {
  if (document.validate(schema)) return [];
  return (document.validationErrors as unknown as NativeError[]).map(toFault);
}

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
