import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, parseXml } from 'libxmljs2';

const SCHEMAS = new URL('../../schemas/', import.meta.url);
const parsed = new Map<string, Document>();

/** What the bundled schema of that file name says of a document: its messages; none = valid. */
export function faults(schemaFile: string, xml: string): string[] {
  const document = parseXml(xml);
  if (document.validate(schema(schemaFile)) === true) return [];
  return document.validationErrors.map((error) => error.message.trim());
}

export function schemaText(schemaFile: string): string {
  return readFileSync(new URL(schemaFile, SCHEMAS), 'utf8');
}

function schema(schemaFile: string): Document {
  let document = parsed.get(schemaFile);
  if (document === undefined) {
    const baseUrl = fileURLToPath(new URL(schemaFile, SCHEMAS));
    document = parseXml(schemaText(schemaFile), { baseUrl });
    parsed.set(schemaFile, document);
  }
  return document;
}
