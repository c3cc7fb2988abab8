import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, temporaryFolder } from '../support/cli.js';
import { drop, intakeHome, legacyReceiptOf, put, query, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  formSet,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

const GOOD = (reference: string) => correspondence(reference);
const BAD = (reference: string) => correspondence(reference, { ServiceCode: 'NONE' });

describe('maxFailedItems', () => {
  test('as a number refuses the whole shipment when more items than that fail', async () => {
    const home = intakeHome({ maxFailedItems: 1 });
    drop(home, 'a.xml', correspondences({ reference: 'A' }, GOOD('1'), BAD('2'), GOOD('3')), 9);
    drop(home, 'b.xml', correspondences({ reference: 'B' }, GOOD('1'), BAD('2'), BAD('3'), GOOD('4')), 8);
    const { exitCode, shipments } = await run(home);
    const [within, beyond] = shipments;
    expect(exitCode).toBe(65);
    expect(within?.items).toStrictEqual({ total: 3, accepted: 2, failed: 1 });
    expect(beyond).toMatchObject({ status: 'ValidationFailed', items: { total: 4, accepted: 0, failed: 2 } });
    expect(beyond?.text).toMatch(/2 of 4 .*more than the limit \(1\) allows/);
    const subs = receiptOf(home, beyond ?? { receipt: '' }).subReceipts;
    expect(subs.map(({ status }) => status)).toStrictEqual([
      'Rejected',
      'ValidationFailed',
      'ValidationFailed',
      'Rejected',
    ]);
    expect(subs[0]?.text).toMatch(/^Not taken in, line 3, reference 1: there is no fault in this item/);
    expect(query(home, 'SELECT senders_reference AS r FROM visible_message ORDER BY item_id')).toStrictEqual([
      { r: '1' },
      { r: '3' },
    ]);
    expect(
      readdirSync(join(home, 'data/rejected')).flatMap((day) => readdirSync(join(home, 'data/rejected', day))),
    ).toStrictEqual(['b.xml']);
  });

  test('as a percentage is judged at the end', async () => {
    const home = intakeHome({ maxFailedItems: '50%' });
    drop(home, 'a.xml', correspondences({ reference: 'A' }, BAD('1'), GOOD('2')), 9);
    drop(home, 'b.xml', correspondences({ reference: 'B' }, BAD('1'), BAD('2'), GOOD('3')), 8);
    const { shipments } = await run(home);
    expect(shipments.map(({ items }) => items.accepted)).toStrictEqual([1, 0]);
    expect(shipments[1]?.text).toContain('more than the limit (50%) allows');
  });
});

test('a file over maxFileBytes is refused whole, before it is read', async () => {
  const home = intakeHome({ maxFileBytes: 500 });
  drop(home, 'large.xml', correspondences({ reference: 'LARGE' }, GOOD('x'.repeat(500))), 9);
  drop(home, 'small.xml', correspondences({ reference: 'SMALL' }), 8);
  const { shipments } = await run(home);
  const [large, small] = shipments;
  expect(large).toMatchObject({ status: 'ValidationFailed', format: null, reference: null });
  expect(large?.text).toMatch(/\[0\] line 1, position 1: The file is \d+ bytes large; at most 500 bytes are accepted/);
  expect(receiptOf(home, large ?? { receipt: '' }).subReceipts).toStrictEqual([]);
  expect(small?.status).toBe('OK');
});

test('an item over maxItemBytes fails alone, and the beginning of it is kept', async () => {
  const home = intakeHome({ maxItemBytes: 100_000 });
  const large = correspondence('LARGE', {}, { MessageBody: 'x'.repeat(100_000) });
  drop(home, 'file.xml', correspondences({ reference: 'R' }, GOOD('1'), large, GOOD('3')));
  const [shipment] = (await run(home)).shipments;
  expect(shipment?.items).toStrictEqual({ total: 3, accepted: 2, failed: 1 });
  expect(receiptOf(home, shipment ?? { receipt: '' }).subReceipts[1]?.text).toMatch(
    /Failed, line 4, reference LARGE:.*100000/s,
  );
  const [raw] = query<{ raw_xml: string; truncated: number }>(home, 'SELECT raw_xml, truncated FROM item_raw_xml');
  expect(raw?.truncated).toBe(1);
  expect(raw?.raw_xml.length).toBeGreaterThan(65_000);
  expect(raw?.raw_xml.length).toBeLessThan(67_000);
});

describe('timeZone', () => {
  test('is that of the receipts, and of times without a zone', async () => {
    const home = intakeHome({ timeZone: 'Pacific/Kiritimati' });
    const items = [
      // 2024-01-02 at home begins 14 hours before it does in UTC.
      formSet('SAME-MOMENT', { ValidFrom: '2024-01-02', ValidTo: '2024-01-02+14:00' }),
      formSet('LATER-AT-HOME', { ValidFrom: '2024-01-01Z', ValidTo: '2024-01-01' }),
    ];
    drop(home, 'a.xml', serviceOwner(prefillPart({ reference: 'P' }, reportee(PERSON, ...items))), 9);
    drop(home, 'b.xml', altut({ sequenceNo: '1' }, message('M')), 8);
    const before = Math.floor(Date.now() / 1000) * 1000;
    const { shipments } = await run(home);
    const after = Date.now();
    const [prefill, message_] = shipments;
    expect(prefill?.items).toStrictEqual({ total: 2, accepted: 1, failed: 1 });
    const times = shipments.map((one) => receiptOf(home, one).lastChanged);
    times.push(legacyReceiptOf(home, message_ ?? { receipt: '' }).timeReceived ?? '');
    for (const time of times) {
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      const moment = Date.parse(`${time}+14:00`);
      expect(moment).toBeGreaterThanOrEqual(before);
      expect(moment).toBeLessThanOrEqual(after);
    }
    const days = ['archive'].flatMap((fate) => readdirSync(join(home, 'data', fate)));
    expect(times.map((time) => time.slice(0, 10))).toContain(days[0]);
  });
});

test('modes and places of folders are settings', async () => {
  const home = intakeHome({ fileMode: '0600', folderMode: '0700', outbox: 'out', data: 'var/data' });
  drop(home, 'a.xml', correspondences({ reference: 'A' }, GOOD('1')));
  const [shipment] = (await run(home)).shipments;
  expect(shipment?.receipt).toMatch(/^out\/a\.\d+\.receipt\.xml$/);
  const mode = (path: string) => (statSync(join(home, path)).mode & 0o777).toString(8);
  expect(mode(shipment?.receipt ?? '')).toBe('600');
  expect(mode('var/data/altinn-batch.db')).toBe('600');
  expect(mode('out')).toBe('700');
  expect(mode('var/data/archive')).toBe('700');
});

describe('schemas of the home', () => {
  test('replace the bundled ones of the same namespace, in UTF-16 and with BizTalk annotations', async () => {
    const home = intakeHome();
    const bundled = readFileSync(new URL('../../schemas/correspondence.xsd', import.meta.url), 'utf8');
    const strict = bundled
      .replace('encoding="UTF-8"', 'encoding="utf-16"')
      .replace(/<xs:schema\s/, '<xs:schema xmlns:b="http://schemas.microsoft.com/BizTalk/2003" ')
      .replace(
        /<xs:schema[^>]*>/,
        (tag) =>
          `${tag}<xs:annotation><xs:appinfo><b:schemaInfo root_reference="Correspondences" xmlns:b="http://schemas.microsoft.com/BizTalk/2003"/></xs:appinfo></xs:annotation>`,
      )
      .replace(/(name="MessageSummary"[\s\S]*?maxLength value=)"512"/, '$1"3"');
    expect(strict).toContain('"3"');
    put(home, 'schemas/theirs.xsd', Buffer.from(`\ufeff${strict}`, 'utf16le'));
    drop(
      home,
      'a.xml',
      correspondences({ reference: 'A' }, correspondence('1', {}, { MessageSummary: 'four' }), GOOD('2')),
      9,
    );
    drop(home, 'b.xml', serviceOwner(subscriptionPart({ reference: 'B' }, reportee(PERSON, subscriptionItem()))), 8);
    const { shipments } = await run(home);
    expect(shipments.map(({ items }) => items.failed)).toStrictEqual([1, 0]);
    const text = receiptOf(home, shipments[0] ?? { receipt: '' }).subReceipts[0]?.text;
    expect(text).toMatch(/Failed, line 3, reference 1:.*MessageSummary.*'3'/s);
  });

  test('that are broken stop the run with 78 before a file is touched', async () => {
    const home = intakeHome();
    put(home, 'schemas/broken.xsd', '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element/></xs:schema>');
    drop(home, 'a.xml', correspondences({ reference: 'A' }));
    const { exitCode, stderr } = await run(home);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('broken.xsd');
    expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['a.xml']);
  });
});

describe('a home', () => {
  test('is never made by run: 78, naming init', async () => {
    const folder = temporaryFolder();
    for (const command of [['run'], ['watch'], ['services', 'list']]) {
      const { exitCode, stdout, stderr } = await altinnBatch(command, { cwd: folder });
      expect(exitCode).toBe(78);
      expect(stdout).toBe('');
      expect(stderr).toContain('altinn-batch init');
    }
    expect(readdirSync(folder)).toStrictEqual([]);
  });

  test('with settings that are wrong stops everything with 78, naming the key', async () => {
    const home = intakeHome({ stableSeconds: -1 });
    drop(home, 'a.xml', 'x');
    const { exitCode, stderr } = await run(home);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('stableSeconds holds -1; legal is a number of seconds from 0');
    expect(existsSync(join(home, 'data'))).toBe(false);
    expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['a.xml']);
  });

  test('may be named by the environment, and has nothing to do with an empty inbox', async () => {
    const home = intakeHome();
    const { exitCode, stdout } = await altinnBatch(['run', '--json'], { env: { ALTINN_BATCH_HOME: home } });
    expect({ exitCode, stdout }).toStrictEqual({ exitCode: 0, stdout: '' });
  });
});
