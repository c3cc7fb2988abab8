import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch } from '../support/cli.js';
import {
  drop,
  exampleCatalogue,
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
  field,
  formSet,
  message,
  ORGANISATION,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

/** SKD passes over the services 1051 (its form), PSA (its message) and OLD, which no catalogue has. */
function homeThatIgnores(settings: object = {}): string {
  const home = intakeHome(settings);
  const { serviceOwners, services } = exampleCatalogue();
  const owners = serviceOwners.map((owner) =>
    'code' in owner && owner.code === 'SKD' ? { ...owner, ignoreServiceCodes: ['1051', 'PSA', 'OLD'] } : owner,
  );
  put(home, 'services.json', JSON.stringify({ serviceOwners: owners, services }));
  return home;
}

const states = (home: string, { batchId }: Pick<Shipment, 'batchId'>) =>
  query<{ state: string }>(
    home,
    'SELECT item.state FROM item JOIN shipment ON shipment.id = shipment_id WHERE batch_id = ? ORDER BY item.id',
    batchId,
  ).map(({ state }) => state);

const CONTENT = ['message', 'subscription', 'prefill_form_set', 'prefill_field', 'item_raw_xml'];

test('items of a service that their owner passes over are told and counted, and nothing of them is stored', async () => {
  const home = homeThatIgnores();
  const kept = { ServiceCode: 'TEST2', ServiceEdition: '1' };
  drop(
    home,
    'letters.xml',
    correspondences(
      { reference: 'C-1' },
      correspondence('KEPT', kept),
      correspondence('PASSED', { Reportee: 'nobody' }),
      correspondence('BAD', { ...kept, Reportee: '123' }),
      correspondence('UNKNOWN', { ServiceCode: 'OLD', ServiceEdition: null }),
    ),
    9,
  );
  drop(
    home,
    'form-sets.xml',
    serviceOwner(prefillPart({ reference: 'P-1' }, reportee(ORGANISATION, formSet('A'), field('F')))),
    8,
  );
  drop(home, 'old.xml', altut({ sequenceNo: '1' }, message('M-1'), message('M-2', { shortName: 'PSA_1' })), 7);
  const { exitCode, shipments } = await run(home);
  expect(exitCode).toBe(65);
  const [letters, formSets, old] = shipments as [Shipment, Shipment, Shipment];

  expect(letters).toMatchObject({ status: 'ValidationFailed', items: { total: 4, accepted: 3, failed: 1 } });
  expect(letters.text).toContain(
    '1 of 4 items failed: see the sub-receipts. Of the others 1 was accepted and 2 were ignored. Send only the mended',
  );
  expect(states(home, letters)).toStrictEqual(['accepted', 'ignored', 'failed', 'ignored']);
  const { subReceipts } = receiptOf(home, letters);
  expect(subReceipts.map(({ status }) => status)).toStrictEqual(['OK', 'OK', 'ValidationFailed', 'OK']);
  expect(subReceipts[1]?.text).toBe(
    'Line 4: ignored. Service PSA/2009. Items of this service are passed over; nothing of it is stored. File letters.xml, system user code SKD.',
  );
  expect(subReceipts[1]?.references).toStrictEqual(['SendersReference=PASSED', 'PartyReference=nobody']);

  expect(formSets).toMatchObject({ status: 'OK', items: { total: 2, accepted: 2, failed: 0 } });
  expect(formSets.text).toContain('1 item accepted; 1 item ignored, since its service is passed over.');
  expect(old).toMatchObject({ status: 'OK', items: { total: 2, accepted: 2, failed: 0 } });
  expect(old.text).toContain('all 2 items ignored, since their services are passed over.');
  expect(legacyReceiptOf(home, old).entries).toHaveLength(1);

  const stored = CONTENT.map((table) => query(home, `SELECT item_id FROM ${table}`).length);
  expect(stored).toStrictEqual([1, 0, 0, 1, 1]);
  expect(
    query(home, 'SELECT state, accepted_items AS a, failed_items AS f, ignored_items AS i FROM shipment'),
  ).toStrictEqual([
    { state: 'accepted', a: 1, f: 1, i: 2 },
    { state: 'accepted', a: 1, f: 0, i: 1 },
    { state: 'accepted', a: 0, f: 0, i: 2 },
  ]);
});

test('a shipment of ignored items only is accepted: its file is archived, its reference and number are used up', async () => {
  const home = homeThatIgnores();
  drop(home, 'a.xml', correspondences({ reference: 'C-1', sequenceNo: '7' }, correspondence('1')), 9);
  drop(home, 'b.xml', correspondences({ reference: 'C-1', sequenceNo: '8' }, correspondence('2')), 8);
  const { shipments } = await run(home);
  expect(shipments.map(({ status }) => status)).toStrictEqual(['OK', 'Rejected']);
  expect(
    readdirSync(join(home, 'data/archive')).flatMap((day) => readdirSync(join(home, 'data/archive', day))),
  ).toEqual(['a.xml']);
});

test('an item that the schema fails is failed, whatever its service, and so is every item of a Reportee that it fails', async () => {
  const home = homeThatIgnores({ chunkItems: 2 });
  const items = Array.from({ length: 5 }, () => subscriptionItem());
  drop(
    home,
    'file.xml',
    serviceOwner(
      subscriptionPart(
        { reference: 'S-1' },
        reportee(ORGANISATION, subscriptionItem({ CaseId: 'none' }), subscriptionItem()),
        reportee(ORGANISATION, ...items, '<Stray/>'),
      ),
    ),
  );
  const { shipments } = await run(home);
  const [shipment] = shipments as [Shipment];
  expect(shipment.items).toStrictEqual({ total: 7, accepted: 1, failed: 6 });
  expect(states(home, shipment)).toStrictEqual(['failed', 'ignored', ...items.map(() => 'failed')]);
  expect(query(home, 'SELECT ignored_items AS i FROM shipment')).toStrictEqual([{ i: 1 }]);
  expect(query(home, 'SELECT item_id FROM item_raw_xml')).toHaveLength(6);
});

test('with too many failed items beside them, ignored ones stay ignored', async () => {
  const home = homeThatIgnores({ maxFailedItems: 0, subReceipts: 'failed' });
  const bad = { ServiceCode: 'NONE' };
  drop(home, 'a.xml', correspondences({ reference: 'C-1' }, correspondence('1'), correspondence('2', bad)));
  const { shipments } = await run(home);
  const [shipment] = shipments as [Shipment];
  expect(shipment).toMatchObject({ status: 'ValidationFailed', items: { total: 2, accepted: 1, failed: 1 } });
  expect(states(home, shipment)).toStrictEqual(['ignored', 'failed']);
  expect(receiptOf(home, shipment).subReceipts).toHaveLength(1);
});

test('validate finds nothing wrong with them', async () => {
  const home = homeThatIgnores();
  const file = put(
    home,
    'elsewhere/a.xml',
    correspondences({ reference: 'C-1' }, correspondence('1', { Reportee: '1' })),
  );
  const { exitCode, stdout } = await altinnBatch(['validate', file, '--home', home]);
  expect({ exitCode, stdout }).toStrictEqual({
    exitCode: 0,
    stdout: `${file}: correspondence, valid (items: 1, failed: 0, issues: 0)\n`,
  });
});
