import { describe, expect, test } from 'vitest';
import { itemIdOf, ordinalOf } from '../../src/store/item-id.js';
import {
  aFormSet,
  aMessage,
  anItem,
  aPrefillField,
  aSubscription,
  countRows,
  faultsOf,
  openShipment,
  settle,
} from '../store/fixture.js';
import { type Purgeable, purgeable } from './purging.js';

/** In an accepted shipment of its own: messages that the system may delete at these times. */
function messages({ store }: Purgeable, ...times: readonly (string | null)[]): void {
  const opened = openShipment(store, { format: 'correspondence' });
  const items = times.map((time, index) =>
    anItem(index + 1, { content: aMessage({ allowSystemDeleteDateTime: time }) }),
  );
  store.shipments.stage(opened.shipmentId, items);
  settle(store, opened);
}

function left({ sql }: Purgeable, table: string): number[] {
  return sql.prepare<[], number>(`SELECT item_id FROM ${table} ORDER BY item_id`).pluck().all().map(ordinalOf);
}

describe('messages', () => {
  test('go when AllowSystemDeleteDateTime is over by so many days, by its own zone or else that of the home', async () => {
    const opened = purgeable({ messages: 10 });
    messages(
      opened,
      '2024-06-01T12:00:00Z', // over
      '2024-06-01T14:00:00', // the same, in Oslo
      '2024-06-01T14:00:01', // a second to go
      '2024-06-02T01:00:00+14:00', // over, though it reads later
      '2024-06-01T00:01:00-12:00', // not over, though it reads earlier
      '2024-06-01', // a day that has begun
      '2024-06-02', // one that has not
      null, // no such time
    );
    expect((await opened.purgeAt('2024-06-11T12:00:00Z')).messages).toMatchObject({ days: 10, removed: 4 });
    expect(left(opened, 'message')).toEqual([3, 5, 7, 8]);
  });

  test('leave nothing of theirs but the item, the receipt and a mark', async () => {
    const opened = purgeable({ messages: 0 });
    const before = countRows(opened.sql);
    messages(opened, '2020-01-01T00:00:00');
    await opened.purgeAt('2024-06-11T12:00:00Z');
    const after = countRows(opened.sql);
    const grown = Object.keys(after).filter((table) => (after[table] ?? 0) > (before[table] ?? 0));
    expect(grown.filter((table) => !/^sqlite_|_total$/.test(table)).sort()).toEqual([
      'audit',
      'batch',
      'item',
      'item_by_reportee',
      'purged_content',
      'receipt',
      'shipment',
    ]);
    const itemId = opened.sql.prepare<[], number>('SELECT id FROM item').pluck().get() ?? 0;
    expect(opened.store.purge.contentOf(itemId)).toEqual([{ kind: 'messages', purgedAt: '2024-06-11T12:00:00.000Z' }]);
    expect(faultsOf(opened.sql)).toEqual([]);
  });

  test('of a shipment that is still staged stay', async () => {
    const opened = purgeable({ messages: 0 });
    const { shipmentId } = openShipment(opened.store, { format: 'correspondence' });
    const content = aMessage({ allowSystemDeleteDateTime: '2020-01-01T00:00:00' });
    opened.store.shipments.stage(shipmentId, [anItem(1, { content })]);
    expect((await opened.purgeAt('2024-06-11T12:00:00Z')).messages).toMatchObject({ removed: 0 });
    expect(left(opened, 'message')).toEqual([1]);
  });

  test('of many days and more than a page go in one purge, and a dry run counts the same without touching any', async () => {
    const opened = purgeable({ messages: 0 });
    const times = Array.from({ length: 2500 }, (_, index) => `2020-01-01T00:${String(index % 60).padStart(2, '0')}:00`);
    messages(opened, ...times, '2030-01-01T00:00:00');
    expect((await opened.purgeAt('2024-06-11T12:00:00Z', true)).messages).toMatchObject({ removed: 2500 });
    expect(left(opened, 'message')).toHaveLength(2501);
    expect(countRows(opened.sql)).toMatchObject({ purged_content: 0, audit: 0, purge_count: 0 });
    expect((await opened.purgeAt('2024-06-11T12:00:00Z')).messages).toMatchObject({ removed: 2500 });
    expect(left(opened, 'message')).toEqual([2501]);
    expect(countRows(opened.sql)).toMatchObject({ purged_content: 2500, audit: 1, purge_count: 0 });
  });
});

