import { describe, expect, test } from 'vitest';
import { InternalFault } from '../../src/domain/faults.js';
import { issue } from '../../src/domain/issue.js';
import { itemIdOf } from '../../src/store/item-id.js';
import { readContent } from './content-reader.js';
import {
  aFailedItem,
  aFormSet,
  aMessage,
  anError,
  anItem,
  aPrefillField,
  aSubscription,
  aWarning,
  countRows,
  faultsOf,
  NOW,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

/** A store that keeps one accepted shipment of each kind, to see that nothing else is touched. */
function openFurnishedStore(): ReturnType<typeof openStore> {
  const opened = openStore();
  const shipment = openShipment(opened.store, { format: 'prefill', reference: 'KEPT' });
  opened.store.shipments.stage(shipment.shipmentId, oneOfEach());
  settle(opened.store, shipment);
  return opened;
}

function oneOfEach() {
  return [
    anItem(1, { content: aFormSet(), sendersReference: 'S-1' }),
    anItem(2, { content: aPrefillField() }),
    anItem(3, { content: aSubscription(), issues: [aWarning('Look at it.')] }),
    anItem(4, { content: aMessage() }),
    aFailedItem(5),
  ];
}

describe('discard', () => {
  test('takes back all that was staged and the Issues of the shipment, and nothing else', () => {
    const { store, sql } = openFurnishedStore();
    const { batchId, shipmentId } = openShipment(store, { format: 'prefill', reference: 'R-2' });
    store.batches.addIssues(batchId, null, [aWarning('The same bytes came before.')], NOW);
    const before = countRows(sql);
    store.batches.addIssues(batchId, shipmentId, [anError('Out of order.')], NOW);
    store.shipments.stage(shipmentId, oneOfEach());

    store.shipments.discard(shipmentId);
    expect(countRows(sql)).toEqual(before);
    expect(faultsOf(sql)).toEqual([]);
  });

  test('lets the shipment be staged again from its first item', () => {
    const { store, sql } = openFurnishedStore();
    const shipment = openShipment(store, { format: 'prefill', reference: 'R-2' });
    store.shipments.stage(shipment.shipmentId, oneOfEach());
    store.shipments.discard(shipment.shipmentId);
    expect(store.shipments.counts(shipment.shipmentId)).toEqual({ total: 0, accepted: 0, failed: 0, ignored: 0 });
    store.shipments.stage(shipment.shipmentId, oneOfEach());
    settle(store, shipment);
    expect(readContent(sql, itemIdOf(shipment.shipmentId, 4))).toEqual(aMessage());
  });

  test('works through more items than one statement takes', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    const before = countRows(sql);
    const items = Array.from({ length: 20_500 }, (_, index) => anItem(index + 1));
    store.shipments.stage(shipmentId, items);
    store.shipments.discard(shipmentId);
    expect(countRows(sql)).toEqual(before);
  });

  test('of an accepted shipment is our own fault', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    settle(store, shipment);
    expect(() => store.shipments.discard(shipment.shipmentId)).toThrow(InternalFault);
  });
});

describe('a shipment refused whole', () => {
  test('leaves no item, and keeps its own Issues, its verdict and its receipt', () => {
    const { store, sql } = openFurnishedStore();
    const shipment = openShipment(store, { format: 'prefill', reference: 'R-2' });
    store.batches.addIssues(shipment.batchId, shipment.shipmentId, [anError('Out of order.')], NOW);
    const before = countRows(sql);
    store.shipments.stage(shipment.shipmentId, oneOfEach());
    const receiptId = settle(store, shipment, 'refused');

    expect(countRows(sql)).toEqual({ ...before, receipt: 2 });
    expect(store.shipments.ofBatch(shipment.batchId)).toMatchObject([
      { state: 'refused', status: 'ValidationFailed', stagedItems: 0, acceptedItems: 0, failedItems: 0, receiptId },
    ]);
    expect(faultsOf(sql)).toEqual([]);
  });
});

