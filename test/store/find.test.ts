import { describe, expect, test } from 'vitest';
import { foundText, toFoundLine } from '../../src/cli/found-line.js';
import { itemIdOf } from '../../src/store/item-id.js';
import type { Store } from '../../src/store/store.js';
import { freshHome } from '../intake/fresh-home.js';
import { prepared } from '../outbound/prepared.js';
import { aMessage, anItem, claimBatch, openShipment, openStore, settle } from './fixture.js';

/** `kind value`, and `*` behind those that only begin with the text. */
function found(store: Store, text: string, limit = 10): string[] {
  return store.find
    .find(text, limit)
    .flatMap(({ found }) => found)
    .map(({ kind, value, match }) => `${kind} ${value}${match === 'exact' ? '' : '*'}`);
}

function settledItems(store: Store, reference: string, ...items: Parameters<typeof anItem>[1][]) {
  const shipment = openShipment(store, { format: 'correspondence', reference });
  store.shipments.stage(
    shipment.shipmentId,
    items.map((item, at) =>
      anItem(at + 1, { content: aMessage({ archiveReference: null, replyOptions: [] }), ...item }),
    ),
  );
  return {
    ...shipment,
    receiptId: settle(store, shipment),
    itemId: (nth: number) => itemIdOf(shipment.shipmentId, nth),
  };
}

