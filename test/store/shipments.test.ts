import { describe, expect, test } from 'vitest';
import { InternalFault } from '../../src/domain/faults.js';
import { countRows, openShipment, openStore, settle } from './fixture.js';

describe('a shipment reference', () => {
  test('is used up by the accepted shipment, which can be found by it', () => {
    const { store } = openStore();
    const opened = openShipment(store, { reference: 'R-1' });
    expect(store.shipments.findAccepted('SKD', 'subscription', 'R-1')).toBeUndefined();
    const receiptId = settle(store, opened);
    expect(store.shipments.findAccepted('SKD', 'subscription', 'R-1')).toEqual({
      ...opened,
      receiptId,
      mailbox: null,
      fileName: 'a.xml',
    });
    expect(store.shipments.findAccepted('SKD', 'prefill', 'R-1')).toBeUndefined();
    expect(store.shipments.findAccepted('SKE', 'subscription', 'R-1')).toBeUndefined();
    expect(store.shipments.findAccepted('SKD', 'subscription', 'R-2')).toBeUndefined();
  });

  test('is not used up by a failed or refused shipment', () => {
    const { store } = openStore();
    settle(store, openShipment(store), 'failed');
    settle(store, openShipment(store), 'refused');
    expect(store.shipments.findAccepted('SKD', 'subscription', 'R-1')).toBeUndefined();
    settle(store, openShipment(store));
  });

  test('can not be accepted twice: the whole commit is undone', () => {
    const { store, sql } = openStore();
    settle(store, openShipment(store));
    const again = openShipment(store);
    const before = countRows(sql);
    expect(() => settle(store, again)).toThrow(InternalFault);
    expect(countRows(sql)).toEqual(before);
    expect(store.shipments.ofBatch(again.batchId)).toMatchObject([{ state: 'staged' }]);
  });

  test('of AltUt may come again', () => {
    const { store } = openStore();
    settle(store, openShipment(store, { format: 'altut' }));
    settle(store, openShipment(store, { format: 'altut' }));
    expect(store.shipments.findAccepted('SKD', 'altut', 'R-1')).toBeUndefined();
  });
});

describe('the last sequence number', () => {
  test('is that of the shipment accepted last, of the same system user code and format', () => {
    const { store } = openStore();
    expect(store.shipments.lastSequence('SKD', 'correspondence')).toBeUndefined();
    const waiting = openShipment(store, { format: 'correspondence', reference: 'R-1', sequenceValue: 18 });
    settle(store, openShipment(store, { format: 'correspondence', reference: 'R-2', sequenceValue: 17 }));
    expect(store.shipments.lastSequence('SKD', 'correspondence')).toBe(17);
    settle(store, waiting);
    expect(store.shipments.lastSequence('SKD', 'correspondence')).toBe(18);

    settle(store, openShipment(store, { format: 'correspondence', reference: 'R-3', sequenceValue: null }));
    settle(store, openShipment(store, { format: 'correspondence', reference: 'R-4', sequenceValue: 19 }), 'refused');
    settle(store, openShipment(store, { format: 'altut', sequenceValue: 3 }));
    settle(store, openShipment(store, { format: 'correspondence', systemUserCode: 'SKE', sequenceValue: 5 }));
    expect(store.shipments.lastSequence('SKD', 'correspondence')).toBe(18);
  });
});

test('a shipment is settled once and for all', () => {
  const { store } = openStore();
  const opened = openShipment(store);
  settle(store, opened, 'refused');
  expect(() => settle(store, opened)).toThrow(InternalFault);
});
