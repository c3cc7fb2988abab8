import { describe, expect, test } from 'vitest';
import { ConfigFault, InternalFault } from '../../src/domain/faults.js';
import { itemIdOf } from '../../src/store/item-id.js';
import type { NewReceipt, StoredReceipt } from '../../src/store/receipt-store.js';
import type { Store } from '../../src/store/store.js';
import type { SubReceiptUpdate } from '../../src/store/sub-receipt-changes.js';
import { ReceiptChanged } from '../../src/store/sub-receipt-items.js';
import {
  aFailedItem,
  aMessage,
  anError,
  anItem,
  aWarning,
  claimBatch,
  NOW,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

function aReceipt(batchId: number, changes: Partial<NewReceipt> = {}): NewReceipt {
  return {
    batchId,
    shipmentId: null,
    statusCode: 'ValidationFailed',
    typeName: 'NotSet',
    text: 'a.xml is no shipment.',
    lastChanged: '2009-10-01T10:00:00',
    references: [],
    subReceipts: 0,
    ...changes,
  };
}

describe('a receipt', () => {
  test('is found again with its references and history', () => {
    const { store, sql } = openStore();
    const { batchId, shipmentId } = openShipment(store);
    const references = [
      { type: 'ExternalShipmentReference' as const, value: 'R-1' },
      { type: 'BatchReference' as const, value: String(batchId) },
    ];
    const receiptId = store.receipts.create(aReceipt(batchId, { shipmentId, references, subReceipts: 2 }));
    const history = sql.prepare('INSERT INTO receipt_history (receipt_id, ordinal, text) VALUES (?, ?, ?)');
    history.run(receiptId, 1, 'First text.');
    history.run(receiptId, 2, 'Second text.');

    const stored: StoredReceipt = {
      receiptId,
      parentReceiptId: null,
      statusCode: 'ValidationFailed',
      typeName: 'NotSet',
      text: 'a.xml is no shipment.',
      lastChanged: '2009-10-01T10:00:00',
      history: ['Second text.', 'First text.'],
      references,
      batchId,
      shipmentId,
      subReceiptsFrom: receiptId + 1,
      subReceipts: 2,
      subReceiptsDated: '2009-10-01T10:00:00',
      publishedAs: null,
      revision: 0,
    };
    expect(store.receipts.ofBatch(batchId)).toEqual([stored]);
    store.receipts.markPublished(receiptId, 'outbox/a.1.receipt.xml', NOW);
    expect(store.receipts.ofBatch(batchId)).toEqual([{ ...stored, publishedAs: 'outbox/a.1.receipt.xml' }]);
    expect(store.receipts.ofBatch(batchId + 1)).toEqual([]);
  });

  test('leaves the ids of its sub-receipts free', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    expect(store.receipts.create(aReceipt(batchId, { subReceipts: 3 }))).toBe(1);
    expect(store.receipts.create(aReceipt(batchId))).toBe(5);
    expect(store.receipts.create(aReceipt(batchId))).toBe(6);
  });

  test('that is updated keeps its old texts, newest first, and counts as unpublished', () => {
    const { store } = openStore();
    const references = [{ type: 'BatchReference' as const, value: '1' }];
    const receiptId = store.receipts.create(aReceipt(claimBatch(store), { references }));
    store.receipts.markPublished(receiptId, 'outbox/a.1.receipt.xml', NOW);
    const added = { type: 'ArchiveReference' as const, value: 'AR-1' };
    const second = { statusCode: 'OK' as const, text: 'Second.', lastChanged: '2009-10-02T10:00:00' };
    store.receipts.update(receiptId, { ...second, references: [...references, added] });
    store.receipts.update(receiptId, { ...second, text: 'Third.', references: [added] });
    expect(store.receipts.byId(receiptId)).toMatchObject({
      statusCode: 'OK',
      text: 'Third.',
      lastChanged: '2009-10-02T10:00:00',
      history: ['Second.', 'a.xml is no shipment.'],
      references: [...references, added],
      subReceiptsDated: '2009-10-01T10:00:00',
      publishedAs: null,
    });
    expect(() => store.receipts.update(receiptId + 1, { ...second, references: [] })).toThrow(InternalFault);
  });

  test('that has had no sub-receipts gets ids for them behind all others', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    const refused = store.receipts.create(aReceipt(batchId));
    const later = store.receipts.create(aReceipt(batchId));
    store.receipts.addSubReceipts(refused, 2, '2009-10-02T10:00:00');
    expect(store.receipts.byId(refused)).toMatchObject({
      subReceiptsFrom: later + 1,
      subReceipts: 2,
      subReceiptsDated: '2009-10-02T10:00:00',
    });
    expect(store.receipts.create(aReceipt(batchId))).toBe(later + 3);
    expect(() => store.receipts.addSubReceipts(refused, 1, '2009-10-02T10:00:00')).toThrow(InternalFault);
  });

  test('gets no id beyond what the contract can hold', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    const largest = 2_147_483_647;
    expect(() => store.receipts.create(aReceipt(batchId, { subReceipts: largest }))).toThrow(ConfigFault);
    expect(store.receipts.create(aReceipt(batchId, { subReceipts: largest - 1 }))).toBe(1);
    expect(() => store.receipts.create(aReceipt(batchId))).toThrow(/receipt ids .* used up/);
  });
});