describe('what a text is found as', () => {
  test('file names, references and reportees: those that are it, then those that begin with it', () => {
    const { store } = openStore();
    claimBatch(store, 'ABC.xml');
    claimBatch(store, 'ABC');
    settledItems(
      store,
      'ABC-1',
      { sendersReference: 'ABC', reportee: 'ABC2' },
      { sendersReference: 'ABC', reportee: 'ABC' },
      { sendersReference: 'AB', reportee: 'abc' },
    );
    expect(found(store, 'ABC')).toEqual([
      'file ABC',
      'file ABC.xml*',
      'shipmentReference ABC-1*',
      'sendersReference ABC',
      'sendersReference ABC',
      'reportee ABC',
      'reportee ABC2*',
    ]);
    expect(found(store, 'ABCD')).toEqual([]);
  });

  test('what was sent out is found by its reference, and by the name of its file', () => {
    const { store } = openStore();
    const receiptId = store.receipts.create({
      ...{ batchId: null, shipmentId: null, statusCode: 'OK', typeName: 'Outbound', text: 'Sent.' },
      ...{ lastChanged: '2024-02-01T05:00:00', subReceipts: 0 },
      references: [{ type: 'OutboundShipmentReference', value: 'SKD-CORR-1' }],
    });
    store.outbound.add({
      ...{ kind: 'CorrespondenceConfirmations', ownerCode: 'SKD', systemUserCode: 'SKD', sequenceNo: 1 },
      ...{ reference: 'SKD-CORR-1', entries: 1, receiptId, timeZone: 'Europe/Oslo' },
      ...{ preparedAt: '2024-02-01T04:00:00.000Z', shipmentDateTime: '2024-02-01T05:00:00' },
    });
    expect(found(store, 'SKD-CORR-1')).toEqual(['outboundReference SKD-CORR-1']);
    expect(found(store, 'SKD-CORR-1.xml')).toEqual(['outboundReference SKD-CORR-1']);
    expect(found(store, 'SKD-CORR')).toEqual(['outboundReference SKD-CORR-1*']);
    const [hit] = store.find.find('SKD-CORR-1', 10).flatMap((one) => one.found);
    expect(hit?.receipt).toMatchObject({ id: receiptId, typeName: 'Outbound' });
    expect(hit && foundText(toFoundLine(hit))).toBe(
      `outbound reference SKD-CORR-1: a batch that was sent out, with receipt ${receiptId}: Outbound, OK\n  altinn-batch receipts show ${receiptId}`,
    );
  });

  test('says which item it is, of which batch, the newest first', () => {
    const { store } = openStore();
    const first = settledItems(store, 'R-1', { reportee: 'ME' });
    const second = settledItems(store, 'R-2', {}, { reportee: 'ME' });
    const hits = store.find.find('ME', 10).flatMap((one) => one.found);
    expect(hits.map(({ item, batch }) => [item?.id, item?.ordinal, batch?.id])).toEqual([
      [second.itemId(2), 2, second.batchId],
      [first.itemId(1), 1, first.batchId],
    ]);
  });

  test('archive references of messages, of reply options, and those added to receipts and sub-receipts', () => {
    const { store, sql } = openStore();
    const content = aMessage({
      archiveReference: 'AR1',
      replyOptions: [{ kind: 'ArchiveReference', archiveReference: 'AR2' }],
    });
    const { receiptId, itemId } = settledItems(store, 'R-1', { content }, {});
    store.receipts.update(receiptId, {
      statusCode: 'OK',
      text: 'Archived.',
      lastChanged: '2009-10-02T10:00:00',
      references: [{ type: 'ArchiveReference', value: 'AR3' }],
    });
    sql.exec(`INSERT INTO sub_receipt_change VALUES (${receiptId + 2}, ${receiptId}, 'OK', 'x', '2009-10-02T10:00:00');
      INSERT INTO sub_receipt_reference VALUES (${receiptId + 2}, 1, 'ArchiveReference', 'AR4')`);
    const hits = store.find.find('AR', 10).flatMap((one) => one.found);
    expect(hits.map(({ value, item, receipt }) => [value, item?.id, receipt?.id, receipt?.subReceiptId])).toEqual([
      ['AR1', itemId(1), undefined, undefined],
      ['AR2', itemId(1), undefined, undefined],
      ['AR3', undefined, receiptId, null],
      ['AR4', itemId(2), receiptId, receiptId + 2],
    ]);
    expect(new Set(hits.map(({ kind }) => kind))).toEqual(new Set(['archiveReference']));
  });

  test('batches that went out, by their reference or the name of their file, with their receipt', () => {
    const { store } = openStore();
    const home = freshHome();
    const [first, second] = [prepared(home, store), prepared(home, store, { systemUserCode: 'SKD-PSA' })];
    expect(found(store, 'SKD')).toEqual(['outboundReference SKD-FORMTASK-1*', 'outboundReference SKD-PSA-FORMTASK-1*']);
    const hits = ['SKD-FORMTASK-1', 'SKD-PSA-FORMTASK-1.xml'].flatMap((text) => store.find.find(text, 10));
    expect(hits.flatMap((one) => one.found).map(({ match, receipt }) => [match, receipt?.id])).toEqual([
      ['exact', first.receiptId],
      ['exact', second.receiptId],
    ]);
  });

  test('ids of batches, items, receipts, and of sub-receipts, which are no rows', () => {
    const { store } = openStore();
    claimBatch(store);
    const { batchId, receiptId, itemId } = settledItems(store, 'R-1', {}, {}, {});
    expect([batchId, receiptId]).toEqual([2, 1]);
    expect(found(store, '1')).toEqual(['batch 1', 'receipt 1']);
    expect(found(store, '2')).toEqual(['batch 2', 'subReceipt 2']);
    expect(found(store, '4')).toEqual(['subReceipt 4']);
    expect(found(store, '5')).toEqual([]);
    expect(found(store, String(itemId(3)))).toEqual([`item ${itemId(3)}`]);
    const [sub] = store.find.find('4', 10).flatMap((one) => one.found);
    expect(sub).toMatchObject({ item: { id: itemId(3), ordinal: 3 }, receipt: { id: receiptId, subReceiptId: 4 } });
  });

  test('sub-receipts whose ids were set aside later than those of the receipts behind it', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    const receipt = (subReceipts: number) =>
      store.receipts.create({
        batchId,
        shipmentId: null,
        statusCode: 'Rejected',
        typeName: 'NotSet',
        text: 'x',
        lastChanged: '2009-10-01T10:00:00',
        references: [],
        subReceipts,
      });
    const refused = receipt(0);
    const later = receipt(2);
    store.receipts.addSubReceipts(refused, 2, '2009-10-01T10:00:00');
    const receiptOf = (id: number) => store.find.find(String(id), 10).map(({ found: [one] }) => one?.receipt?.id);
    expect([later + 1, later + 2, later + 3, later + 4].map(receiptOf)).toEqual([
      [later],
      [later],
      [refused],
      [refused],
    ]);
    expect(receiptOf(later + 5)).toEqual([]);
  });

  test('no more of each kind than is asked for, and whether there are more', () => {
    const { store } = openStore();
    settledItems(store, 'X', { sendersReference: 'X1' }, { sendersReference: 'X2' }, { sendersReference: 'X3' });
    const kinds = store.find.find('X', 2);
    expect(kinds.map(({ kind, found, more }) => [kind, found.length, more])).toEqual([
      ['shipmentReference', 1, false],
      ['sendersReference', 2, true],
    ]);
  });

  test('nothing that is staged, nor items of what was refused', () => {
    const { store } = openStore();
    const staged = openShipment(store, { format: 'correspondence', reference: 'HIDDEN' });
    const content = aMessage({
      archiveReference: 'HIDDEN',
      replyOptions: [{ kind: 'ArchiveReference', archiveReference: 'HIDDEN' }],
    });
    store.shipments.stage(staged.shipmentId, [anItem(1, { content, reportee: 'HIDDEN', sendersReference: 'HIDDEN' })]);
    expect(found(store, 'HIDDEN')).toEqual([]);
    expect(found(store, String(itemIdOf(staged.shipmentId, 1)))).toEqual([]);
    settle(store, staged, 'refused');
    expect(found(store, 'HIDDEN')).toEqual(['shipmentReference HIDDEN']);
  });

  test('a text with the characters of patterns stands for itself', () => {
    const { store } = openStore();
    claimBatch(store, 'a%b_c*.xml');
    claimBatch(store, 'aXb.xml');
    expect(found(store, 'a%')).toEqual(['file a%b_c*.xml*']);
  });
});
