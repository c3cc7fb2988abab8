import { describe, expect, test } from 'vitest';
import { InternalFault } from '../../src/domain/faults.js';
import { itemIdOf } from '../../src/store/item-id.js';
import {
  aFailedItem,
  aFormSet,
  aMessage,
  anItem,
  aPrefillField,
  claimBatch,
  countRows,
  faultsOf,
  NOW,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

describe('the checkpoint', () => {
  test('a shipment opened again goes on after the last item staged', () => {
    const { store } = openStore();
    const { batchId, shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1), aFailedItem(2)]);
    store.shipments.stage(shipmentId, [anItem(3)]);

    const header = { format: 'subscription' as const, systemUserCode: 'SKD', reference: 'R-1', sequenceNo: null };
    expect(store.shipments.open(batchId, { ...header, sequenceValue: null })).toEqual({ shipmentId, stagedItems: 3 });
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 3, accepted: 2, failed: 1, ignored: 0 });
  });

  test('the two formats of one file are two shipments', () => {
    const { store } = openStore();
    const { batchId, shipmentId } = openShipment(store, { format: 'subscription' });
    const header = { systemUserCode: 'SKD', reference: 'R-2', sequenceNo: '007', sequenceValue: 7 };
    const prefill = store.shipments.open(batchId, { format: 'prefill', ...header });
    expect(prefill.shipmentId).not.toBe(shipmentId);
    expect(store.shipments.ofBatch(batchId)).toMatchObject([
      { id: shipmentId, format: 'subscription', sequenceNo: null, startedAt: NOW, state: 'staged', receiptId: null },
      { id: prefill.shipmentId, format: 'prefill', sequenceNo: '007', sequenceValue: 7, reference: 'R-2' },
    ]);
  });

  test.each([
    ['again', 1],
    ['with a gap before them', 4],
  ])('items staged %s are our own fault, and leave nothing', (_, ordinal) => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1), anItem(2)]);
    const before = countRows(sql);
    expect(() => store.shipments.stage(shipmentId, [anItem(ordinal)])).toThrow(InternalFault);
    expect(() => store.shipments.stage(shipmentId, [anItem(3), anItem(ordinal + 1)])).toThrow(InternalFault);
    expect(countRows(sql)).toEqual(before);
  });

  test('staging into a settled or unknown shipment is our own fault', () => {
    const { store } = openStore();
    const opened = openShipment(store);
    settle(store, opened);
    expect(() => store.shipments.stage(opened.shipmentId, [anItem(1)])).toThrow(InternalFault);
    expect(() => store.shipments.stage(opened.shipmentId + 1, [anItem(1)])).toThrow(InternalFault);
  });

  test('a chunk that breaks off halfway is undone with its checkpoint', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    const before = countRows(sql);
    const noKey = anItem(2, { content: aFormSet(), reportee: null });
    expect(() => store.shipments.stage(shipmentId, [anItem(1, { content: aMessage() }), noKey])).toThrow(InternalFault);
    expect(countRows(sql)).toEqual(before);
    expect(store.shipments.counts(shipmentId).total).toBe(0);
  });
});

