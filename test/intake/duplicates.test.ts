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
