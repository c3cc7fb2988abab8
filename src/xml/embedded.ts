/** XML documents that stand inside values (FormData, FormDataXml): many checked in one native call. */
import { pathToFileURL } from 'node:url';
import { ConfigFault } from '../domain/faults.js';
import { type NativeDocument, NotWellFormed, namespaceFaults, parseNative, validateNative } from './native.js';
import { Refusal } from './refusal.js';
import { type ScanLimits, Scanner } from './scanner.js';
import { loadSchema, targetNamespace } from './schema-set.js';

type Failure = { index: number; message: string };

const DECLARATION = /^\uFEFF?\s*(?:<\?xml[\s?][^>]*\?>)?/;
const HUGE_FROM = 8 * 1024 * 1024;
const REMEDY = 'Mend it, or take it out of the service catalogue.';
/** No document in it may happen to use this prefix without declaring it. */
const WRAPPER = '_altinn-batch_';

/** Checks well-formedness, and validity against the XSD at `schemaFile` when there is one (formats.md section 5, 40012). */
export class EmbeddedChecker {
  readonly #limits: ScanLimits;
  readonly #wrappers = new Map<string, NativeDocument>();

  constructor(limits: Omit<ScanLimits, 'maxItemBytes' | 'maxEnvelopeBytes'>) {
    this.#limits = { ...limits, maxItemBytes: Number.MAX_SAFE_INTEGER, maxEnvelopeBytes: Number.MAX_SAFE_INTEGER };
  }

  /** @throws ConfigFault when the schema can't be used */
  check(documents: readonly string[], schemaFile: string | null): Failure[] {
    const failures: Failure[] = [];
    const passed: number[] = [];
    const bodies = documents.map((text) => text.replace(DECLARATION, ''));
    for (let index = 0; index < bodies.length; index++) {
      const refusal = this.#gate(bodies[index] as string);
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

  #gate(text: string): string | null {
    try {
      const scanner = new Scanner([Buffer.from(text)].values(), this.#limits, 0);
      while (scanner.nextTag() !== 'eof') {
        const [fault] = scanner.tagFaults;
        if (fault !== undefined) throw new Refusal([fault]);
      }
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const [first] = error.issues;
      return `line ${first.line} of it, position ${first.position}: ${ofValue(first.message)}`;
    }
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

/** Groups whose documents together stay within what the native parser reads without `huge`. */
function* grouped(indexes: readonly number[], bodies: readonly string[]): Generator<number[]> {
  let group: number[] = [];
  let length = 0;
  for (const index of indexes) {
    const next = (bodies[index] as string).length;
    if (group.length > 0 && length + next > HUGE_FROM / 4) {
      yield group;
      group = [];
      length = 0;
    }
    group.push(index);
    length += next;
  }
  if (group.length > 0) yield group;
}

function findFault(group: readonly number[], bodies: readonly string[], wrapper: NativeDocument | null): string | null {
  const parts = [`<${WRAPPER}:documents xmlns:${WRAPPER}="urn:altinn-batch:documents">`];
  for (const index of group) parts.push(bodies[index] as string, '\n');
  parts.push(`</${WRAPPER}:documents>`);
  const bytes = Buffer.from(parts.join(''));
  try {
    const document = parseNative(bytes, { huge: bytes.length > HUGE_FROM });
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

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
