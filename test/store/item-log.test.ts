import { describe, expect, test } from 'vitest';
import { itemIdOf } from '../../src/store/item-id.js';
import type { ItemFilter } from '../../src/store/item-log.js';
import type { Store } from '../../src/store/store.js';
import {
  aFailedItem,
  anError,
  anItem,
  aPrefillField,
  aWarning,
  claimBatch,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

const NO_FILTER = {
  state: null,
  reportee: null,
  sendersReference: null,
  serviceCode: null,
  serviceEditionCode: null,
};

function ordinals(
  store: Store,
  filter: Pick<ItemFilter, 'batchId'> & Partial<ItemFilter>,
  after: number | null = null,
) {
  return store.itemLog.list({ ...NO_FILTER, ...filter }, after, 100).map(({ ordinal }) => ordinal);
}

describe('the list of items', () => {
  test('begins with the last of the file, goes on after an id, and says of each what it is', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    const { batchId, shipmentId } = shipment;
    const given = { sendersReference: 'S-1', shortName: 'PSA 2009' };
    store.shipments.stage(shipmentId, [anItem(1, { ...given, issues: [aWarning('W.')] }), anItem(2), anItem(3)]);
    settle(store, shipment);
    expect(ordinals(store, { batchId })).toEqual([3, 2, 1]);
    expect(ordinals(store, { batchId }, itemIdOf(shipmentId, 3))).toEqual([2, 1]);
    expect(store.itemLog.list({ ...NO_FILTER, batchId }, null, 2)).toHaveLength(2);
    expect(store.itemLog.list({ ...NO_FILTER, batchId }, null, 100)[2]).toEqual({
      id: itemIdOf(shipmentId, 1),
      batchId,
      format: 'subscription',
      ordinal: 1,
      line: 10,
      position: 5,
      state: 'accepted',
      serviceCode: '1051',
      serviceEditionCode: '201010',
      reportee: '974761076',
      sendersReference: 'S-1',
      shortName: 'PSA 2009',
      issues: 1,
    });
  });

  test('is narrowed by state, reportee, reference and service, alone and together', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    const { batchId } = shipment;
    store.shipments.stage(shipment.shipmentId, [
      anItem(1, { reportee: 'A', sendersReference: 'S-1' }),
      aFailedItem(2, { reportee: 'A', sendersReference: 'S-2', serviceCode: 'PSA', serviceEditionCode: '1' }),
      anItem(3, { reportee: 'B', sendersReference: 'S-1', serviceCode: 'PSA', serviceEditionCode: '2' }),
      aFailedItem(4, { reportee: null, serviceCode: null, serviceEditionCode: null }),
    ]);
    settle(store, shipment);
    expect(ordinals(store, { batchId, state: 'failed' })).toEqual([4, 2]);
    expect(ordinals(store, { batchId, state: 'accepted' })).toEqual([3, 1]);
    expect(ordinals(store, { batchId, state: 'refused' })).toEqual([]);
    expect(ordinals(store, { batchId, reportee: 'A' })).toEqual([2, 1]);
    expect(ordinals(store, { batchId, reportee: 'A', state: 'failed' })).toEqual([2]);
    expect(ordinals(store, { batchId, sendersReference: 'S-1' })).toEqual([3, 1]);
    expect(ordinals(store, { batchId, sendersReference: 'S-1', reportee: 'B' })).toEqual([3]);
    expect(ordinals(store, { batchId, serviceCode: 'PSA' })).toEqual([3, 2]);
    expect(ordinals(store, { batchId, serviceCode: 'PSA', serviceEditionCode: '2' })).toEqual([3]);
    expect(ordinals(store, { batchId, serviceCode: 'PSA', state: 'failed' })).toEqual([2]);
    expect(ordinals(store, { batchId: batchId + 1, reportee: 'A' })).toEqual([]);
  });

  test('has those of both shipments of a file, the later shipment first', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    const header = { systemUserCode: 'SKD', reference: 'R', sequenceNo: null, sequenceValue: null };
    for (const format of ['subscription', 'prefill'] as const) {
      const { shipmentId } = store.shipments.open(batchId, { ...header, format });
      const content = format === 'prefill' ? { content: aPrefillField() } : {};
      store.shipments.stage(shipmentId, [anItem(1, content), anItem(2, content)]);
      settle(store, { batchId, shipmentId });
    }
    const filter = { ...NO_FILTER, batchId };
    const listed = (after: number | null, limit: number) =>
      store.itemLog.list(filter, after, limit).map(({ format, ordinal }) => `${format} ${ordinal}`);
    expect(listed(null, 9)).toEqual(['prefill 2', 'prefill 1', 'subscription 2', 'subscription 1']);
    const third = store.itemLog.list(filter, null, 3)[2];
    expect(listed(third?.id ?? null, 9)).toEqual(['subscription 1']);
    expect(listed(null, 3)).toHaveLength(3);
  });

  test('has nothing of what is staged or was refused whole', () => {
    const { store } = openStore();
    const staged = openShipment(store);
    store.shipments.stage(staged.shipmentId, [anItem(1), aFailedItem(2)]);
    for (const state of [null, 'accepted', 'failed'] as const) {
      expect(ordinals(store, { batchId: staged.batchId, state })).toEqual([]);
    }
    expect(store.itemLog.byId(itemIdOf(staged.shipmentId, 1))).toBeUndefined();
    settle(store, staged, 'refused');
    expect(ordinals(store, { batchId: staged.batchId })).toEqual([]);
  });

  test('has the items that are refused because too many others failed', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2)]);
    store.shipments.refuseItems(shipment.shipmentId);
    settle(store, shipment, 'failed');
    expect(ordinals(store, { batchId: shipment.batchId, state: 'refused' })).toEqual([1]);
  });
});

describe('an item of the log', () => {
  test('has its issues, its receipt and sub-receipt, and when it failed its raw XML', () => {
    const { store } = openStore();
    const shipment = openShipment(store, { reference: 'R-1' });
    const issues = [anError('One.'), anError('Two.')];
    store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2, { issues, rawXmlTruncated: true })]);
    const receiptId = settle(store, shipment);
    expect(store.itemLog.byId(itemIdOf(shipment.shipmentId, 2))).toEqual({
      id: itemIdOf(shipment.shipmentId, 2),
      batchId: shipment.batchId,
      fileName: 'a.xml',
      format: 'subscription',
      systemUserCode: 'SKD',
      shipmentReference: 'R-1',
      ordinal: 2,
      line: 20,
      position: 5,
      state: 'failed',
      serviceCode: '1051',
      serviceEditionCode: '201010',
      reportee: '974761076',
      sendersReference: null,
      shortName: null,
      receiptId,
      subReceiptId: receiptId + 2,
      issues,
      rawXml: { xml: '<FormTask>2</FormTask>', truncated: true },
      content: null,
    });
    expect(store.itemLog.byId(itemIdOf(shipment.shipmentId, 1))).toMatchObject({
      subReceiptId: receiptId + 1,
      rawXml: null,
      content: { kind: 'subscription', periodType: 'Monthly' },
    });
  });
});
