import { expect, test } from 'vitest';
import { NOW, openShipment, openStore, settle } from './fixture.js';

const OF = 'correspondence';
const byHand = { at: NOW, by: 'kari', why: '17 was lost' };

test('the number due next is one more than that of the shipment accepted last, of the same system user code and format', () => {
  const { store } = openStore();
  expect(store.sequences.due('SKD', OF)).toBeUndefined();
  const waiting = openShipment(store, { format: OF, reference: 'R-1', sequenceValue: 18 });
  settle(store, openShipment(store, { format: OF, reference: 'R-2', sequenceValue: 17 }));
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 18, setByHand: false });
  settle(store, waiting);
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 19, setByHand: false });

  settle(store, openShipment(store, { format: OF, reference: 'R-3', sequenceValue: null }));
  settle(store, openShipment(store, { format: OF, reference: 'R-4', sequenceValue: 19 }), 'refused');
  settle(store, openShipment(store, { format: 'altut', sequenceValue: 3 }));
  settle(store, openShipment(store, { format: OF, systemUserCode: 'SKE', sequenceValue: 5 }));
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 19, setByHand: false });
});

test('a number set by hand is due until a shipment with a number is accepted; of several the last one counts', () => {
  const { store } = openStore();
  settle(store, openShipment(store, { format: OF, reference: 'R-1', sequenceValue: 16 }));
  store.sequences.set('SKD', OF, 99, byHand);
  store.sequences.set('SKD', OF, 18, byHand);
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 18, setByHand: true });
  settle(store, openShipment(store, { format: OF, reference: 'R-2', sequenceValue: null }));
  settle(store, openShipment(store, { format: OF, reference: 'R-3', sequenceValue: 18 }), 'failed');
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 18, setByHand: true });
  settle(store, openShipment(store, { format: OF, reference: 'R-4', sequenceValue: 18 }));
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 19, setByHand: false });
});

test('a number can be set before any was accepted, and set back', () => {
  const { store } = openStore();
  store.sequences.set('SKD', OF, 5, byHand);
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 5, setByHand: true });
  settle(store, openShipment(store, { format: OF, reference: 'R-1', sequenceValue: 5 }));
  store.sequences.set('SKD', OF, 1, byHand);
  settle(store, openShipment(store, { format: OF, reference: 'R-2', sequenceValue: 1 }));
  expect(store.sequences.due('SKD', OF)).toEqual({ value: 2, setByHand: false });
});

test('the list has one entry for each system user code and format, also of those where nothing was accepted yet', () => {
  const { store } = openStore();
  const receiptIds = [3, 4].map((sequenceValue) =>
    settle(store, openShipment(store, { format: OF, reference: `R-${sequenceValue}`, sequenceValue })),
  );
  const altut = settle(store, openShipment(store, { format: 'altut', systemUserCode: 'SKD-A', sequenceValue: 7 }));
  settle(store, openShipment(store, { format: 'prefill', reference: null }));
  store.sequences.set('BRG', OF, 1, byHand);
  store.sequences.set('SKD-A', 'altut', 9, byHand);
  const brg = { systemUserCode: 'BRG', format: OF, lastAccepted: null, receiptId: null, nextDue: 1 };
  const skd = { systemUserCode: 'SKD', format: OF, lastAccepted: 4, receiptId: receiptIds[1], nextDue: 5 };
  const psa = { systemUserCode: 'SKD-A', format: 'altut', lastAccepted: 7, receiptId: altut, nextDue: 9 };
  const all = [
    { ...brg, setByHand: byHand },
    { ...skd, setByHand: null },
    { ...psa, setByHand: byHand },
  ];
  expect(store.sequences.list(null)).toEqual(all);
  expect(store.sequences.list('SKD')).toEqual(all.slice(1));
});