describe('prefill', () => {
  test('goes when the day of its ValidTo has ended, form sets and fields alike', async () => {
    const opened = purgeable({ prefill: 0 });
    const { store } = opened;
    const shipment = openShipment(store, { format: 'prefill' });
    const days = ['2024-06-10', '2024-06-11', '2024-06-11+14:00', '2024-06-10-12:00'];
    const contents = days.flatMap((validTo) => [
      aFormSet({ validTo, validFrom: '2024-01-01', identifyingFieldsHash: validTo }),
      aPrefillField({ validTo, validFrom: '2024-01-01' }),
    ]);
    store.shipments.stage(
      shipment.shipmentId,
      contents.map((content, index) => anItem(index + 1, { content })),
    );
    settle(store, shipment);
    // 11:30 in Oslo, on the 11th: it has ended only where the day begins first; that of the 10th has not where it ends last.
    expect((await opened.purgeAt('2024-06-11T11:30:00Z')).prefill).toMatchObject({ removed: 4 });
    expect([left(opened, 'prefill_form_set'), left(opened, 'prefill_field')]).toEqual([
      [3, 7],
      [4, 8],
    ]);
  });

  test('in force stays in force, and of a replaced one that stays it is still told what took its place', async () => {
    const opened = purgeable({ prefill: 0 });
    const { store, sql } = opened;
    const validities = [
      ['2024-01-01', '2026-12-31'], // replaced by the next, but valid for long
      ['2024-02-01', '2024-03-31'],
      ['2024-03-01', '2024-04-30'], // takes the place of the one before, and is replaced, too
      ['2024-04-01', '2025-12-31'],
    ];
    const ids = validities.map(([validFrom = '', validTo = '']) => {
      const shipment = openShipment(store, { format: 'prefill', reference: validFrom });
      store.shipments.stage(shipment.shipmentId, [anItem(1, { content: aFormSet({ validFrom, validTo }) })]);
      settle(store, shipment);
      return itemIdOf(shipment.shipmentId, 1);
    });
    const chain = () => sql.prepare('SELECT item_id, replaced_by FROM prefill_replacement ORDER BY item_id').all();
    const [first, second, third, fourth] = ids;
    expect(chain()).toEqual([
      { item_id: first, replaced_by: second },
      { item_id: second, replaced_by: third },
      { item_id: third, replaced_by: fourth },
    ]);
    expect((await opened.purgeAt('2024-06-11T12:00:00Z')).prefill).toMatchObject({ removed: 2 });
    expect(chain()).toEqual([{ item_id: first, replaced_by: fourth }]);
    const inForce = sql.prepare('SELECT item_id FROM prefill_in_force').pluck();
    expect(inForce.all()).toEqual([fourth]);

    expect((await opened.purgeAt('2026-06-11T12:00:00Z')).prefill).toMatchObject({ removed: 1 });
    expect(chain()).toEqual([]);
    expect([inForce.all(), left(opened, 'prefill_form_set')]).toEqual([[], [1]]);
    expect(faultsOf(sql)).toEqual([]);
  });
});

test('subscriptions go when the day of their ExpirationDate has ended; one without stays', async () => {
  const opened = purgeable({ subscriptions: 30 });
  const shipment = openShipment(opened.store);
  const dates = ['2024-05-10', '2024-05-12', null];
  opened.store.shipments.stage(
    shipment.shipmentId,
    dates.map((expirationDate, index) => anItem(index + 1, { content: aSubscription({ expirationDate }) })),
  );
  settle(opened.store, shipment);
  expect((await opened.purgeAt('2024-06-11T12:00:00Z')).subscriptions).toMatchObject({ removed: 1 });
  expect(left(opened, 'subscription')).toEqual([2, 3]);
  expect(left(opened, 'subscription_identifying_field')).toEqual([2, 2, 3, 3]);
});
