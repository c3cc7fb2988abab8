/** The XSDs in use: the bundled ones, each replaced by one of the same target namespace in the home's schemas folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigFault } from '../domain/faults.js';
import { utf8Blocks } from './decode.js';
import { type NativeDocument, type NativeElement, NotWellFormed, parseNative, rootElement } from './native.js';
import { Refusal } from './refusal.js';
import { type ScanLimits, Scanner } from './scanner.js';
import type { SchemaKey } from './validator-protocol.js';

const SERVICE_OWNER = 'http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10';
const RECEIPT = 'http://schemas.altinn.no/services/Intermediary/Receipt/2009/10';
const CORRESPONDENCE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';
const XSD_LIMITS: ScanLimits = {
  maxDepth: 100,
  maxAttributes: 256,
  maxNameLength: 1024,
  maxItemBytes: Number.MAX_SAFE_INTEGER,
  maxEnvelopeBytes: Number.MAX_SAFE_INTEGER,
};

/**
 * Finds the XSD of each format family, and of the ReceiptSave: by target namespace, and where that is not enough by its
 * root element.
 * @param folders searched in order; a later folder's XSD wins
 * @throws ConfigFault naming the file that can't be used
 */
export function loadSchemaSet(folders: readonly string[]): ReadonlyMap<SchemaKey, NativeDocument> {
  const found = new Map<SchemaKey, NativeDocument>();
  for (const folder of folders) {
    for (const file of xsdFiles(folder)) {
      const document = loadSchema(file);
      const key = keyOf(document);
      if (key !== null) found.set(key, document);
    }
  }
  for (const key of ['service-owner', 'correspondence', 'altut', 'receipt-save'] as const) {
    if (!found.has(key)) throw new ConfigFault(`No XSD for ${key} was found in ${folders.join(', ')}. Reinstall.`);
  }
  return found;
}

/**
 * One XSD, ready to validate against: gated like any other XML, all that it includes or imports too, and without the
 * locations on the network that it may name.
 * @throws ConfigFault
 */
export function loadSchema(file: string): NativeDocument {
  for (const one of withIncluded(file)) gate(one);
  const document = parseSchema(file);
  for (const reference of references(document)) {
    if (isRemote(reference.location)) reference.element.attr('schemaLocation')?.remove();
  }
  compile(document, file);
  return document;
}

/** Undefined when the schema has none. */
export function targetNamespace(document: NativeDocument): string | undefined {
  return rootElement(document).attr('targetNamespace')?.value();
}

function xsdFiles(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.toLowerCase().endsWith('.xsd'))
    .sort()
    .map((name) => join(folder, name));
}

function keyOf(document: NativeDocument): SchemaKey | null {
  const namespace = targetNamespace(document) ?? '';
  if (namespace === SERVICE_OWNER) return 'service-owner';
  if (namespace === CORRESPONDENCE) return 'correspondence';
  if (namespace === RECEIPT && elementNames(document).includes('ReceiptSave')) return 'receipt-save';
  if (namespace === '' && elementNames(document).includes('GovOrgan')) return 'altut';
  return null;
}

function elementNames(document: NativeDocument): string[] {
  return childElements(document)
    .filter((element) => element.name() === 'element')
    .map((element) => element.attr('name')?.value() ?? '');
}

function withIncluded(file: string): string[] {
  const seen = new Set<string>();
  const queue = [resolve(file)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    gate(next);
    for (const { location } of references(parseSchema(next))) {
      if (isRemote(location) && next !== resolve(file)) {
        throw unusable(next, `it names ${location}, and nothing is loaded from the network`, null);
      }
      if (!isRemote(location)) queue.push(resolve(dirname(next), decodeURIComponent(location).replaceAll('\\', '/')));
    }
  }
  return [...seen];
}

function gate(file: string): void {
  try {
    const scanner = new Scanner(utf8Blocks(file, {}), XSD_LIMITS, 0);
    while (scanner.nextTag() !== 'eof') {
      const [fault] = scanner.tagFaults;
      if (fault !== undefined) throw new Refusal([fault]);
    }
  } catch (error) {
    if (error instanceof Refusal) throw unusable(file, `line ${error.issues[0].line ?? 1}: ${error.message}`, error);
    throw unusable(file, 'it can not be read', error);
  }
}

function parseSchema(file: string): NativeDocument {
  try {
    return parseNative(readFileSync(file), { baseUrl: file });
  } catch (error) {
    const why = error instanceof NotWellFormed ? `line ${error.fault.line}: ${error.message}` : String(error);
    throw unusable(file, why, error);
  }
}

function compile(document: NativeDocument, file: string): void {
  try {
    document.validate(document);
  } catch (error) {
    throw unusable(file, 'it is no valid XML Schema, or names a schemaLocation that is not there', error);
  }
}

function unusable(file: string, why: string, cause: unknown): ConfigFault {
  return new ConfigFault(`The XSD ${file} can't be used: ${why}. Mend it, or remove it to use the bundled one.`, {
    cause,
  });
}

function childElements(document: NativeDocument): NativeElement[] {
  return rootElement(document)
    .childNodes()
    .filter((node) => node.type() === 'element') as NativeElement[];
}

function references(document: NativeDocument): { element: NativeElement; location: string }[] {
  return childElements(document).flatMap((element) => {
    if (!['import', 'include', 'redefine'].includes(element.name())) return [];
    const location = element.attr('schemaLocation')?.value();
    return location === undefined ? [] : [{ element, location }];
  });
}

function isRemote(location: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(location);
}
