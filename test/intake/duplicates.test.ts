import { expect, test } from 'vitest';
import { drop, intakeHome, put, query, receiptOf, run } from '../support/intake-home.js';
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
} from '../support/submissions.js';

const BAD = { ServiceCode: 'NONE' };

test('a reference can be used once, by an accepted shipment of the same system user code and format', async () => {
  const home = intakeHome();
  const send = (name: string, age: number, systemUserCode: string, ...items: string[]) =>
    drop(home, name, correspondences({ reference: 'REF', systemUserCode }, ...items), age);
  send('none-accepted.xml', 20, 'SKD', correspondence('A', BAD));
  send('unknown-owner.xml', 19, 'XXX', correspondence('B'));
  drop(home, 'cut-short.xml', correspondences({ reference: 'REF' }, correspondence('C')).slice(0, -5), 18);
  send('partly.xml', 17, 'SKD', correspondence('D'), correspondence('E', BAD));
  send('again.xml', 16, 'SKD', correspondence('F'));
  send('other-system.xml', 15, 'SKD-2', correspondence('G'));
  const prefill = serviceOwner(prefillPart({ reference: 'REF' }, reportee(PERSON, formSet('H'))));
  drop(home, 'other-format.xml', prefill, 14);
  const { shipments } = await run(home);
  expect(shipments.map(({ file, status, items }) => [file, status, items.accepted])).toStrictEqual([
    ['none-accepted.xml', 'ValidationFailed', 0],
    ['unknown-owner.xml', 'Rejected', 0],
    ['cut-short.xml', 'ValidationFailed', 0],
    ['partly.xml', 'ValidationFailed', 1],
    ['again.xml', 'Rejected', 0],
    ['other-system.xml', 'OK', 1],
    ['other-format.xml', 'OK', 1],
  ]);
  expect(shipments[4]?.text).toContain(`file partly.xml, receipt ${shipments[3]?.receiptId}.`);
  expect(shipments[4]?.text).toContain('REF was used before');
  expect(shipments[2]?.text).toMatch(/\[0\] line \d+, position \d+: /);
  for (const one of shipments) receiptOf(home, one);
  expect(query(home, 'SELECT senders_reference AS r FROM visible_message ORDER BY item_id')).toStrictEqual(
    ['D', 'G'].map((r) => ({ r })),
  );
});

test('bytes that were seen before are a Warning on a shipment that is accepted now', async () => {
  const home = intakeHome({ maxFailedItems: 0 });
  const file = correspondences({ reference: 'REF' }, correspondence('A'), correspondence('B', BAD));
  drop(home, 'first.xml', file);
  const [first] = (await run(home)).shipments;
  expect(first?.status).toBe('ValidationFailed');
  expect(first?.text).not.toContain('very same bytes');
  put(home, 'altinn-batch.json', '{"stableSeconds":0}');
  drop(home, 'second.xml', file);
  const [second] = (await run(home)).shipments;
  expect(second?.items).toStrictEqual({ total: 2, accepted: 1, failed: 1 });
  expect(second?.text).toMatch(/Warning \[0\].*very same bytes was received before/);
});

test('an AltUt file without sequence number is taken once, by its bytes', async () => {
  const home = intakeHome();
  const file = altut({}, message('A'));
  drop(home, 'bad-first.xml', altut({}, message('A', { shortName: 'free text' })), 20);
  drop(home, 'bad-again.xml', altut({}, message('A', { shortName: 'free text' })), 19);
  drop(home, 'first.xml', file, 18);
  drop(home, 'again.xml', file, 17);
  drop(home, 'other.xml', altut({}, message('A'), message('B')), 16);
  const { shipments } = await run(home);
  expect(shipments.map(({ reference, status }) => [reference, status])).toStrictEqual([
    ['bad-first.xml', 'ValidationFailed'],
    ['bad-again.xml', 'ValidationFailed'],
    ['first.xml', 'OK'],
    ['again.xml', 'Rejected'],
    ['other.xml', 'OK'],
  ]);
  expect(shipments[1]?.text).toContain('very same bytes');
  expect(shipments[3]?.text).toContain(`accepted before: file first.xml, receipt ${shipments[2]?.receiptId}.`);
  const [receipt] = shipments.slice(3, 4).map((one) => receiptOf(home, one));
  expect(receipt).toMatchObject({ status: 'Rejected', subReceipts: [] });
  expect(query(home, 'SELECT count(*) AS n FROM visible_message')).toStrictEqual([{ n: 3 }]);
});

test('bytes that were seen before are a Warning on any other file: refused whole, rejected, or without a shipment', async () => {
  const home = intakeHome();
  const good = correspondences({ reference: 'GOOD' }, correspondence('A'));
  const files: Readonly<Record<string, string | Buffer>> = {
    'cut-short': good.slice(0, -5),
    doctype: `<!DOCTYPE x>${good}`,
    'unknown-root': '<x/>',
    'not-xml': 'hello',
    undecodable: Buffer.from('<x>\xe6</x>', 'latin1'),
    'no-shipment': serviceOwner(''),
    'unknown-owner': correspondences({ reference: 'R', systemUserCode: 'XXX' }, correspondence('B')),
    'used-reference': good,
  };
  const names = Object.keys(files);
  for (const [index, name] of names.entries()) {
    drop(home, `${name}-1.xml`, files[name] ?? '', 100 - index);
    drop(home, `${name}-2.xml`, files[name] ?? '', 50 - index);
  }
  const { shipments } = await run(home);
  expect(shipments.map(({ file }) => file)).toStrictEqual(
    [1, 2].flatMap((time) => names.map((n) => `${n}-${time}.xml`)),
  );
  for (const [index, name] of names.entries()) {
    const [first, second] = [shipments[index], shipments[names.length + index]];
    expect(first?.text).not.toContain('very same bytes');
    const { text } = receiptOf(home, second ?? { receipt: '' });
    expect(text).toContain(
      `Warning [0] A file with the very same bytes was received before: file ${name}-1.xml, receipt ${first?.receiptId}.`,
    );
    expect(second).toMatchObject({ status: name === 'used-reference' ? 'Rejected' : first?.status, text });
  }
  expect(query(home, 'SELECT count(*) AS n FROM batch WHERE sha256 IS NULL')).toStrictEqual([{ n: 0 }]);
});
