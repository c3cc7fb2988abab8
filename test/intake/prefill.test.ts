import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { expectItemFaults, type FaultyItem } from '../support/faulty-items.js';
import { drop, exampleCatalogue, intakeHome, put, query, receiptOf, run, take } from '../support/intake-home.js';
import {
  elements,
  field,
  form,
  formSet,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
} from '../support/submissions.js';

describe('the rules on form sets', () => {
  test('each fails its own item with its code, line, reference and remedy; the neighbours are accepted', async () => {
    const home = intakeHome();
    const catalogue = exampleCatalogue();
    const services = [
      ...catalogue.services,
      { serviceCode: 'OTHER', serviceEditionCode: '1', serviceOwner: 'BRG', type: 'FormTask', name: 'Of another' },
    ];
    put(home, 'services.json', JSON.stringify({ ...catalogue, services }));
    const items = [
      formSet('GOOD-1'),
      fault('UNKNOWN-CODE', { ExternalServiceCode: 'NONE' }, 40013, /'NONE' is not in the service catalogue/),
      fault('EMPTY-CODE', { ExternalServiceCode: '' }, 40006, /service code is empty; .* is expected/),
      fault('EMPTY-EDITION', { ExternalServiceEditionCode: '' }, 30006, /must name its edition; .* 201010, 200910/),
      fault('UNKNOWN-EDITION', { ExternalServiceEditionCode: '7' }, 30006, /no edition '7'; the editions .* 201010/),
      fault(
        'WRONG-TYPE',
        { ExternalServiceCode: 'PSA', ExternalServiceEditionCode: '2009' },
        40019,
        /type FormTask is/,
      ),
      fault('ANOTHERS', { ExternalServiceCode: 'OTHER', ExternalServiceEditionCode: '1' }, 30005, /belongs to .* BRG/),
      formSet('GOOD-2'),
      fault('DATES', { ValidFrom: '2025-01-02', ValidTo: '2025-01-01' }, 0, /must not be later than ValidTo/),
      fault('NOT-XML', { Form: form({ FormData: '<![CDATA[<a>]]>' }) }, 40012, /FormData of form MAIN .*not valid/),
      fault('NOT-VALID', { Form: form({ FormData: '<![CDATA[<Other/>]]>' }) }, 40012, /Other/),
      fault('NO-FORM', { Form: null }, 0, /Form/),
      fault('BAD-DATE', { ValidFrom: 'today' }, 0, /'today'/),
      fault('LONG-CODE', { ExternalServiceCode: '12345678' }, 0, /length/),
      formSet('GOOD-3'),
    ];
    const file = fileOf('RULES', reportee(PERSON, ...items.map(xmlOf)));
    const [taken] = await take(home, file);
    if (taken === undefined) throw new Error('no receipt');
    expectItemFaults(home, taken.shipment, file, items);
    expect(taken.receipt.subReceipts.map((one) => one.references[0])).toStrictEqual(
      items.map((item) => `SendersReference=${/<SendersReference>([^<]*)</.exec(xmlOf(item))?.[1]}`),
    );
    expect(query(home, 'SELECT senders_reference AS one FROM visible_prefill_form_set').map(({ one }) => one)).toEqual([
      'GOOD-1',
      'GOOD-2',
      'GOOD-3',
    ]);
  });

  test('a form set with faults of several kinds tells all of them at once', async () => {
    const item = formSet('MANY', { ExternalServiceCode: 'NONE', ValidFrom: '2025-01-02', ValidTo: '2025-01-01' });
    const [taken] = await take(intakeHome(), fileOf('MANY', reportee('123456789', item)));
    const [sub] = taken?.receipt.subReceipts ?? [];
    expect(sub?.text.match(/\[\d+\]/g)).toStrictEqual(['[50008]', '[40013]', '[0]']);
  });

  test('what is only a Warning is told in the sub-receipt of an accepted item', async () => {
    const items = [
      formSet('PARENT', { Form: form({ ParentReference: 'NOBODY' }) }),
      formSet('TYPE', { Attachments: prefillAttachment({ AttachmentType: 'video' }) }),
      formSet('TWICE'),
      formSet('TWICE'),
    ];
    const [taken] = await take(intakeHome(), fileOf('WARN', reportee(PERSON, ...items)));
    expect(taken?.shipment).toMatchObject({ status: 'OK', items: { total: 4, accepted: 4, failed: 0 } });
    const texts = taken?.receipt.subReceipts.map(({ text }) => text) ?? [];
    expect(texts[0]).toMatch(/^Line 5: accepted\. Warning \[0\].*'NOBODY'.*names no form of this form set/);
    expect(texts[1]).toMatch(/Warning \[0\].*'video' is not known/);
    expect(texts[2]).not.toContain('Warning');
    expect(texts[3]).toMatch(/Warning \[0\].*not unique in the shipment: the item on line 7 has it too/);
  });
});

