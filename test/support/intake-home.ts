import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { type Element, parseXml } from 'libxmljs2';
import { expect } from 'vitest';
import { faults } from '../schemas/xsd.js';
import { altinnBatch, jsonLines } from './cli.js';
import { temporaryFolder } from './temporary-folder.js';

export interface Shipment {
  readonly file: string;
  readonly batchId: number;
  readonly format: string | null;
  readonly systemUserCode: string | null;
  readonly reference: string | null;
  readonly status: string;
  readonly items: { readonly total: number; readonly accepted: number; readonly failed: number };
  readonly receiptId: number;
  readonly receipt: string;
  readonly text: string;
}

export interface Ran {
  readonly exitCode: number | null;
  readonly shipments: readonly Shipment[];
  readonly stderr: string;
}

const EXAMPLES = new URL('../../examples/', import.meta.url);
const FORM_SCHEMA =
  '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Skjema" type="xs:string"/></xs:schema>';

/** A fresh home with the catalogue of examples/, and an own schema for its form; complete at once, so that no test has to stand by. */
export function intakeHome(settings: object = {}): string {
  const home = temporaryFolder();
  furnish(home, settings);
  return home;
}

/** Makes a folder such a home. */
export function furnish(home: string, settings: object = {}): void {
  mkdirSync(join(home, 'inbox'), { recursive: true });
  put(home, 'forms/890-10451.xsd', FORM_SCHEMA);
  put(home, 'services.json', readFileSync(new URL('services.json', EXAMPLES)));
  put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0, ...settings }));
}

export function exampleCatalogue(): { serviceOwners: object[]; services: object[] } {
  return JSON.parse(readFileSync(fileURLToPath(new URL('services.json', EXAMPLES)), 'utf8'));
}

/** Writes a file of the home, making its folder where needed. */
export function put(home: string, path: string, content: string | Buffer): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** Puts a file into the inbox. @param age how many seconds ago it was last changed, which decides its turn */
export function drop(home: string, name: string, content: string | Buffer, age = 0): void {
  const file = put(home, `inbox/${name}`, content);
  const at = Date.now() / 1000 - age;
  utimesSync(file, at, at);
}

export async function run(home: string, ...args: string[]): Promise<Ran> {
  const { exitCode, stdout, stderr } = await altinnBatch(['run', '--json', '--home', home, ...args]);
  return { exitCode, shipments: jsonLines<Shipment>(stdout), stderr };
}

/** Drops one file, runs, and gives the shipments with their receipts. */
export async function take(home: string, content: string | Buffer, name = 'file.xml'): Promise<Taken[]> {
  drop(home, name, content);
  const { shipments } = await run(home);
  return shipments.map((shipment) => ({ shipment, receipt: receiptOf(home, shipment) }));
}

export interface Taken {
  readonly shipment: Shipment;
  readonly receipt: Receipt;
}

export interface Receipt {
  readonly parentReceiptId: number | null;
  readonly receiptId: number;
  readonly lastChanged: string;
  readonly status: string;
  readonly text: string;
  readonly typeName: string;
  /** `SendersReference=REF-1`, in the order they stand. */
  readonly references: readonly string[];
  readonly subReceipts: readonly Receipt[];
}

/** The receipt of a shipment, as it stands in the outbox: proven against the schema, then read. */
export function receiptOf(home: string, { receipt }: Pick<Shipment, 'receipt'>): Receipt {
  const xml = readFileSync(join(home, receipt), 'utf8');
  expect(faults('receipt.xsd', xml)).toStrictEqual([]);
  return readReceipt(parseXml(xml).root() as Element);
}

/** The entries of the legacy receipt beside an AltUt file's receipt, proven against the schema. */
export function legacyReceiptOf(home: string, { receipt }: Pick<Shipment, 'receipt'>) {
  const xml = readFileSync(join(home, receipt.replace('.receipt.xml', '.govorganreceipt.xml')), 'utf8');
  expect(faults('govorgan-receipt.xsd', xml)).toStrictEqual([]);
  const unit = childElements(parseXml(xml).root() as Element)[0];
  if (unit === undefined) throw new Error('a legacy receipt without DataUnitInReceipt');
  return {
    receiptType: unit.attr('receiptType')?.value(),
    status: unit.attr('status')?.value(),
    timeReceived: unit.attr('timeReceived')?.value(),
    entries: childElements(unit)
      .flatMap(childElements)
      .map((entry) => entry.text()),
  };
}

/** What the store holds, read as any SQLite client would beside the product. */
export function query<T = Record<string, unknown>>(home: string, sql: string, ...values: (string | number)[]): T[] {
  const store = new Database(join(home, 'data/altinn-batch.db'), { readonly: true });
  try {
    return store.prepare<(string | number)[], T>(sql).all(...values);
  } finally {
    store.close();
  }
}

function readReceipt(element: Element): Receipt {
  const value = (name: string) =>
    childElements(element)
      .find((one) => one.name() === name)
      ?.text() ?? null;
  const list = (name: string) =>
    childElements(element)
      .filter((one) => one.name() === name)
      .flatMap(childElements);
  const parent = value('ParentReceiptId');
  return {
    parentReceiptId: parent === null ? null : Number(parent),
    receiptId: Number(value('ReceiptId')),
    lastChanged: value('LastChanged') ?? '',
    status: value('ReceiptStatusCode') ?? '',
    text: value('ReceiptText') ?? '',
    typeName: value('ReceiptTypeName') ?? '',
    references: list('References').map((reference) =>
      childElements(reference)
        .map((one) => one.text())
        .join('='),
    ),
    subReceipts: list('SubReceipts').map(readReceipt),
  };
}

function childElements(parent: Element): Element[] {
  return parent.childNodes().filter((node) => node.type() === 'element') as Element[];
}
