import { describe, expect, test } from 'vitest';
import { itemIdOf } from '../../src/store/item-id.js';
import { aFailedItem, anItem, aWarning, countRows, openShipment, openStore } from './fixture.js';

describe('repeated references', () => {
  test('are the second and later items with a reference, in file order, with the line of the first', () => {
    const { store } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(
      shipmentId,
      ['S-2', 'S-1', null, 'S-1', null, 'S-2', 'S-1', 'S-3'].map((sendersReference, index) =>
        anItem(index + 1, { sendersReference }),
      ),
    );
    const base = itemIdOf(shipmentId, 1) - 1;
    expect([...store.shipments.repeatedReferences(shipmentId)]).toEqual([
      { itemId: base + 4, ordinal: 4, line: 40, position: 5, reference: 'S-1', firstLine: 20 },
      { itemId: base + 6, ordinal: 6, line: 60, position: 5, reference: 'S-2', firstLine: 10 },
      { itemId: base + 7, ordinal: 7, line: 70, position: 5, reference: 'S-1', firstLine: 20 },
    ]);
  });

  test('of AltUt count within one shortName', () => {
    const { store } = openStore();
    const { shipmentId } = openShipment(store, { format: 'altut' });
    store.shipments.stage(shipmentId, [
      anItem(1, { sendersReference: 'S-1', shortName: 'PSA 2009' }),
      anItem(2, { sendersReference: 'S-1', shortName: 'PSB 2009' }),
      anItem(3, { sendersReference: 'S-1', shortName: 'PSA 2009' }),
    ]);
    expect([...store.shipments.repeatedReferences(shipmentId)]).toMatchObject([{ ordinal: 3, firstLine: 10 }]);
  });

  test('of AltUt count within one shortName whatever white space stands around it', () => {
    const { store } = openStore();
    const { shipmentId } = openShipment(store, { format: 'altut' });
    store.shipments.stage(shipmentId, [
      anItem(1, { sendersReference: 'S-1', shortName: 'PSA 2009' }),
      anItem(2, { sendersReference: 'S-1', shortName: ' \t\r\nPSA 2009 \t\r\n' }),
      anItem(3, { sendersReference: 'S-1', shortName: 'PSA_2009' }),
    ]);
    expect([...store.shipments.repeatedReferences(shipmentId)]).toMatchObject([{ ordinal: 2, firstLine: 10 }]);
  });

  test('stay within the shipment, and failed items count', () => {
    const { store } = openStore();
    const other = openShipment(store, { reference: 'R-0' });
    store.shipments.stage(other.shipmentId, [anItem(1, { sendersReference: 'S-1' })]);
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1, { sendersReference: 'S-1' })]);
    expect([...store.shipments.repeatedReferences(shipmentId)]).toEqual([]);
    store.shipments.stage(shipmentId, [aFailedItem(2, { sendersReference: 'S-1' })]);
    expect([...store.shipments.repeatedReferences(shipmentId)]).toMatchObject([{ ordinal: 2 }]);
  });

  test('can be given a Warning each while they are read, however many there are', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    const items = Array.from({ length: 2_501 }, (_, index) => anItem(index + 1, { sendersReference: 'S-1' }));
    store.shipments.stage(shipmentId, items);
    store.transaction(() => {
      for (const { itemId, firstLine } of store.shipments.repeatedReferences(shipmentId)) {
        store.shipments.addItemIssue(itemId, aWarning(`As on line ${firstLine}.`));
      }
    });
    expect(countRows(sql)).toMatchObject({ issue: 2_500 });
    expect(store.shipments.counts(shipmentId)).toEqual({ total: 2_501, accepted: 2_501, failed: 0 });
  });

  test('can be read anew after a reading that stopped halfway', () => {
    const { store } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(
      shipmentId,
      [1, 2, 3].map((n) => anItem(n, { sendersReference: 'S-1' })),
    );
    for (const first of store.shipments.repeatedReferences(shipmentId)) {
      expect(first.ordinal).toBe(2);
      break;
    }
    expect([...store.shipments.repeatedReferences(shipmentId)].map((one) => one.ordinal)).toEqual([2, 3]);
  });
});