describe('the items of its sub-receipts', () => {
  function itemsOf(store: Store, batchId: number, only: 'all' | 'failed') {
    const [receipt] = store.receipts.ofBatch(batchId);
    if (receipt === undefined) throw new Error('There is no receipt.');
    return store.receipts.subReceiptItems(receipt, only);
  }

  test('come in file order, each with its own Issues', () => {
    const { store } = openStore();
    const shipment = openShipment(store, { format: 'correspondence' });
    const warnings = [aWarning('One.'), aWarning('Two.')];
    store.shipments.stage(shipment.shipmentId, [
      anItem(1, { sendersReference: 'S-1', shortName: 'PSA 2009' }),
      aFailedItem(2, { issues: [anError('Unknown.')] }),
      anItem(3, { issues: warnings, serviceCode: null, serviceEditionCode: null, reportee: null, content: aMessage() }),
    ]);
    store.shipments.addItemIssue(itemIdOf(shipment.shipmentId, 1), aWarning('Late.'));
    settle(store, shipment);

    const common = { position: 5, serviceCode: '1051', serviceEditionCode: '201010', reportee: '974761076' };
    const first = {
      ...common,
      ordinal: 1,
      itemId: itemIdOf(shipment.shipmentId, 1),
      state: 'accepted',
      line: 10,
      sendersReference: 'S-1',
      shortName: 'PSA 2009',
      issues: [aWarning('Late.')],
      change: null,
    };
    const second = {
      ...first,
      ordinal: 2,
      itemId: itemIdOf(shipment.shipmentId, 2),
      state: 'failed',
      line: 20,
      sendersReference: null,
      shortName: null,
      issues: [anError('Unknown.')],
    };
    const third = {
      ...second,
      ordinal: 3,
      itemId: itemIdOf(shipment.shipmentId, 3),
      state: 'accepted',
      line: 30,
      serviceCode: null,
      serviceEditionCode: null,
      reportee: null,
      issues: warnings,
    };
    expect([...itemsOf(store, shipment.batchId, 'all')]).toEqual([first, second, third]);
    expect([...itemsOf(store, shipment.batchId, 'failed')]).toEqual([second]);
  });

  test('are all there when there are more than a page of them, and the store may be written meanwhile', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    const items = Array.from({ length: 2_500 }, (_, index) =>
      index % 7 === 0 ? aFailedItem(index + 1, { issues: [anError(`Item ${index + 1}.`)] }) : anItem(index + 1),
    );
    store.shipments.stage(shipment.shipmentId, items);
    settle(store, shipment);
    const seen: number[] = [];
    for (const item of itemsOf(store, shipment.batchId, 'all')) {
      expect(item.issues.map((one) => one.message)).toEqual(item.ordinal % 7 === 1 ? [`Item ${item.ordinal}.`] : []);
      if (item.ordinal % 500 === 0) store.batches.setState(shipment.batchId, 'published');
      seen.push(item.ordinal);
    }
    expect(seen).toEqual(items.map((item) => item.ordinal));
    expect([...itemsOf(store, shipment.batchId, 'failed')].map((one) => one.ordinal)).toEqual(
      seen.filter((ordinal) => ordinal % 7 === 1),
    );
  });

  test('of a shipment with too many failed items are all there as failed or refused', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2)]);
    store.shipments.refuseItems(shipment.shipmentId);
    settle(store, shipment, 'failed');
    const states = [...itemsOf(store, shipment.batchId, 'failed')].map((one) => one.state);
    expect(states).toEqual(['refused', 'failed']);
  });

  test('are none on the receipt of a refused shipment, or of a file without one', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.shipments.stage(shipment.shipmentId, [anItem(1)]);
    settle(store, shipment, 'refused');
    expect([...itemsOf(store, shipment.batchId, 'all')]).toEqual([]);
    const batchId = claimBatch(store);
    store.receipts.create(aReceipt(batchId));
    expect([...itemsOf(store, batchId, 'all')]).toEqual([]);
  });
});

