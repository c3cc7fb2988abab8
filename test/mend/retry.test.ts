import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Store } from '../../src/store/store.js';
import { altinnBatch, finished, startAltinnBatch } from '../support/cli.js';
import {
  drop,
  intakeHome,
  legacyReceiptOf,
  put,
  query,
  receiptOf,
  run,
  type Shipment,
} from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  formSet,
  message,
  ORGANISATION,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { NEW_FORM, NEW_SERVICE, retry, setCatalogue } from './retry-home.js';

const ofNew = (reference: string, values = {}, content = {}) =>
  correspondence(reference, { ServiceCode: 'NEW', ServiceEdition: null, ...values }, content);

const itemOf = (home: string, reference: string) =>
  query<{ id: number }>(home, 'SELECT id FROM item WHERE senders_reference = ?', reference)[0]?.id ?? 0;

const histories = (home: string, { receipt }: Pick<Shipment, 'receipt'>) =>
  [...readFileSync(join(home, receipt), 'utf8').matchAll(/<ReceiptHistory>([^<]*)</g)].map(([, text = '']) => text);

describe('failed items of an accepted shipment', () => {
  test('are accepted once the catalogue has their service: stored, told in the receipts with history, on record', async () => {
    const home = intakeHome();
    const file = correspondences(
      { reference: 'C-1' },
      correspondence('OLD'),
      ofNew('FIRST', { Reportee: PERSON }),
      ofNew('BROKEN', { Reportee: '12' }),
      ofNew('FIRST'),
    );
    drop(home, 'file.xml', file);
    const [before] = (await run(home)).shipments as [Shipment];
    const receiptBefore = receiptOf(home, before);
    setCatalogue(home, { services: [NEW_SERVICE] });
    const { exitCode, shipments, stderr } = await retry(home, '--batch', '1');
    expect(exitCode).toBe(65);
    expect(stderr).toContain('2 of 3 items that were tried again passed');
    const [after] = shipments as [Shipment];
    expect(shipments).toHaveLength(1);
    expect(after).toMatchObject({ receiptId: before.receiptId, receipt: before.receipt, status: 'ValidationFailed' });
    expect(after.items).toStrictEqual({ total: 4, accepted: 3, failed: 1 });
    expect(after.text).toBe(
      'File file.xml, system user code SKD, shipment reference C-1: tried again, 1 of 4 items failed: see the sub-receipts. The other 3 were accepted. Send only the mended items again, in a new shipment.',
    );

    const { subReceipts } = receiptOf(home, after);
    expect(subReceipts.map(({ receiptId }) => receiptId)).toStrictEqual(
      receiptBefore.subReceipts.map(({ receiptId }) => receiptId),
    );
    expect(subReceipts.map(({ status }) => status)).toStrictEqual(['OK', 'OK', 'ValidationFailed', 'OK']);
    expect(subReceipts[2]?.text).toMatch(/^Failed, line 5, reference BROKEN: \[60012\] line 5, position \d+:/);
    expect(subReceipts[3]?.text).toMatch(/^Line 6: accepted\. Warning \[0\] The SendersReference is not unique/);
    expect(histories(home, after)).toStrictEqual([
      before.text,
      ...receiptBefore.subReceipts.slice(1).map(({ text }) => text.replace(/\n/g, ' ')),
    ]);

    expect(query(home, 'SELECT senders_reference AS r, service_edition_code AS e FROM visible_message')).toStrictEqual([
      { r: 'OLD', e: '2009' },
      { r: 'FIRST', e: '1' },
      { r: 'FIRST', e: '1' },
    ]);
    expect(query(home, 'SELECT item_id % 10 AS item FROM item_raw_xml')).toStrictEqual([{ item: 3 }]);
    const issues =
      'SELECT item_id % 10 AS item, code, outdated_at IS NULL AS stands FROM issue ORDER BY item_id, code DESC';
    expect(query(home, issues)).toStrictEqual([
      { item: 2, code: 40013, stands: 0 },
      { item: 3, code: 60012, stands: 1 },
      { item: 3, code: 40013, stands: 0 },
      { item: 4, code: 40013, stands: 0 },
      { item: 4, code: 0, stands: 1 },
    ]);
    expect(query(home, 'SELECT status, state FROM batch')).toStrictEqual([
      { status: 'ValidationFailed', state: 'archived' },
    ]);
    expect(query(home, 'SELECT outcome FROM attempt')).toStrictEqual([{ outcome: 'done' }, { outcome: 'done' }]);
    expect(query(home, 'SELECT command, arguments FROM audit')).toStrictEqual([
      { command: 'retry', arguments: '["--batch","1"]' },
    ]);

    // A second time nothing is new, and nothing is changed.
    const xml = readFileSync(join(home, after.receipt));
    expect(await retry(home, '--batch', '1')).toMatchObject({ exitCode: 65, shipments: [after] });
    expect(readFileSync(join(home, after.receipt))).toStrictEqual(xml);
  });

  test('one by one: the others stay failed; one that did not fail is none to try', async () => {
    const home = intakeHome();
    drop(
      home,
      'file.xml',
      altut({}, message('A'), message('B', { shortName: 'NEW 1' }), message('C', { shortName: 'NEW_1' })),
    );
    const [before] = (await run(home)).shipments as [Shipment];
    setCatalogue(home, { services: [NEW_SERVICE] });
    const { exitCode, shipments } = await retry(home, '--item', String(itemOf(home, 'C')));
    expect(exitCode).toBe(65);
    expect(shipments).toMatchObject([{ items: { total: 3, accepted: 2, failed: 1 } }]);
    expect(legacyReceiptOf(home, before).entries).toMatchObject([
      expect.stringContaining('tried again, 1 of 3 items failed'),
      expect.stringMatching(/^Failed, line 4, reference B/),
    ]);
    const accepted = await retry(home, '--item', String(itemOf(home, 'A')));
    expect(accepted).toMatchObject({
      exitCode: 0,
      shipments: [],
      stderr: expect.stringContaining('the item did not fail'),
    });
    expect((await retry(home, '--item', String(itemOf(home, 'B')))).exitCode).toBe(0);
    const whole = await retry(home, '--batch', '1');
    expect(whole).toMatchObject({
      exitCode: 0,
      shipments: [],
      stderr: expect.stringContaining('batch 1 was accepted whole'),
    });
  });

  test('of a service that is to be passed over by now are ignored', async () => {
    const home = intakeHome();
    drop(home, 'file.xml', correspondences({ reference: 'C-1' }, ofNew('1'), correspondence('2')));
    await run(home);
    setCatalogue(home, { own: { ignoreServiceCodes: ['NEW'] } });
    const { exitCode, shipments } = await retry(home, '--batch', '1');
    expect(exitCode).toBe(0);
    expect(shipments).toMatchObject([{ status: 'OK', items: { total: 2, accepted: 2, failed: 0 } }]);
    expect(shipments[0]?.text).toContain('tried again, 1 item accepted; 1 item ignored');
    expect(query(home, 'SELECT state FROM item')).toStrictEqual([{ state: 'ignored' }, { state: 'accepted' }]);
    expect(query(home, 'SELECT item_id FROM item_raw_xml')).toStrictEqual([]);
  });

  test('keep what their owner made their sub-receipts say, as long as nothing is new about them', async () => {
    const home = intakeHome();
    drop(
      home,
      'file.xml',
      correspondences({ reference: 'C-1' }, ofNew('1'), ofNew('2', { Reportee: '12' }), correspondence('3')),
    );
    const [before] = (await run(home)).shipments as [Shipment];
    const store = Store.open(join(home, 'data/altinn-batch.db'), { busyTimeoutMs: 1000, fileMode: 0o640 });
    const say = (at: number, text: string) => {
      const sub = receiptOf(home, before).subReceipts[at];
      const head = { ...sub, statusCode: sub?.status, history: [], references: [] };
      const update = {
        before: head as never,
        statusCode: 'OK',
        text,
        lastChanged: '2024-01-01T00:00:00',
        references: [],
      } as const;
      store.receipts.updateSubReceipts(before.receiptId, [update], '2024-01-01T00:00:00');
    };
    say(0, 'Seen to, by SKD.');
    await retry(home, '--batch', '1');
    expect(receiptOf(home, before).subReceipts.map(({ text }) => text.slice(0, 10))).toStrictEqual([
      'Seen to, b',
      'Failed, li',
      'Line 5: ac',
    ]);
    setCatalogue(home, { services: [NEW_SERVICE] });
    await retry(home, '--batch', '1');
    store.close();
    expect(receiptOf(home, before).subReceipts[0]).toMatchObject({
      status: 'OK',
      text: expect.stringMatching(/^Line 3: accepted/),
    });
    expect(histories(home, before)).toContainEqual(expect.stringMatching(/^Seen to, by SKD\.\nFailed, line 3/));
  });

  test('of a Reportee whose fault is not kept with them fail again, for that fault', async () => {
    const home = intakeHome({ chunkItems: 1 });
    const items = (value: string) => [
      subscriptionItem({ ExternalServiceCode: value, ExternalServiceEditionCode: '1' }),
    ];
    const file = serviceOwner(
      subscriptionPart(
        { reference: 'S-1' },
        reportee(PERSON, ...items('NEWFORM'), ...items('NEWFORM'), '<Stray/>'),
        reportee(ORGANISATION, ...items('NEWFORM'), ...items('TEST1')),
      ),
    );
    drop(home, 'file.xml', file);
    await run(home);
    setCatalogue(home, { services: [NEW_FORM] });
    const [after] = (await retry(home, '--batch', '1')).shipments as [Shipment];
    expect(after.items).toStrictEqual({ total: 4, accepted: 2, failed: 2 });
    const fault =
      /\[0\] line 7, position 1: The Reportee around the item is not valid: Element '\S*Stray': .*All items of this Reportee fail/;
    expect(receiptOf(home, after).subReceipts.map(({ text }) => fault.test(text))).toStrictEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a shipment of which nothing was accepted', () => {
  const head = { reference: 'C-1', sequenceNo: '4' };

  test('is accepted with its items: its number and reference are used up now, and its file goes to the archive', async () => {
    const home = intakeHome();
    drop(home, 'file.xml', correspondences(head, ofNew('1'), ofNew('2')));
    await run(home);
    setCatalogue(home, { services: [NEW_SERVICE] });
    const { exitCode, shipments } = await retry(home, '--batch', '1');
    expect(exitCode).toBe(0);
    expect(shipments).toMatchObject([{ status: 'OK', items: { total: 2, accepted: 2, failed: 0 } }]);
    expect(query(home, 'SELECT status, state, archived_as FROM batch')).toStrictEqual([
      { status: 'OK', state: 'archived', archived_as: expect.stringMatching(/^data\/archive\/.*\/file\.xml$/) },
    ]);
    drop(home, 'again.xml', correspondences({ ...head, sequenceNo: '5' }, ofNew('1')), 9);
    drop(home, 'next.xml', correspondences({ reference: 'C-2', sequenceNo: '5' }, ofNew('1')), 8);
    expect((await run(home)).shipments.map(({ file, status }) => [file, status])).toStrictEqual([
      ['again.xml', 'Rejected'],
      ['next.xml', 'OK'],
    ]);
  });

  test('is refused when its reference, or its number, was used meanwhile: its items stay as they were, its receipt says so', async () => {
    const home = intakeHome();
    drop(home, 'a.xml', correspondences(head, ofNew('1')), 9);
    drop(home, 'b.xml', correspondences({ ...head, reference: 'C-2' }, ofNew('1')), 8);
    drop(home, 'c.xml', correspondences(head, correspondence('1')), 7);
    const [a] = (await run(home)).shipments as [Shipment];
    setCatalogue(home, { services: [NEW_SERVICE] });
    const first = await retry(home, '--batch', '1');
    expect(first.exitCode).toBe(65);
    expect(first.shipments).toMatchObject([{ status: 'Rejected', receiptId: a.receiptId }]);
    expect(first.shipments[0]?.text).toMatch(
      /C-1: tried again, rejected, nothing was taken in\. The shipment reference C-1 was used before.*receipt \d+/,
    );
    expect(first.stderr).toContain('nothing was taken in all the same');
    const second = await retry(home, '--batch', '2');
    expect(second.shipments[0]?.text).toContain('The sequence number is 4, but 5 was expected');
    expect(query(home, 'SELECT state, count(*) AS n FROM item GROUP BY state ORDER BY state')).toStrictEqual([
      { state: 'accepted', n: 1 },
      { state: 'failed', n: 2 },
    ]);
    expect(query(home, 'SELECT item_id FROM message')).toHaveLength(1);
    // Set by hand it is due, and then it is taken in.
    await altinnBatch(['sequence', 'set', 'SKD', 'correspondence', '4', '--why', 'sent twice', '--home', home]);
    const third = await retry(home, '--batch', '2');
    expect(third).toMatchObject({ exitCode: 0, shipments: [{ status: 'OK', reference: 'C-2' }] });
    expect(
      query(
        home,
        'SELECT message, outdated_at IS NULL AS stands FROM issue WHERE shipment_id IS NOT NULL AND batch_id = 2',
      ),
    ).toMatchObject([{ message: expect.stringContaining('The sequence number is 4'), stands: 0 }]);
  });
});

describe('a shipment that was refused for too many failed items', () => {
  const file = correspondences(
    { reference: 'C-1' },
    ofNew('1'),
    correspondence('2'),
    ofNew('3', { Reportee: '1' }),
    correspondence('4'),
  );

  test('is accepted when few enough fail now, its refused items from the file', async () => {
    const home = intakeHome({ maxFailedItems: 1 });
    drop(home, 'file.xml', Buffer.from(`\ufeff${file}`, 'utf16le'));
    const [before] = (await run(home)).shipments as [Shipment];
    expect(await retry(home, '--item', String(itemOf(home, '1')))).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('retry --batch 1'),
    });
    const same = await retry(home, '--batch', '1');
    expect(same.shipments).toStrictEqual([before]);
    setCatalogue(home, { services: [NEW_SERVICE] });
    const { shipments } = await retry(home, '--batch', '1');
    const [after] = shipments as [Shipment];
    expect(after).toMatchObject({ status: 'ValidationFailed', items: { total: 4, accepted: 3, failed: 1 } });
    expect(after.text).toContain('tried again, 1 of 4 items failed: see the sub-receipts. The other 3 were accepted.');
    expect(receiptOf(home, after).subReceipts.map(({ status }) => status)).toStrictEqual([
      'OK',
      'OK',
      'ValidationFailed',
      'OK',
    ]);
    expect(histories(home, after)).toHaveLength(5);
    expect(query(home, 'SELECT item_id % 10 AS item FROM item_raw_xml')).toStrictEqual([{ item: 3 }]);
    expect(query(home, 'SELECT senders_reference AS r FROM visible_message ORDER BY item_id')).toStrictEqual(
      ['1', '2', '4'].map((r) => ({ r })),
    );
  });

  test('stays refused while too many fail: those that pass now are refused with it', async () => {
    const home = intakeHome({ maxFailedItems: 0 });
    drop(home, 'file.xml', file);
    await run(home);
    setCatalogue(home, { services: [NEW_SERVICE] });
    const [after] = (await retry(home, '--batch', '1')).shipments as [Shipment];
    expect(after).toMatchObject({ status: 'ValidationFailed', items: { total: 4, accepted: 0, failed: 1 } });
    expect(after.text).toMatch(/tried again, 1 of 4 items failed.*more than the limit \(0\) allows/);
    expect(receiptOf(home, after).subReceipts.map(({ status }) => status)).toStrictEqual([
      'Rejected',
      'Rejected',
      'ValidationFailed',
      'Rejected',
    ]);
    expect(query(home, 'SELECT item_id FROM message')).toStrictEqual([]);
    setCatalogue(home, { services: [NEW_SERVICE], own: { settings: { maxFailedItems: 1 } } });
    rmSync(join(home, 'data/rejected'), { recursive: true });
    const gone = await retry(home, '--batch', '1');
    expect(gone).toMatchObject({
      exitCode: 65,
      shipments: [],
      stderr: expect.stringMatching(/can't be tried again: .*stand only in its file/),
    });
    expect(query(home, "SELECT count(*) AS n FROM item WHERE state = 'refused'")).toStrictEqual([{ n: 3 }]);
  });
});

describe('prefill', () => {
  test('that is accepted late does not take the place of what was sent after it', async () => {
    const home = intakeHome();
    const ofForm = (name: string, ValidFrom: string, ValidTo: string, ExternalServiceCode = 'NEWFORM') =>
      formSet(name, { ExternalServiceCode, ExternalServiceEditionCode: '1', ValidFrom, ValidTo });
    const send = (reference: string, ...items: string[]) =>
      drop(home, `${reference}.xml`, serviceOwner(prefillPart({ reference }, reportee(PERSON, ...items))));
    setCatalogue(home, { services: [NEW_FORM] });
    send('P-1', ofForm('EARLY', '2024-01-01', '2024-06-30'));
    await run(home);
    setCatalogue(home, {});
    send('P-2', ofForm('LATE-1', '2024-06-01', '2024-07-31'), ofForm('LATE-2', '2024-11-01', '2024-12-31'));
    await run(home);
    setCatalogue(home, { services: [NEW_FORM] });
    send('P-3', ofForm('NEWER', '2024-07-01', '2024-08-31'));
    await run(home);
    await retry(home, '--batch', '2');
    const state = `SELECT senders_reference AS name, in_force AS inForce,
      (SELECT senders_reference FROM item WHERE id = replaced_by) AS replacedBy FROM visible_prefill_form_set ORDER BY item_id`;
    expect(query(home, state)).toStrictEqual([
      { name: 'EARLY', inForce: 0, replacedBy: 'LATE-1' },
      { name: 'LATE-1', inForce: 0, replacedBy: 'NEWER' },
      { name: 'LATE-2', inForce: 1, replacedBy: null },
      { name: 'NEWER', inForce: 1, replacedBy: null },
    ]);
  });
});

describe('the command', () => {
  test('stopped by a signal has changed nothing, and says so by its exit code', async () => {
    const home = intakeHome({ chunkItems: 10 });
    const items = Array.from({ length: 4000 }, (_, index) => ofNew(`M-${index}`));
    drop(home, 'file.xml', correspondences({ reference: 'C-1' }, ...items));
    await run(home);
    setCatalogue(home, { services: [NEW_SERVICE] });
    const child = startAltinnBatch(['retry', '--batch', '1', '--home', home]);
    const ended = finished(child);
    const staged = () => query<{ n: number }>(home, 'SELECT count(*) AS n FROM retry_item')[0]?.n ?? 0;
    while (staged() === 0) await sleep(5);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ exitCode: 143, stdout: '' });
    expect(staged()).toBe(0);
    expect(query(home, "SELECT count(*) AS n FROM item WHERE state = 'failed'")).toStrictEqual([{ n: 4000 }]);
    expect(query(home, 'SELECT count(*) AS n FROM message')).toStrictEqual([{ n: 0 }]);
    expect(await retry(home, '--batch', '1')).toMatchObject({
      exitCode: 0,
      shipments: [{ items: { accepted: 4000 } }],
    });
  });

  test('is refused what it can not do', async () => {
    const home = intakeHome({ maxItemBytes: 100_000 });
    const large = correspondence('LARGE', {}, { MessageBody: 'x'.repeat(100_000) });
    drop(home, 'file.xml', correspondences({ reference: 'C-1' }, correspondence('1'), large));
    await run(home);
    const truncated = await retry(home, '--batch', '1');
    expect(truncated).toMatchObject({ exitCode: 65, shipments: [{ status: 'ValidationFailed' }] });
    expect(truncated.stderr).toMatch(/Not tried: item \d+, line 4: it was too large/);
    put(home, 'services.json', JSON.stringify({ serviceOwners: [], services: [] }));
    expect(await retry(home, '--batch', '1')).toMatchObject({
      exitCode: 65,
      shipments: [],
      stderr: expect.stringMatching(/can't be tried again: The service owner 'SKD'/),
    });
    expect(await retry(home, '--batch', '7')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('There is no batch 7'),
    });
    expect(await retry(home, '--item', '1000000009')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('no item 1000000009'),
    });
    expect(await retry(home)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('--batch ID and --item ID'),
    });
  });
});
