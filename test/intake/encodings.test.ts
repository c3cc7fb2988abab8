import { expect, test } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const TITLE = 'Æ Ø Å – “blåbær” 10 €';
const LATIN_TITLE = 'Æ Ø Å blåbær';

test('every encoding comes out as the same text, in the store and in the receipt', async () => {
  const home = intakeHome();
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  const files: readonly (readonly [name: string, title: string, bytes: Buffer])[] = [
    ['bare', TITLE, Buffer.from(fileOf('bare', TITLE))],
    ['utf8-bom', TITLE, Buffer.from(`\ufeff${fileOf('utf8-bom', TITLE)}`)],
    ['utf8-declared', TITLE, Buffer.from(declared('UTF-8', 'utf8-declared', TITLE))],
    ['utf16-le', TITLE, utf16(`\ufeff${declared('UTF-16', 'utf16-le', TITLE)}`)],
    ['utf16-be', TITLE, utf16(`\ufeff${declared('utf-16', 'utf16-be', TITLE)}`).swap16()],
    ['latin-1', LATIN_TITLE, Buffer.from(declared('ISO-8859-1', 'latin-1', LATIN_TITLE), 'latin1')],
    ['windows', TITLE, windows1252(declared('windows-1252', 'windows', TITLE))],
  ];
  for (const [index, [name, , bytes]] of files.entries()) drop(home, `${name}.xml`, bytes, 100 - index);
  const { exitCode, shipments } = await run(home);
  expect(exitCode).toBe(65);
  expect(shipments.map(({ reference }) => reference)).toStrictEqual(files.map(([name]) => `Å-${name}`));
  const stored = query(
    home,
    'SELECT message_title AS title, message_body AS body FROM visible_message ORDER BY item_id',
  );
  expect(stored).toStrictEqual(files.map(([, title]) => ({ title, body: `<b>${title}</b>` })));
  for (const shipment of shipments) {
    const receipt = receiptOf(home, shipment);
    expect(receipt.references[0]).toBe(`ExternalShipmentReference=${shipment.reference}`);
    expect(receipt.subReceipts[0]?.references[0]).toBe('SendersReference=Kåre');
    expect(receipt.subReceipts[1]?.text).toMatch(/, line \d, reference Øyvind: \[40013\].*'ÆØÅ' is not in the/);
  }
  // Kept as it was sent, and told by the character, not by the byte.
  for (const { raw } of query<{ raw: string }>(home, 'SELECT raw_xml AS raw FROM item_raw_xml'))
    expect(raw).toContain('ÆØÅ');
  const places = query<{ position: number }>(home, 'SELECT DISTINCT position FROM issue WHERE code = 40013');
  expect(places).toHaveLength(1);
});

test('bytes that no character stands for, and a declaration that contradicts them, refuse the file with the place', async () => {
  const home = intakeHome();
  const refused: readonly (readonly [name: string, bytes: Buffer, says: RegExp])[] = [
    ['stray-latin-1', Buffer.from(fileOf('R', 'Å'), 'latin1'), /line 2, position \d+: .*UTF-8/],
    ['half-a-character', Buffer.from(`${fileOf('R', 'A')}<!-- Å`).subarray(0, -1), /line \d+, position \d+: /],
    ['says-utf-16', Buffer.from(declared('UTF-16', 'R', 'A')), /UTF-16/],
    ['says-latin-1', Buffer.from(`\ufeff${declared('ISO-8859-1', 'R', 'A')}`), /ISO-8859-1/],
    ['says-ascii', Buffer.from(declared('US-ASCII', 'R', 'Å')), /line 3, position \d+: .*US-ASCII/],
    ['unknown', Buffer.from(declared('KOI8-R', 'R', 'A')), /KOI8-R/],
    ['hole-in-1252', windows1252(declared('windows-1252', 'R', '\u0081')), /position \d+: /],
  ];
  for (const [index, [name, bytes]] of refused.entries()) drop(home, `${name}.xml`, bytes, 100 - index);
  const { shipments } = await run(home);
  expect(shipments.map(({ file }) => file)).toStrictEqual(refused.map(([name]) => `${name}.xml`));
  for (const [index, [name, , says]] of refused.entries()) {
    const shipment = shipments[index];
    expect(shipment, name).toMatchObject({ items: { total: 0 } });
    expect(shipment?.status, name).toMatch(/ValidationFailed|Rejected/);
    expect(shipment?.text, name).toMatch(says);
    expect(receiptOf(home, shipment ?? { receipt: '' }).subReceipts, name).toStrictEqual([]);
  }
  expect(query(home, 'SELECT count(*) AS n FROM visible_item')).toStrictEqual([{ n: 0 }]);
});

function fileOf(name: string, title: string): string {
  const content = { MessageTitle: title, MessageBody: `<b>${title}</b>` };
  return correspondences(
    { reference: `Å-${name}` },
    correspondence('Kåre', {}, content),
    correspondence('Øyvind', { ServiceCode: 'ÆØÅ' }, content),
  );
}

function declared(encoding: string, name: string, title: string): string {
  return `<?xml version="1.0" encoding="${encoding}"?>\n${fileOf(name, title)}`;
}

function windows1252(text: string): Buffer {
  const special: Readonly<Record<string, number>> = { '–': 0x96, '“': 0x93, '”': 0x94, '€': 0x80 };
  return Buffer.from([...text].map((one) => special[one] ?? one.charCodeAt(0)));
}
