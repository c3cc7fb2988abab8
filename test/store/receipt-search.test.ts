import { describe, expect, test } from 'vitest';
import type { ReceiptReference } from '../../src/domain/receipt.js';
import type { Store } from '../../src/store/store.js';
import { aFailedItem, aMessage, anItem, claimBatch, openShipment, openStore, settle } from './fixture.js';

function aReceipt(
  store: Store,
  typeName: 'PreFill' | 'NotSet',
  lastChanged: string,
  references: ReceiptReference[] = [],
) {
  const batchId = claimBatch(store);
  const given = { statusCode: 'OK', text: 'Fine.', subReceipts: 0, shipmentId: null } as const;
  return store.receipts.create({ ...given, batchId, typeName, lastChanged, references });
}

describe('receipts with a reference', () => {
  test('are those that it stands on, newest first, and no more than are asked for', () => {
    const { store } = openStore();
    const reference = { type: 'ExternalShipmentReference' as const, value: 'R-1' };
    const ids = ['2009', '2010', '2011'].map((year) =>
      aReceipt(store, 'PreFill', `${year}-01-01T00:00:00`, [reference]),
    );
    aReceipt(store, 'PreFill', '2009-01-01T00:00:00', [{ ...reference, value: 'R-2' }]);
    aReceipt(store, 'PreFill', '2009-01-01T00:00:00', [{ type: 'EndUserSystemReference', value: 'R-1' }]);
    expect(store.receiptSearch.byReference('ExternalShipmentReference', 'R-1', 10)).toEqual([...ids].reverse());
    expect(store.receiptSearch.byReference('ExternalShipmentReference', 'R-1', 2)).toEqual([ids[2], ids[1]]);
    expect(store.receiptSearch.byReference('BatchReference', 'R-1', 10)).toEqual([]);
  });

  test('are sub-receipts where an item has it as its SendersReference, accepted or failed, but not while it is staged', () => {
    const { store } = openStore();
    const first = openShipment(store, { reference: 'R-1' });
    store.shipments.stage(first.shipmentId, [anItem(1), aFailedItem(2, { sendersReference: 'S-1', issues: [] })]);
    const receiptId = settle(store, first);
    const staged = openShipment(store, { reference: 'R-2' });
    store.shipments.stage(staged.shipmentId, [anItem(1, { sendersReference: 'S-1' })]);
    expect(store.receiptSearch.byReference('SendersReference', 'S-1', 10)).toEqual([receiptId + 2]);
    const second = settle(store, staged);
    expect(store.receiptSearch.byReference('SendersReference', 'S-1', 10)).toEqual([second + 1, receiptId + 2]);
  });

  test('are sub-receipts of messages with that ArchiveReference, and what an update has added it to', () => {
    const { store } = openStore();
    const shipment = openShipment(store, { format: 'correspondence' });
    const content = aMessage({ archiveReference: 'AR-1' });
    store.shipments.stage(shipment.shipmentId, [anItem(1), anItem(2, { content }), anItem(3)]);
    expect(store.receiptSearch.byReference('ArchiveReference', 'AR-1', 10)).toEqual([]);
    const receiptId = settle(store, shipment);
    const lastChanged = '2009-10-02T10:00:00';
    const said = { statusCode: 'OK', text: 'Filed.', lastChanged } as const;
    const references = [{ type: 'ArchiveReference', value: 'AR-1' }] as const;
    const before = {
      ...said,
      receiptId: receiptId + 3,
      parentReceiptId: receiptId,
      typeName: 'Correspondence',
    } as const;
    const update = { ...said, before: { ...before, history: [], references: [] }, references };
    store.receipts.updateSubReceipts(receiptId, [update], lastChanged);
    store.receipts.update(receiptId, { ...said, references });
    const found = store.receiptSearch.byReference('ArchiveReference', 'AR-1', 10);
    expect(found).toEqual([receiptId + 3, receiptId + 2, receiptId]);
  });
});

describe('the list of receipts', () => {
  const ANY = { from: null, before: null };
  const idsOf = (rows: readonly { receiptId: number }[]) => rows.map((one) => one.receiptId);

  test('is of one type, has the one changed last first, and tells what each is about', () => {
    const { store } = openStore();
    const shipment = openShipment(store, { systemUserCode: 'SKD-PSA', reference: 'R-1' });
    store.shipments.stage(shipment.shipmentId, [anItem(1)]);
    const receiptId = settle(store, shipment);
    aReceipt(store, 'PreFill', '2010-01-01T00:00:00');
    expect(store.receiptSearch.list('Subscription', ANY, { limit: 10, after: null })).toEqual([
      {
        receiptId,
        type: 'Subscription',
        status: 'OK',
        lastChanged: '2009-10-01T10:00:00',
        file: 'a.xml',
        systemUserCode: 'SKD-PSA',
        reference: 'R-1',
        subReceipts: 1,
        receipt: null,
        text: 'As it went.',
      },
    ]);
  });

  test('goes on behind a receipt, also among those changed in the same second', () => {
    const { store } = openStore();
    const [a, b, c, d] = ['10', '11', '11', '12'].map((hour) => aReceipt(store, 'PreFill', `2009-10-01T${hour}:00:00`));
    const page = (after: number | null) => idsOf(store.receiptSearch.list('PreFill', ANY, { limit: 2, after }));
    expect(page(null)).toEqual([d, c]);
    expect(page(c ?? 0)).toEqual([b, a]);
    expect(page(a ?? 0)).toEqual([]);
    const update = { statusCode: 'OK', text: 'Later.', lastChanged: '2009-10-01T13:00:00', references: [] } as const;
    store.receipts.update(a ?? 0, update);
    expect(page(null)).toEqual([a, d]);
  });

  test('can be narrowed to a stretch of time, whose end no longer belongs to it, and still goes on', () => {
    const { store } = openStore();
    const ids = ['01', '02', '03', '04'].map((day) => aReceipt(store, 'PreFill', `2009-10-${day}T00:00:00`));
    const period = { from: '2009-10-02T00:00:00', before: '2009-10-04T00:00:00' };
    expect(idsOf(store.receiptSearch.list('PreFill', period, { limit: 10, after: null }))).toEqual([ids[2], ids[1]]);
    expect(idsOf(store.receiptSearch.list('PreFill', period, { limit: 10, after: ids[2] ?? 0 }))).toEqual([ids[1]]);
    expect(idsOf(store.receiptSearch.list('PreFill', period, { limit: 10, after: ids[3] ?? 0 }))).toEqual([
      ids[2],
      ids[1],
    ]);
  });
});

test('no search sorts what it finds, or reads past what it gives', () => {
  const { store, sql } = openStore();
  const statements = store.statements.filter((one) => one.includes('LIMIT ?') && one.includes('receipt'));
  expect(statements.length).toBeGreaterThanOrEqual(5);
  const plans = statements.map((statement) => {
    const parameters = [...statement].filter((letter) => letter === '?').map(() => null);
    const steps = sql.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`).all(...parameters);
    return steps.map(({ detail }) => detail).join('; ');
  });
  expect(plans.filter((plan) => plan.includes('TEMP B-TREE') || plan.includes('SCAN'))).toEqual([]);
  expect(
    plans.filter((plan) => plan.includes('receipt_of_type (type_name=? AND last_changed>? AND last_changed<?)')).length,
  ).toBe(1);
});
