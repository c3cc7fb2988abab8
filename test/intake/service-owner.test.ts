import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import {
  formSet,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

test('a file with both parts holds two shipments, each with a receipt and a verdict of its own', async () => {
  const home = intakeHome();
  const subscription = (reference: string) => subscriptionPart({ reference }, reportee(PERSON, subscriptionItem()));
  const prefill = (reference: string, ...items: string[]) => prefillPart({ reference }, reportee(PERSON, ...items));
  drop(home, 'both.xml', serviceOwner(`${subscription('S-1')}\n${prefill('P-1', formSet('A'))}`), 9);
  drop(home, 'repeated.xml', serviceOwner(`${subscription('S-1')}\n${prefill('P-2', formSet('B'))}`), 8);
  drop(home, 'one-bad.xml', serviceOwner(`${subscription('S-2')}\n${prefill('P-1', formSet('C'))}`), 7);
  drop(home, 'both-bad.xml', serviceOwner(`${subscription('S-1')}\n${prefill('P-1', formSet('D'))}`), 6);
  // The references of the two formats are apart.
  drop(home, 'crossed.xml', serviceOwner(`${subscription('P-1')}\n${prefill('S-1', formSet('E'))}`), 5);
  const { exitCode, shipments } = await run(home);
  expect(exitCode).toBe(65);
  expect(shipments.map(({ file, format, reference, status }) => [file, format, reference, status])).toStrictEqual([
    ['both.xml', 'subscription', 'S-1', 'OK'],
    ['both.xml', 'prefill', 'P-1', 'OK'],
    ['repeated.xml', 'subscription', 'S-1', 'Rejected'],
    ['repeated.xml', 'prefill', 'P-2', 'OK'],
    ['one-bad.xml', 'subscription', 'S-2', 'OK'],
    ['one-bad.xml', 'prefill', 'P-1', 'Rejected'],
    ['both-bad.xml', 'subscription', 'S-1', 'Rejected'],
    ['both-bad.xml', 'prefill', 'P-1', 'Rejected'],
    ['crossed.xml', 'subscription', 'P-1', 'OK'],
    ['crossed.xml', 'prefill', 'S-1', 'OK'],
  ]);
  expect(new Set(shipments.map(({ receipt }) => receipt)).size).toBe(10);
  for (const one of shipments) expect(receiptOf(home, one).status).toBe(one.status);
  expect(shipments[2]?.text).toContain(`file both.xml, receipt ${shipments[0]?.receiptId}`);
  expect(namesIn(home, 'archive')).toStrictEqual(['both.xml', 'crossed.xml', 'one-bad.xml', 'repeated.xml']);
  expect(namesIn(home, 'rejected')).toStrictEqual(['both-bad.xml']);
  expect(query(home, 'SELECT senders_reference AS r FROM visible_prefill_form_set ORDER BY item_id')).toStrictEqual([
    { r: 'A' },
    { r: 'B' },
    { r: 'E' },
  ]);
});

test('empty shipments are OK, a file with neither part is not', async () => {
  const home = intakeHome();
  drop(home, 'a.xml', serviceOwner(prefillPart({ reference: 'EMPTY' }, reportee(PERSON))), 9);
  drop(home, 'b.xml', serviceOwner(''), 8);
  const { exitCode, shipments } = await run(home);
  const [empty, neither] = shipments;
  expect(exitCode).toBe(65);
  expect(empty).toMatchObject({ status: 'OK', items: { total: 0, accepted: 0, failed: 0 } });
  expect(neither).toMatchObject({ status: 'ValidationFailed', format: null, reference: null });
  expect(neither?.text).toContain('File b.xml, system user code SKD');
  const receipt = receiptOf(home, neither ?? { receipt: '' });
  expect(receipt).toMatchObject({ typeName: 'NotSet', status: 'ValidationFailed', subReceipts: [] });
  expect(receipt.references).toStrictEqual([`BatchReference=${neither?.batchId}`]);
  expect(namesIn(home, 'archive')).toStrictEqual(['a.xml']);
  expect(namesIn(home, 'rejected')).toStrictEqual(['b.xml']);
});

test('a system user code that is empty, malformed or of nobody rejects every shipment of the file', async () => {
  const home = intakeHome();
  const parts = `${subscriptionPart({ reference: 'S' }, reportee(PERSON, subscriptionItem()))}\n${prefillPart({ reference: 'P' }, reportee(PERSON, formSet('A')))}`;
  drop(home, 'a.xml', serviceOwner(parts, ''), 9);
  drop(home, 'b.xml', serviceOwner(parts, 'SK'), 8);
  drop(home, 'c.xml', serviceOwner(parts, 'XXX-1'), 7);
  drop(home, 'd.xml', serviceOwner(parts, 'SKD_PSA'), 6);
  const { shipments } = await run(home);
  expect(shipments.map(({ status }) => status)).toStrictEqual([...Array(6).fill('Rejected'), 'OK', 'OK']);
  const codes = shipments.slice(0, 6).map(({ text }) => /\[(\d+)\]/.exec(text)?.[1]);
  expect(codes).toStrictEqual(['40008', '40008', '30005', '30005', '30005', '30005']);
  for (const one of shipments) expect(receiptOf(home, one).subReceipts.length).toBe(one.status === 'OK' ? 1 : 0);
  expect(shipments[4]?.text).toMatch(
    /'XXX' .*not in the service catalogue; the service owners there are SKD, BRG, TTD/,
  );
  expect(query(home, 'SELECT count(*) AS n FROM visible_item')).toStrictEqual([{ n: 2 }]);
});

function namesIn(home: string, fate: 'archive' | 'rejected'): string[] {
  const folder = join(home, 'data', fate);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((day) => readdirSync(join(folder, day)))
    .sort();
}
