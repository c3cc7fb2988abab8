import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { drop, intakeHome, put, query, type Receipt, receiptOf, run, type Shipment } from '../support/intake-home.js';
import {
  correspondence,
  correspondences,
  lineOf,
  receiptSave,
  savedReference,
  subReceiptSave,
} from '../support/submissions.js';
import { copiesOf } from '../support/template-home.js';

const message = (name: string, archiveReference: string | null = null) =>
  correspondence(name, { ArchiveReference: archiveReference });

/** Homes with receipt 1, of five messages (2 to 6), the last one with an ArchiveReference, and receipt 7, of another owner. */
const template = copiesOf(async () => {
  const home = intakeHome({ chunkItems: 2 });
  const five = ['M-1', 'M-2', 'M-3', 'M-4'].map((name) => message(name));
  const own = correspondences({ reference: 'C-1', systemUserCode: 'SKD-PSA' }, ...five, message('M-5', 'AR-5'));
  drop(home, 'messages.xml', own, 20);
  const others = correspondences({ reference: 'C-2', systemUserCode: 'BRG' }, message('M-1', 'AR-9'));
  drop(home, 'others.xml', others, 10);
  const { shipments } = await run(home);
  expect(shipments.map((one) => one.receiptId)).toEqual([1, 7]);
  return home;
});

async function aHome(): Promise<{ home: string; receipt: Receipt; path: string }> {
  const home = await template();
  const path = 'outbox/messages.1.receipt.xml';
  return { home, receipt: receiptOf(home, { receipt: path }), path };
}

async function taken(home: string, ...files: readonly (string | Buffer)[]): Promise<readonly Shipment[]> {
  for (const [at, file] of files.entries()) drop(home, `ack-${at}.xml`, file, files.length - at);
  return (await run(home)).shipments;
}

const archived = (home: string, fate: 'archive' | 'rejected'): string[] =>
  readdirSync(join(home, 'data', fate), { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('ack'));

describe('a ReceiptSave that its owner signs for', () => {
  test('updates the receipt and those of its sub-receipts that it names, and is answered with the receipt', async () => {
    const { home, receipt, path } = await aHome();
    const names = [3, 5, 6].map((id) => subReceiptSave(id, { ReceiptStatus: 'Rejected', ReceiptText: `Not ${id}` }));
    const reference = savedReference('ArchiveReference', 'AR-1');
    const values = { ReceiptStatus: 'ValidationFailed', ReceiptText: ' Some are not ours ', References: reference };
    const file = receiptSave({ systemUserCode: 'SKD-ARKIV' }, values, ...names);
    drop(home, 'ack.xml', file);
    const { exitCode, shipments } = await run(home);

    const by = 'Receipt updated by service owner: SKD-ARKIV.';
    const source = 'File messages.xml, system user code SKD-PSA.';
    const text = `${by} Some are not ours. ${source}`;
    expect(exitCode).toBe(0);
    expect(shipments).toEqual([
      {
        file: 'ack.xml',
        batchId: 3,
        format: null,
        systemUserCode: 'SKD-ARKIV',
        reference: null,
        status: 'OK',
        items: { total: 0, accepted: 0, failed: 0 },
        receiptId: 1,
        receipt: path,
        text,
      },
    ]);
    const after = receiptOf(home, { receipt: path });
    expect(after).toMatchObject({ receiptId: 1, status: 'ValidationFailed', text });
    expect(after.references).toEqual([...receipt.references, 'ArchiveReference=AR-1']);
    expect(after.subReceipts.map((one) => [one.receiptId, one.status])).toEqual([
      [2, 'OK'],
      [3, 'Rejected'],
      [4, 'OK'],
      [5, 'Rejected'],
      [6, 'Rejected'],
    ]);
    expect(after.subReceipts[0]).toEqual(receipt.subReceipts[0]);
    expect(after.subReceipts[3]?.text).toBe(`${by} Not 5. ${source}`);
    const xml = readFileSync(join(home, path), 'utf8');
    expect(xml).toContain(`<ReceiptHistory>${receipt.text}</ReceiptHistory>`);
    expect(readdirSync(join(home, 'outbox')).length).toBe(2);
    expect(archived(home, 'archive')).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d\/ack\.xml$/)]);
    expect(query(home, 'SELECT state, status, format FROM batch WHERE id = 3')).toEqual([
      { state: 'archived', status: 'OK', format: null },
    ]);
    expect(query(home, 'SELECT * FROM shipment WHERE batch_id = 3')).toEqual([]);
  });

  test('finds the receipt by an ArchiveReference, or by the id of a sub-receipt, in any encoding', async () => {
    const { home, receipt, path } = await aHome();
    const byArchive = receiptSave({ archiveReference: 'AR-5' }, { ReceiptText: 'Lest på skjerm' });
    const declared = `<?xml version="1.0" encoding="ISO-8859-1"?>\n${byArchive}`;
    const byId = receiptSave({ receiptId: 3 }, { ReceiptText: 'Blåbær 😀' });
    const results = await taken(home, Buffer.from(declared, 'latin1'), Buffer.from(`\ufeff${byId}`, 'utf16le'));
    expect(results.map((one) => [one.status, one.receiptId])).toEqual([
      ['OK', 1],
      ['OK', 1],
    ]);
    const after = receiptOf(home, { receipt: path });
    expect([after.status, after.text]).toEqual([receipt.status, receipt.text]);
    expect(after.subReceipts[4]?.text).toContain('Lest på skjerm.');
    expect(after.subReceipts[1]?.text).toContain('Blåbær 😀.');
    expect(results[1]?.text).toBe(after.subReceipts[1]?.text);
  });

  test('is carried out once: sent again it is rejected, with another text it is another update', async () => {
    const { home, path } = await aHome();
    const file = receiptSave({}, { ReceiptText: 'Received' });
    const results = await taken(home, file, receiptSave({}, { ReceiptText: 'Loaded' }), file);
    expect(results.map((one) => one.status)).toEqual(['OK', 'OK', 'Rejected']);
    expect(results[2]?.text).toContain('The very same update was carried out before: file ack-0.xml, receipt 1.');
    const history = /<ReceiptHistory>(.*?)<\/ReceiptHistory>/s.exec(readFileSync(join(home, path), 'utf8'))?.[1];
    expect(history?.split('\n').map((line) => /\. (\w+)\./.exec(line)?.[1] ?? line.slice(0, 17))).toEqual([
      'Received',
      'File messages.xml',
    ]);
  });
});

