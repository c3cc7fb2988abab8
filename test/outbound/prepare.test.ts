import { describe, expect, test } from 'vitest';
import { freshHome } from '../intake/fresh-home.js';
import { countRows, openStore } from '../store/fixture.js';
import { prepared } from './prepared.js';

function aHome() {
  const home = freshHome();
  return { home, ...openStore(home.store) };
}

describe('preparing a batch that goes out', () => {
  test('makes its row and its receipt', () => {
    const { home, store } = aHome();
    const taken: number[] = [];
    const batch = prepared(home, store, { take: (id) => taken.push(id) + 1 });
    expect(batch).toMatchObject({ id: 1, sequenceNo: 1, reference: 'SKD-FORMTASK-1', entries: 2, publishedAs: null });
    expect(batch).toEqual(store.outbound.byReference('SKD-FORMTASK-1'));
    expect(taken).toEqual([1]);
    expect(store.outbound.ofReceipt(batch.receiptId)).toEqual(batch);
    expect(store.receipts.byId(batch.receiptId)).toMatchObject({
      batchId: null,
      typeName: 'Outbound',
      statusCode: 'OK',
      text: 'File SKD-FORMTASK-1.xml, system user code SKD: FormTaskInstances with 2 form task instances, sent out.',
      lastChanged: batch.shipmentDateTime,
      references: [
        { type: 'OutboundShipmentReference', value: 'SKD-FORMTASK-1' },
        { type: 'OwnerPartyReference', value: '974761076' },
      ],
      publishedAs: null,
    });
  });

  test('counts by kind and system user code', () => {
    const { home, store } = aHome();
    const wishes = [{}, {}, { kind: 'AltUtConfirmationBatch' as const }, { systemUserCode: 'SKD-PSA' }, {}];
    expect(wishes.map((wish) => prepared(home, store, wish).reference)).toEqual([
      'SKD-FORMTASK-1',
      'SKD-FORMTASK-2',
      'SKD-ALTUT-1',
      'SKD-PSA-FORMTASK-1',
      'SKD-FORMTASK-3',
    ]);
  });

  test('leaves nothing behind when what is taken is not what was counted, or taking fails', () => {
    const { home, store, sql } = aHome();
    const before = countRows(sql);
    expect(() => prepared(home, store, { take: () => 1 })).toThrow('was to hold 2 entries, and has 1');
    expect(() =>
      prepared(home, store, {
        take() {
          throw new Error('no');
        },
      }),
    ).toThrow('no');
    expect(countRows(sql)).toEqual(before);
  });

  test('is refused before anything is settled when there is no outbox for its owner', () => {
    const home = freshHome(
      { inbox: null, outbox: null, mailboxes: [{ owner: 'BRG', inbox: 'i', outbox: 'o' }] },
      'BRG',
    );
    const { store, sql } = openStore(home.store);
    const before = countRows(sql);
    expect(() => prepared(home, store)).toThrow('no outbox for the service owner SKD');
    expect(countRows(sql)).toEqual(before);
  });
});