describe('the rules on reportees', () => {
  test('a faulty Id fails the items of its Reportee, and no others', async () => {
    const home = intakeHome();
    const ids: readonly (readonly [id: string, code: number, says: RegExp])[] = [
      ['14909021148', 40016, /149090\*{5} is not a valid national identity number/],
      ['310123456', 50008, /310123456 is not a valid organisation number/],
      ['', 40007, /reportee is empty; .* 9 digits .* 11 digits/],
      ['12345', 60012, /has 5 digits; .* 9 digits .* 11 digits/],
      ['3101 23455', 60012, /other characters than digits/],
    ];
    const items = ids.map(([, code, says], at): FaultyItem => {
      return { reference: `reference R-${at}`, xml: formSet(`R-${at}`), code, says };
    });
    const reportees = ids.map(([id], at) => reportee(id, formSet(`R-${at}`)));
    const file = fileOf('IDS', reportee(PERSON, formSet('GOOD-1')), ...reportees, reportee(ORGANISATION, field('F-1')));
    const [taken] = await take(home, file);
    if (taken === undefined) throw new Error('no receipt');
    expectItemFaults(home, taken.shipment, file, [formSet('GOOD-1'), ...items, field('F-1')]);
    expect(taken.receipt.subReceipts[1]?.text).toMatch(/line 7, position 11: The reportee/);
  });

  test('one without items is judged by its Id alone', async () => {
    const home = intakeHome();
    drop(home, 'a.xml', fileOf('EMPTY-GOOD', reportee(PERSON)));
    drop(home, 'b.xml', fileOf('EMPTY-BAD', reportee('123456789')));
    drop(home, 'c.xml', fileOf('EMPTY-BAD-BESIDE', reportee('123456789'), reportee(PERSON, formSet('A'))));
    const { exitCode, shipments } = await run(home);
    const [good, bad, beside] = shipments;
    expect(exitCode).toBe(65);
    expect(good).toMatchObject({ status: 'OK', items: { total: 0 } });
    expect(bad).toMatchObject({ status: 'ValidationFailed', items: { total: 0 } });
    expect(bad?.text).toMatch(
      /\[50008\] line 4, position 11: The reportee 123456789 is not a valid organisation number/,
    );
    expect(beside).toMatchObject({ status: 'ValidationFailed', items: { total: 1, accepted: 1, failed: 0 } });
    expect(query(home, 'SELECT state FROM shipment ORDER BY id')).toStrictEqual([
      { state: 'accepted' },
      { state: 'failed' },
      { state: 'accepted' },
    ]);
  });

  test('synthetic persons are refused when the setting says so', async () => {
    const [taken] = await take(
      intakeHome({ acceptSyntheticPersons: false }),
      fileOf('SYNTHETIC', reportee(PERSON, formSet('A')), reportee('13097248022', formSet('B'))),
    );
    expect(taken?.shipment.items).toStrictEqual({ total: 2, accepted: 1, failed: 1 });
    expect(taken?.receipt.subReceipts[0]?.text).toMatch(/\[40016\].*synthetic test person/);
  });
});

test('an attachment that is no base64 fails its item, whatever the parser makes of it', async () => {
  const home = intakeHome();
  const withData = (reference: string, data: string) =>
    formSet(reference, { Attachments: prefillAttachment({ AttachmentData: data }) });
  const bad = (reference: string, data: string): FaultyItem => ({
    reference: `reference ${reference}`,
    xml: withData(reference, data),
    code: 0,
    says: /AttachmentData.* (not valid base64\. Expected letters|not a valid value .*base64Binary)/,
  });
  const items = [
    withData('SPACED', ' QU\n JD '),
    bad('STRAY', 'QUJD*'),
    bad('URL-ALPHABET', '-_-_'),
    bad('NOT-ASCII', 'ŁŁŁŁ'),
    bad('TOO-SHORT', 'QUI'),
    bad('PAD-INSIDE', 'QQ==QUJD'),
    withData('EMPTY', ''),
  ];
  const file = fileOf('BASE64', reportee(PERSON, ...items.map(xmlOf)));
  const [taken] = await take(home, file);
  if (taken === undefined) throw new Error('no receipt');
  expectItemFaults(home, taken.shipment, file, items);
  expect(query(home, 'SELECT attachment_data AS data FROM prefill_attachment ORDER BY id')).toEqual([
    { data: Buffer.from('ABC') },
    { data: Buffer.alloc(0) },
  ]);
});