describe('too many failed items', () => {
  test('make the accepted ones refused without content, and leave the failed ones as they are', () => {
    const { store, sql } = openFurnishedStore();
    const kept = countRows(sql);
    const { shipmentId } = openShipment(store, { format: 'prefill', reference: 'R-2' });
    store.shipments.stage(shipmentId, oneOfEach());
    store.shipments.refuseItems(shipmentId);

    expect(store.shipments.counts(shipmentId)).toEqual({ total: 5, accepted: 0, failed: 1, ignored: 0 });
    const states = sql.prepare('SELECT state FROM item WHERE shipment_id = ? ORDER BY id').pluck().all(shipmentId);
    expect(states).toEqual(['refused', 'refused', 'refused', 'refused', 'failed']);
    expect(countRows(sql)).toEqual({
      ...kept,
      batch: 2,
      shipment: 2,
      item: 10,
      item_raw_xml: 2,
      issue: 4,
    });
    expect(faultsOf(sql)).toEqual([]);
  });
});

describe('a fault of a Reportee', () => {
  const fault = issue(40016, 'Error', 'The Id is no person number.', { line: 3, position: 9 });
  const rawXmlOf = (item: { byteOffset: number; byteLength: number; ordinal: number }): string =>
    `<Item n="${item.ordinal}" from="${item.byteOffset}" bytes="${item.byteLength}"/>`;

  test('fails its items, those that had failed already too, and no neighbour', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store, { format: 'prefill' });
    store.shipments.stage(shipmentId, [
      anItem(1, { reporteeOrdinal: 1 }),
      anItem(2, { reporteeOrdinal: 2, content: aFormSet(), sendersReference: 'S-2' }),
      aFailedItem(3, { reporteeOrdinal: 2 }),
      anItem(4, { reporteeOrdinal: 2, content: aPrefillField() }),
      anItem(5, { reporteeOrdinal: 3 }),
    ]);
    store.shipments.failReportee(shipmentId, 2, fault, rawXmlOf);

    expect(sql.prepare('SELECT state FROM item ORDER BY id').pluck().all()).toEqual([
      'accepted',
      'failed',
      'failed',
      'failed',
      'accepted',
    ]);
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 5, accepted: 2, failed: 3, ignored: 0 });
    expect(sql.prepare('SELECT item_id % 10 AS item, raw_xml AS xml FROM item_raw_xml').all()).toEqual([
      { item: 2, xml: '<Item n="2" from="200" bytes="100"/>' },
      { item: 3, xml: '<FormTask>3</FormTask>' },
      { item: 4, xml: '<Item n="4" from="400" bytes="100"/>' },
    ]);
    expect(sql.prepare('SELECT item_id % 10 AS item, code, line, reference FROM issue ORDER BY id').all()).toEqual([
      { item: 3, code: 0, line: 12, reference: 'S-1' },
      { item: 2, code: 40016, line: 3, reference: 'S-2' },
      { item: 3, code: 40016, line: 3, reference: null },
      { item: 4, code: 40016, line: 3, reference: null },
    ]);
    expect(countRows(sql)).toMatchObject({ prefill_form_set: 0, prefill_form: 0, prefill_field: 0, subscription: 2 });
    expect(faultsOf(sql)).toEqual([]);
  });

  test('twice on the same Reportee, as after a crash, changes nothing the second time', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1), anItem(2)]);
    store.shipments.failReportee(shipmentId, 2, fault, rawXmlOf);
    store.shipments.failReportee(shipmentId, 2, fault, rawXmlOf);
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 2, accepted: 1, failed: 1, ignored: 0 });
    expect(countRows(sql)).toMatchObject({ item_raw_xml: 1, issue: 1 });
  });

  test('without items staged changes nothing', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1, { reporteeOrdinal: 1 }), anItem(2, { reporteeOrdinal: 3 })]);
    const before = countRows(sql);
    for (const ordinal of [0, 2, 4]) store.shipments.failReportee(shipmentId, ordinal, fault, rawXmlOf);
    expect(countRows(sql)).toEqual(before);
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 2, accepted: 2, failed: 0, ignored: 0 });
  });

  test('reaches all items of a Reportee that has more than a page of them', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    const items = Array.from({ length: 1_300 }, (_, index) =>
      anItem(index + 1, { reporteeOrdinal: index < 10 ? 1 : index < 1_290 ? 2 : 3 }),
    );
    store.shipments.stage(shipmentId, items);
    store.shipments.failReportee(shipmentId, 2, fault, rawXmlOf);
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 1_300, accepted: 20, failed: 1_280, ignored: 0 });
    expect(countRows(sql)).toMatchObject({ item_raw_xml: 1_280, issue: 1_280, subscription: 20 });
  });
});
