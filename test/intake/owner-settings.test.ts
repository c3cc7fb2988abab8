import { expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import {
  drop,
  exampleCatalogue,
  intakeHome,
  put,
  query,
  receiptOf,
  run,
  type Shipment,
} from '../support/intake-home.js';
import {
  correspondence,
  correspondences,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

/** A home where SKD has settings of its own, and BRG has those of the home. */
function homeWithOwner(own: object, settings: object = {}): string {
  const home = intakeHome(settings);
  const { serviceOwners, services } = exampleCatalogue();
  const owners = serviceOwners.map((owner) =>
    'code' in owner && owner.code === 'SKD' ? { ...owner, settings: own } : owner,
  );
  put(home, 'services.json', JSON.stringify({ serviceOwners: owners, services }));
  return home;
}

const test2 = { ServiceCode: 'TEST2', ServiceEdition: '1' };
const good = (reference: string, content = {}) => correspondence(reference, test2, content);
const bad = (reference: string) => correspondence(reference, { ServiceCode: 'NONE' });

/** The same file from SKD and from BRG, in that order. */
async function fromBoth(home: string, ...items: string[]): Promise<[Shipment, Shipment]> {
  drop(home, 'skd.xml', correspondences({ reference: 'C-1', systemUserCode: 'SKD' }, ...items), 9);
  drop(home, 'brg.xml', correspondences({ reference: 'C-1', systemUserCode: 'BRG' }, ...items), 8);
  const { shipments } = await run(home);
  return shipments as unknown as [Shipment, Shipment];
}

test('receipts and maxFailedItems of one owner can be other than those of the home', async () => {
  const home = homeWithOwner({ subReceipts: 'failed', maxFailedItems: null }, { maxFailedItems: 0 });
  const [skd, brg] = await fromBoth(home, good('1'), bad('2'));
  expect(skd.items).toStrictEqual({ total: 2, accepted: 1, failed: 1 });
  expect(receiptOf(home, skd).subReceipts).toHaveLength(1);
  expect(brg.items).toStrictEqual({ total: 2, accepted: 0, failed: 1 });
  expect(receiptOf(home, brg).subReceipts).toHaveLength(2);
  expect(query(home, "SELECT settings FROM service_owner WHERE code = 'SKD'")).toStrictEqual([
    { settings: '{"subReceipts":"failed","maxFailedItems":null}' },
  ]);
});

test('maxItemBytes of an owner holds from its first item on, whether it is more or less than the home allows', async () => {
  const large = good('LARGE', { MessageBody: 'x'.repeat(100_000) });
  const stricter = await fromBoth(homeWithOwner({ maxItemBytes: 50_000 }), large, good('2'));
  expect(stricter.map(({ items }) => items.failed)).toStrictEqual([1, 0]);
  expect(stricter[0].text).toContain('1 of 2 items failed');

  const home = homeWithOwner({ maxItemBytes: 200_000 }, { maxItemBytes: 50_000 });
  const looser = await fromBoth(home, large, good('2'));
  expect(looser.map(({ items }) => items.failed)).toStrictEqual([0, 1]);
  const subs = receiptOf(home, looser[1]).subReceipts;
  expect(subs[0]?.text).toMatch(
    /The item is \d+ bytes large; at most 50000 bytes are accepted \(setting maxItemBytes\)/,
  );
  expect(query(home, 'SELECT length(message_body) AS n FROM message WHERE message_body IS NOT NULL')).toStrictEqual([
    { n: 100_000 },
  ]);
});

test('maxFileBytes of an owner is judged when the header has been read: the file is refused whole', async () => {
  const filling = good('x'.repeat(2000));
  const [skd, brg] = await fromBoth(homeWithOwner({ maxFileBytes: 5000 }, { maxFileBytes: 1000 }), filling);
  expect(skd.status).toBe('OK');
  expect(brg).toMatchObject({ status: 'ValidationFailed', reference: 'C-1', systemUserCode: 'BRG' });
  expect(brg.text).toMatch(/The file is \d+ bytes large; at most 1000 bytes are accepted \(setting maxFileBytes\)/);

  const home = homeWithOwner({ maxFileBytes: 1000 });
  const stricter = await fromBoth(home, filling);
  expect(stricter.map(({ status }) => status)).toStrictEqual(['ValidationFailed', 'OK']);
  expect(query(home, 'SELECT state, staged_items AS n FROM shipment ORDER BY id')).toStrictEqual([
    { state: 'refused', n: 0 },
    { state: 'accepted', n: 1 },
  ]);
});

test('synthetic persons can be refused of one owner, in a Reportee without items too, and validate says the same', async () => {
  const home = homeWithOwner({ acceptSyntheticPersons: false });

  const file = serviceOwner(
    [
      subscriptionPart({ reference: 'S-1' }, reportee(PERSON, subscriptionItem())),
      prefillPart({ reference: 'P-1' }, reportee(PERSON)),
    ].join('\n'),
  );
  drop(home, 'skd.xml', file, 9);
  drop(home, 'ttd.xml', file.replace('SKD', 'TTD').replaceAll('1051', 'TEST1').replaceAll('201010', '1'), 8);
  const { shipments } = await run(home);
  expect(shipments.map(({ systemUserCode, status }) => [systemUserCode, status])).toStrictEqual([
    ['SKD', 'ValidationFailed'],
    ['SKD', 'ValidationFailed'],
    ['TTD', 'OK'],
    ['TTD', 'OK'],
  ]);
  const path = put(home, 'elsewhere.xml', file);
  const { stdout } = await altinnBatch(['validate', '--json', path, '--home', home]);
  expect(jsonLines(stdout).map(({ code }) => code)).toStrictEqual([40016, 40016]);
});