describe('what is in force', () => {
  test('a form set replaces the earlier one whose validity overlaps, for the same identifying fields only', async () => {
    const home = intakeHome();
    const identified = (...values: string[]) => values.map((value) => elements({ IdentifyingField: value })).join('');
    const between = (from: string, to: string) => ({ ValidFrom: from, ValidTo: to });
    drop(home, 'a.xml', fileOf('A', reportee(PERSON, formSet('OLD', between('2024-01-01', '2024-06-30')))), 9);
    drop(home, 'b.xml', fileOf('B', reportee(PERSON, formSet('LATER', between('2024-07-01', '2024-12-31')))), 8);
    drop(
      home,
      'c.xml',
      fileOf('C', reportee(PERSON, formSet('NAMED', { IdentifyingFields: identified('Å', ' b ') }))),
      7,
    );
    drop(home, 'd.xml', fileOf('D', reportee(OTHER_PERSON, formSet('OTHER-PERSON'))), 6);
    drop(home, 'e.xml', fileOf('E', reportee(PERSON, formSet('NEW', between('2024-06-30', '2024-06-30')))), 5);
    expect((await run(home)).exitCode).toBe(0);
    const sets = query<{ name: string; in_force: number; replaced: string | null; hash: string | null }>(
      home,
      `SELECT one.senders_reference AS name, in_force, other.senders_reference AS replaced, identifying_fields_hash AS hash
       FROM visible_prefill_form_set AS one LEFT JOIN item AS other ON other.id = replaced_by ORDER BY one.item_id`,
    );
    expect(sets.map(({ name, in_force, replaced }) => [name, in_force, replaced])).toStrictEqual([
      ['OLD', 0, 'NEW'],
      ['LATER', 1, null],
      ['NAMED', 1, null],
      ['OTHER-PERSON', 1, null],
      ['NEW', 1, null],
    ]);
    const hash = createHash('sha256').update('Å\n b \n').digest('hex');
    expect(sets.map((one) => one.hash)).toStrictEqual([null, null, hash, null, null]);
  });

  test('an item that failed replaces nothing', async () => {
    const home = intakeHome();
    drop(home, 'a.xml', fileOf('A', reportee(PERSON, formSet('OLD'))), 9);
    const bad = formSet('BAD', { Form: form({ FormData: 'not xml' }) });
    drop(home, 'b.xml', fileOf('B', reportee(PERSON, bad, field('F'))), 8);
    await run(home);
    expect(query(home, 'SELECT senders_reference AS name, in_force AS f FROM visible_prefill_form_set')).toStrictEqual([
      { name: 'OLD', f: 1 },
    ]);
  });
});

test('a receipt names what the sender and the owner know the shipment and its items by', async () => {
  const home = intakeHome();
  const items = [formSet('FS-1', { ReceiversReference: 'MINE' }), field('F-1')];
  const [taken] = await take(home, fileOf('REFS', reportee(PERSON, ...items)), 'skatt 2024.xml');
  const { shipment, receipt } = taken ?? { shipment: undefined, receipt: undefined };
  expect(shipment?.receipt).toBe(`outbox/skatt 2024.${shipment?.receiptId}.receipt.xml`);
  expect(receipt).toMatchObject({ typeName: 'PreFill', status: 'OK', receiptId: shipment?.receiptId });
  expect(receipt?.text).toBe(shipment?.text);
  expect(receipt?.text).toContain('File skatt 2024.xml, system user code SKD, shipment reference REFS');
  expect(receipt?.references).toStrictEqual([
    'ExternalShipmentReference=REFS',
    `BatchReference=${shipment?.batchId}`,
    'OwnerPartyReference=974761076',
  ]);
  const ids = query<{ id: number }>(home, 'SELECT id FROM visible_item ORDER BY id').map(({ id }) => id);
  expect(receipt?.subReceipts.map((one) => one.references)).toStrictEqual([
    ['SendersReference=FS-1', `ReceiversReference=${ids[0]}`, `PartyReference=${PERSON}`],
    [`ReceiversReference=${ids[1]}`, `PartyReference=${PERSON}`],
  ]);
  for (const sub of receipt?.subReceipts ?? []) {
    expect(sub.parentReceiptId).toBe(shipment?.receiptId);
    expect(sub.typeName).toBe('PreFill');
    expect(sub.text).toContain('File skatt 2024.xml, system user code SKD.');
  }
});

test('sub-receipts of accepted items are left out by a setting', async () => {
  const home = intakeHome({ subReceipts: 'failed' });
  const items = [formSet('GOOD-1'), formSet('BAD', { ExternalServiceCode: 'NONE' }), formSet('GOOD-2')];
  const [taken] = await take(home, fileOf('FAILED', reportee(PERSON, ...items)));
  expect(receiptOf(home, taken?.shipment ?? { receipt: '' }).subReceipts.map((one) => one.references[0])).toStrictEqual(
    ['SendersReference=BAD'],
  );
});

function fileOf(reference: string, ...reportees: string[]): string {
  return serviceOwner(prefillPart({ reference }, ...reportees));
}

function fault(reference: string, values: Parameters<typeof formSet>[1], code: number, says: RegExp): FaultyItem {
  return { reference: `reference ${reference}`, xml: formSet(reference, values), code, says };
}

function xmlOf(item: string | FaultyItem): string {
  return typeof item === 'string' ? item : item.xml;
}