describe('what may be seen', () => {
  const VIEWS = [
    'visible_item',
    'visible_prefill_form_set',
    'visible_prefill_field',
    'visible_subscription',
    'visible_message',
  ];

  function stageOneOfEach(): ReturnType<typeof openStore> & { batchId: number; shipmentId: number } {
    const opened = openStore();
    const shipment = openShipment(opened.store, { format: 'prefill' });
    opened.store.shipments.stage(shipment.shipmentId, [
      anItem(1, { content: aFormSet() }),
      anItem(2, { content: aPrefillField() }),
      anItem(3),
      anItem(4, { content: aMessage() }),
      aFailedItem(5),
    ]);
    return { ...opened, ...shipment };
  }

  function visible(sql: ReturnType<typeof openStore>['sql']): number[] {
    return VIEWS.map((view) => Number(sql.prepare(`SELECT count(*) FROM ${view}`).pluck().get()));
  }

  test('nothing of a staged shipment', () => {
    const { sql } = stageOneOfEach();
    expect(visible(sql)).toEqual([0, 0, 0, 0, 0]);
  });

  test('all of an accepted shipment', () => {
    const { store, sql, batchId, shipmentId } = stageOneOfEach();
    settle(store, { batchId, shipmentId });
    expect(visible(sql)).toEqual([5, 1, 1, 1, 1]);
    expect(sql.prepare('SELECT item_id, reportee, in_force, replaced_by FROM visible_prefill_form_set').get()).toEqual({
      item_id: itemIdOf(shipmentId, 1),
      reportee: '974761076',
      in_force: 1,
      replaced_by: null,
    });
  });

  test('the items, but no content, of a failed shipment', () => {
    const { store, sql, batchId, shipmentId } = stageOneOfEach();
    store.shipments.refuseItems(shipmentId);
    settle(store, { batchId, shipmentId }, 'failed');
    expect(visible(sql)).toEqual([5, 0, 0, 0, 0]);
    expect(faultsOf(sql)).toEqual([]);
  });

  test('nothing of a refused shipment', () => {
    const { store, sql, batchId, shipmentId } = stageOneOfEach();
    settle(store, { batchId, shipmentId }, 'refused');
    expect(visible(sql)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('the search keys', () => {
  test('items of a settled shipment are found by reportee and by reference, those of a staged one are not', () => {
    const { store, sql } = openStore();
    const opened = openShipment(store);
    store.shipments.stage(opened.shipmentId, [
      anItem(1, { sendersReference: 'S-1', reportee: '01010112345' }),
      aFailedItem(2, { sendersReference: 'S-2', reportee: null }),
    ]);
    expect(countRows(sql)).toMatchObject({ item_by_reportee: 0, item_by_senders_reference: 0 });
    settle(store, opened);
    expect(sql.prepare('SELECT * FROM item_by_reportee').all()).toEqual([
      { reportee: '01010112345', item_id: itemIdOf(opened.shipmentId, 1) },
    ]);
    expect(sql.prepare('SELECT senders_reference FROM item_by_senders_reference').pluck().all()).toEqual([
      'S-1',
      'S-2',
    ]);
  });

  test('they go with their item', () => {
    const { store, sql } = openStore();
    const opened = openShipment(store);
    store.shipments.stage(opened.shipmentId, [anItem(1, { sendersReference: 'S-1' }), anItem(2)]);
    settle(store, opened);
    sql.prepare('DELETE FROM item WHERE id = ?').run(itemIdOf(opened.shipmentId, 1));
    expect(countRows(sql)).toMatchObject({ item: 1, item_by_reportee: 1, item_by_senders_reference: 0 });
  });
});

test('a shipment without items is accepted as well', () => {
  const { store } = openStore();
  const opened = openShipment(store);
  const receiptId = settle(store, opened);
  expect(store.shipments.ofBatch(opened.batchId)).toMatchObject([
    { state: 'accepted', status: 'OK', stagedItems: 0, endedAt: NOW, receiptId },
  ]);
});

test('two batches stage side by side', () => {
  const { store } = openStore();
  const one = openShipment(store, { reference: 'R-1' });
  const other = openShipment(store, { reference: 'R-2' });
  store.shipments.stage(one.shipmentId, [anItem(1)]);
  store.shipments.stage(other.shipmentId, [anItem(1), anItem(2)]);
  store.shipments.stage(one.shipmentId, [aFailedItem(2)]);
  expect(store.shipments.counts(one.shipmentId)).toEqual({ total: 2, accepted: 1, failed: 1, ignored: 0 });
  expect(store.shipments.counts(other.shipmentId)).toEqual({ total: 2, accepted: 2, failed: 0, ignored: 0 });
  expect(claimBatch(store)).toBeGreaterThan(other.batchId);
});