describe('a sub-receipt', () => {
  /** A shipment of three items, the second one failed, whose receipt is published. */
  function settled(store: Store): StoredReceipt {
    const shipment = openShipment(store);
    store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2, { issues: [anError('Bad.')] }), anItem(3)]);
    const receiptId = settle(store, shipment);
    store.receipts.markPublished(receiptId, 'outbox/a.1.receipt.xml', NOW);
    return theReceipt(store, receiptId);
  }

  function theReceipt(store: Store, receiptId: number): StoredReceipt {
    const receipt = store.receipts.byId(receiptId);
    if (receipt === undefined) throw new Error(`There is no receipt ${receiptId}.`);
    return receipt;
  }

  function anUpdate(id: number, changes: Partial<SubReceiptUpdate> = {}, text = 'As it was.'): SubReceiptUpdate {
    const before = {
      receiptId: id,
      parentReceiptId: null,
      statusCode: 'OK' as const,
      text,
      typeName: 'Subscription' as const,
      lastChanged: '2009-10-01T10:00:00',
      history: [],
      references: [{ type: 'PartyReference' as const, value: '974761076' }],
    };
    return {
      before,
      statusCode: 'Rejected',
      text: 'No.',
      lastChanged: '2009-10-02T10:00:00',
      references: [],
      ...changes,
    };
  }

  const changesOf = (store: Store, receiptId: number, only: 'all' | 'failed' = 'all') =>
    [...store.receipts.subReceiptItems(theReceipt(store, receiptId), only)].map((one) => [one.ordinal, one.change]);

  test('that is updated says the new, keeps its old texts, and leaves the others and its parent as they were', () => {
    const { store } = openStore();
    const { receiptId, subReceiptsFrom, text } = settled(store);
    const added = { type: 'ArchiveReference' as const, value: 'AR-1' };
    const first = anUpdate(subReceiptsFrom, { references: [added, added, anUpdate(1).before.references[0] ?? added] });
    expect(store.receipts.updateSubReceipts(receiptId, [first], first.lastChanged)).toBe(1);
    const change = {
      statusCode: 'Rejected',
      text: 'No.',
      lastChanged: '2009-10-02T10:00:00',
      history: ['As it was.'],
      references: [added],
    };
    expect(changesOf(store, receiptId)).toEqual([
      [1, change],
      [2, null],
      [3, null],
    ]);
    expect(theReceipt(store, receiptId)).toMatchObject({
      text,
      history: [],
      lastChanged: '2009-10-02T10:00:00',
      subReceiptsDated: '2009-10-01T10:00:00',
      publishedAs: null,
      revision: 1,
    });

    const before = { ...first.before, ...change, statusCode: 'Rejected' as const };
    const second = anUpdate(subReceiptsFrom, { before, statusCode: 'OK', text: 'Yes.' });
    store.receipts.updateSubReceipts(receiptId, [second], second.lastChanged);
    const [one] = [...store.receipts.subReceiptItems(theReceipt(store, receiptId), 'all')];
    expect(one?.change).toEqual({ ...change, statusCode: 'OK', text: 'Yes.', history: ['No.', 'As it was.'] });
    expect(store.receipts.subReceiptItem(theReceipt(store, receiptId), subReceiptsFrom)).toEqual(one);
  });

  test('that is updated is told among those of failed items, whatever became of its own', () => {
    const { store } = openStore();
    const { receiptId, subReceiptsFrom } = settled(store);
    expect(changesOf(store, receiptId, 'failed')).toEqual([[2, null]]);
    store.receipts.updateSubReceipts(receiptId, [anUpdate(subReceiptsFrom + 2)], '2009-10-02T10:00:00');
    expect(changesOf(store, receiptId, 'failed').map(([ordinal]) => ordinal)).toEqual([2, 3]);
  });

  test('of another receipt is not updated, nor are those before it in the same call', () => {
    const { store } = openStore();
    const { receiptId, subReceiptsFrom } = settled(store);
    const other = anUpdate(subReceiptsFrom + 3);
    const update = () =>
      store.receipts.updateSubReceipts(receiptId, [anUpdate(subReceiptsFrom), other], other.lastChanged);
    expect(update).toThrow(InternalFault);
    expect(changesOf(store, receiptId).map(([, change]) => change)).toEqual([null, null, null]);
    expect(theReceipt(store, receiptId)).toMatchObject({ revision: 0, publishedAs: 'outbox/a.1.receipt.xml' });
  });

  test('leads to its receipt by its id, also where the ids were set aside later', () => {
    const { store } = openStore();
    const empty = store.receipts.create(aReceipt(claimBatch(store)));
    const { receiptId, subReceiptsFrom } = settled(store);
    const last = store.receipts.create(aReceipt(claimBatch(store)));
    store.receipts.addSubReceipts(empty, 2, '2009-10-02T10:00:00');
    const found = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => {
      const one = store.receipts.find(id);
      return one && [one.receipt.receiptId, one.subReceiptId];
    });
    expect([empty, receiptId, subReceiptsFrom, last]).toEqual([1, 2, 3, 6]);
    expect(found).toEqual([[1, null], [2, null], [2, 3], [2, 4], [2, 5], [6, null], [1, 7], [1, 8], undefined]);
    const receipt = theReceipt(store, receiptId);
    expect(store.receipts.subReceiptItem(receipt, 6)).toBeUndefined();
    expect(store.receipts.subReceiptItem(receipt, 2)).toBeUndefined();
  });

  test('is not read any further once the receipt has been changed', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.shipments.stage(
      shipment.shipmentId,
      Array.from({ length: 1_001 }, (_, index) => anItem(index + 1)),
    );
    const receipt = theReceipt(store, settle(store, shipment));
    expect(store.receipts.isCurrent(receipt)).toBe(true);
    const read: number[] = [];
    const reading = () => {
      for (const { ordinal } of store.receipts.subReceiptItems(receipt, 'all')) {
        read.push(ordinal);
        if (ordinal !== 1) continue;
        const change = anUpdate(receipt.subReceiptsFrom);
        store.receipts.updateSubReceipts(receipt.receiptId, [change], change.lastChanged);
      }
    };
    expect(reading).toThrow(ReceiptChanged);
    expect(read.length).toBe(1_000);
    expect(store.receipts.isCurrent(receipt)).toBe(false);
  });
});

describe('unpublished receipts', () => {
  test('are those that were changed after their batch was done with', () => {
    const { store } = openStore();
    const batches = ['committed', 'published', 'archived'] as const;
    const receipts = batches.map((state) => {
      const batchId = claimBatch(store);
      store.batches.setState(batchId, state);
      return store.receipts.create(aReceipt(batchId));
    });
    for (const receiptId of receipts) store.receipts.markPublished(receiptId, 'outbox/a.receipt.xml', NOW);
    expect(store.receipts.unpublished()).toEqual([]);
    const update = { statusCode: 'OK' as const, text: 'Seen.', lastChanged: '2009-10-02T10:00:00', references: [] };
    for (const receiptId of receipts) store.receipts.update(receiptId, update);
    expect(store.receipts.unpublished()).toEqual(receipts.slice(1));
  });
});