/** What is wrong, in a file that does so; then the status, the line of the receipt that says so, and what it begins with. */
const REFUSED: readonly (readonly [what: string, file: string, status: string, place: string, message: string])[] = [
  ['a receipt that is not there', receiptSave({ receiptId: 99 }), 'Rejected', '[30008]', 'There is no receipt 99.'],
  [
    'an ArchiveReference that none of its receipts has',
    receiptSave({ archiveReference: 'AR-9' }),
    'Rejected',
    '[30008]',
    "No receipt of SKD has the ArchiveReference 'AR-9'.",
  ],
  ["another owner's receipt", receiptSave({ receiptId: 7 }), 'Rejected', '[30005]', "Receipt 7 is not SKD's."],
  [
    'an unknown owner',
    receiptSave({ systemUserCode: 'XYZ' }),
    'Rejected',
    '[30005]',
    "The service owner 'XYZ' of the system user code 'XYZ' is not in the service catalogue",
  ],
  ['no owner', receiptSave({ systemUserCode: '' }), 'Rejected', '[40008]', 'The system user code is empty'],
  [
    'a sub-receipt that the receipt has not',
    receiptSave({}, {}, subReceiptSave(2), subReceiptSave(7)),
    'Rejected',
    '[30008] line 5, position 1:',
    'Receipt 1 has no sub-receipt 7: its own are 2 to 6.',
  ],
  [
    'one sub-receipt twice, in two chunks',
    receiptSave({}, {}, ...[2, 3, 4, 2].map((id) => subReceiptSave(id))),
    'Rejected',
    '[0] line 7, position 1:',
    'Sub-receipt 2 is named twice',
  ],
  [
    'a reference that nobody may add',
    receiptSave({}, { References: savedReference('OwnerPartyReference', '974760673') }),
    'ValidationFailed',
    '[0] line 2, position 1:',
    "A reference of type 'OwnerPartyReference' can't be added: it can be",
  ],
  [
    'a status that is never sent, in a sub-receipt',
    receiptSave({}, {}, subReceiptSave(2), subReceiptSave(3), subReceiptSave(4, { ReceiptStatus: 'NotSet' })),
    'ValidationFailed',
    '[0] line 6, position 1:',
    "Sub-receipt 4: The status 'NotSet' can't be set",
  ],
  [
    'a sub-receipt against the schema',
    receiptSave({}, {}, subReceiptSave(2), subReceiptSave(3, { ReceiptText: null, Text: 'Read' })),
    'ValidationFailed',
    '[0] line 5, position',
    "Element 'Text'",
  ],
  [
    'a head against the schema',
    receiptSave({}, { ReceiptText: null }, subReceiptSave(2, { ReceiptStatus: 'NotSet' })),
    'ValidationFailed',
    '[0] line 3, position 1:',
    'Expected is ( ReceiptText ).',
  ],
  [
    'its end missing',
    receiptSave({}, {}, subReceiptSave(2)).slice(0, -20),
    'ValidationFailed',
    '[0] line 5, position',
    'The file is cut short: it ends inside <SubReceipts>',
  ],
  [
    'a DOCTYPE',
    `<!DOCTYPE ReceiptSave [<!ENTITY x SYSTEM "/etc/passwd">]>${receiptSave({}, { ReceiptText: '&x;' })}`,
    'ValidationFailed',
    '[0]',
    'The file has a DOCTYPE.',
  ],
  ['an entity', receiptSave({}, { ReceiptText: '&x;' }), 'ValidationFailed', '[0]', 'The entity reference &x;'],
];

test('a ReceiptSave that can not be carried out has a receipt of its own that says why, and changes nothing', async () => {
  const { home, path } = await aHome();
  const before = readFileSync(join(home, path), 'utf8');
  const results = await taken(home, ...REFUSED.map(([, file]) => file));
  expect(results.length).toBe(REFUSED.length);
  for (const [at, [what, , status, place, message]] of REFUSED.entries()) {
    const [result] = results.filter((one) => one.file === `ack-${at}.xml`);
    if (result === undefined) throw new Error(`no result for ${what}`);
    expect(result, what).toMatchObject({ format: null, status, receiptId: 9 + at });
    const own = receiptOf(home, result);
    const { typeName, references, subReceipts, text } = own;
    expect({ typeName, references, subReceipts }, what).toEqual({
      typeName: 'NotSet',
      references: [`BatchReference=${result.batchId}`],
      subReceipts: [],
    });
    if (what !== 'a DOCTYPE') {
      expect(text, what).toMatch(/^File ack-\d+.xml, system user code \w+: this ReceiptSave is (rejected|not valid), /);
    }
    expect(text.split('\n').length, what).toBe(2);
    expect(text, what).toContain(`\n${place}`);
    expect(text, what).toContain(message);
  }
  expect(readFileSync(join(home, path), 'utf8')).toBe(before);
  expect(query(home, 'SELECT max(revision) AS revision FROM receipt')).toEqual([{ revision: 0 }]);
  expect(archived(home, 'rejected').length).toBe(REFUSED.length);
});

test('validate says what is wrong with a ReceiptSave, but for what takes the store', async () => {
  const home = intakeHome();
  const good = put(home, 'good.xml', receiptSave({ receiptId: 99 }, {}, subReceiptSave(100)));
  const sub = subReceiptSave(3, { References: savedReference('NotSet', '1') });
  const source = receiptSave({ systemUserCode: 'SKD' }, { ReceiptText: ' ' }, subReceiptSave(2), sub);
  const bad = put(home, 'bad.xml', source);
  const unknown = put(home, 'unknown.xml', receiptSave({ systemUserCode: 'XYZ' }));
  const validate = (file: string) => altinnBatch(['validate', '--json', '--home', home, file]);
  const [first, second, third] = await Promise.all([good, bad, unknown].map(validate));
  expect([first?.exitCode, first?.stdout]).toEqual([0, '']);
  expect(second?.exitCode).toBe(65);
  expect(jsonLines(second?.stdout ?? '').map((one) => [one.line, one.code, String(one.message).slice(0, 20)])).toEqual([
    [2, 0, 'The text is empty: i'],
    [lineOf(source, 'NotSet'), 0, 'Sub-receipt 3: A ref'],
  ]);
  expect(jsonLines(third?.stdout ?? '')).toMatchObject([{ code: 30005 }]);
});
