import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DataItem } from '../../src/domain/data-item.js';
import { itemIdOf } from '../../src/store/item-id.js';
import { aFormSet, anItem, faultsOf, type OpenStore, openShipment, openStore, settle } from './fixture.js';

interface FormSetAt {
  readonly reportee?: string;
  readonly service?: string;
  readonly edition?: string;
  readonly hash?: string | null;
  readonly from: string;
  readonly to: string;
}

describe('a prefill for the same reportee, service, edition and identifying fields', () => {
  test('replaces the earlier one whose validity overlaps, and both stay', () => {
    const opened = openStore();
    const first = accept(opened, [{ from: '2010-01-01', to: '2010-12-31' }]);
    const second = accept(opened, [{ from: '2010-12-31', to: '2011-12-31' }]);
    expect(stateOf(opened)).toEqual([
      { id: itemIdOf(first, 1), inForce: 0, replacedBy: itemIdOf(second, 1) },
      { id: itemIdOf(second, 1), inForce: 1, replacedBy: null },
    ]);
  });

  test('replaces all that it overlaps, and none that it does not', () => {
    const opened = openStore();
    const old = accept(opened, [
      { from: '2010-01-01', to: '2010-01-31' },
      { from: '2010-02-01', to: '2010-02-28' },
      { from: '2010-03-01', to: '2010-03-31' },
      { from: '2010-04-01', to: '2010-04-30' },
    ]);
    const wide = itemIdOf(accept(opened, [{ from: '2010-02-10', to: '2010-03-01' }]), 1);
    expect(stateOf(opened).map((one) => one.replacedBy)).toEqual([null, wide, wide, null, null]);
    expect(stateOf(opened).map((one) => one.inForce)).toEqual([1, 0, 0, 1, 1]);
    expect(old).toBeLessThan(wide);
  });

  test('replaces one that stands before it in the same file', () => {
    const opened = openStore();
    const year = { from: '2010-01-01', to: '2010-12-31' };
    const shipmentId = accept(opened, [year, year, { ...year, to: '2010-06-30' }]);
    expect(stateOf(opened).map((one) => one.replacedBy)).toEqual([
      itemIdOf(shipmentId, 2),
      itemIdOf(shipmentId, 3),
      null,
    ]);
  });

  test.each<[string, Partial<FormSetAt>]>([
    ['another reportee', { reportee: '01010112345' }],
    ['another service', { service: '1052' }],
    ['another edition', { edition: '201011' }],
    ['other identifying fields', { hash: 'b' }],
    ['no identifying fields', { hash: null }],
  ])('leaves one with %s alone', (_, difference) => {
    const opened = openStore();
    const year = { from: '2010-01-01', to: '2010-12-31' };
    accept(opened, [year]);
    accept(opened, [{ ...year, ...difference }]);
    expect(stateOf(opened).map((one) => one.inForce)).toEqual([1, 1]);
  });

  test('replaces one that has no identifying fields either', () => {
    const opened = openStore();
    const year = { from: '2010-01-01', to: '2010-12-31', hash: null };
    accept(opened, [year]);
    accept(opened, [year]);
    expect(stateOf(opened).map((one) => one.inForce)).toEqual([0, 1]);
  });

  test('compares the days, whatever zone is written behind them', () => {
    const opened = openStore();
    accept(opened, [{ from: '2010-01-01Z', to: '2010-06-30+02:00' }]);
    accept(opened, [{ from: '2010-07-01Z', to: '2010-12-31Z' }]);
    accept(opened, [{ from: '2010-06-30Z', to: '2010-06-30Z' }]);
    expect(stateOf(opened).map((one) => one.inForce)).toEqual([0, 1, 1]);
  });

  test('replaces nothing as long as its shipment is staged, and nothing when it is discarded or refused', () => {
    const opened = openStore();
    const year = { from: '2010-01-01', to: '2010-12-31' };
    accept(opened, [year]);
    const inForce = stateOf(opened);
    const discarded = stage(opened, [year]);
    expect(stateOf(opened)[0]).toEqual(inForce[0]);
    opened.store.shipments.discard(discarded.shipmentId);
    settle(opened.store, stage(opened, [year]), 'refused');
    expect(stateOf(opened)).toEqual(inForce);
  });

  test('counts from when it was accepted, not from when it was staged', () => {
    const opened = openStore();
    const year = { from: '2010-01-01', to: '2010-12-31' };
    const early = stage(opened, [year]);
    const late = stage(opened, [year]);
    settle(opened.store, late);
    settle(opened.store, early);
    expect(stateOf(opened)).toEqual([
      { id: itemIdOf(early.shipmentId, 1), inForce: 1, replacedBy: null },
      { id: itemIdOf(late.shipmentId, 1), inForce: 0, replacedBy: itemIdOf(early.shipmentId, 1) },
    ]);
  });

  test('is no longer in force when it is removed, and what it replaced does not come back', () => {
    const opened = openStore();
    const year = { from: '2010-01-01+01:00', to: '2010-12-31+01:00' };
    const first = accept(opened, [year, { ...year, hash: null }]);
    const second = accept(opened, [year, { ...year, hash: null }]);
    expect(inForceOf(opened)).toEqual([itemIdOf(second, 1), itemIdOf(second, 2)]);
    opened.sql.prepare('DELETE FROM item WHERE id >= ?').run(itemIdOf(second, 1));
    expect(inForceOf(opened)).toEqual([]);
    expect(stateOf(opened)).toEqual([1, 2].map((at) => ({ id: itemIdOf(first, at), inForce: 0, replacedBy: null })));
  });

  test('in any order and over any number of shipments ends as a reading item by item would', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyFormSet, { maxLength: 12 }), { maxLength: 4 }), (shipments) => {
        const opened = openStore();
        const accepted = shipments.flatMap((formSets) => {
          const shipmentId = accept(opened, formSets);
          return formSets.map((one, index) => ({ ...one, id: itemIdOf(shipmentId, index + 1) }));
        });
        expect(stateOf(opened)).toEqual(
          accepted.map((one, index) => {
            const replacer = accepted.slice(index + 1).find((later) => isRival(one, later));
            return { id: one.id, inForce: replacer === undefined ? 1 : 0, replacedBy: replacer?.id ?? null };
          }),
        );
        expect(faultsOf(opened.sql)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a prefill that is accepted after others that were sent later', () => {
  test('is in force exactly if none of those overlaps it, and replaces what was sent before it', () => {
    const shipment = fc.record({ isLate: fc.boolean(), formSets: fc.array(anyFormSet, { maxLength: 8 }) });
    fc.assert(
      fc.property(fc.array(shipment, { maxLength: 6 }), fc.boolean(), (shipments, isBackwards) => {
        const opened = openStore();
        const staged = shipments.map((one) => ({ ...one, ...stage(opened, one.formSets) }));
        const late = staged.filter(({ isLate }) => isLate);
        for (const one of staged) if (!one.isLate) settle(opened.store, one);
        for (const one of isBackwards ? late.reverse() : late) settle(opened.store, one, 'accepted', true);
        const sent = staged.flatMap(({ formSets, shipmentId }) =>
          formSets.map((one, index) => ({ ...one, id: itemIdOf(shipmentId, index + 1) })),
        );
        const after = new Map(stateOf(opened).map((one) => [one.id, one]));
        for (const [index, one] of sent.entries()) {
          const rivals = sent.slice(index + 1).filter((later) => isRival(one, later));
          const { inForce, replacedBy = null } = after.get(one.id) ?? {};
          expect(inForce).toBe(rivals.length === 0 ? 1 : 0);
          if (rivals.length === 0) expect(replacedBy).toBeNull();
          else expect(rivals.map(({ id }) => id)).toContain(replacedBy);
        }
        expect(faultsOf(opened.sql)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

const day = fc.integer({ min: 1, max: 9 }).map((number) => `2010-01-0${number}`);

const anyFormSet = fc
  .record({
    reportee: fc.constantFrom('R1', 'R2'),
    hash: fc.constantFrom('a', null),
    days: fc.tuple(day, day).map(([one, other]) => [one, other].sort()),
  })
  .map(({ reportee, hash, days: [from = '', to = ''] }) => ({ reportee, hash, from, to }));

function isRival(one: FormSetAt, other: FormSetAt): boolean {
  const sameKey = one.reportee === other.reportee && one.hash === other.hash;
  return sameKey && one.from <= other.to && other.from <= one.to;
}

function stage({ store }: OpenStore, formSets: readonly FormSetAt[]): { batchId: number; shipmentId: number } {
  const shipment = openShipment(store, { format: 'prefill', reference: null });
  store.shipments.stage(shipment.shipmentId, formSets.map(toItem));
  return shipment;
}

/** Returns the shipment's id. */
function accept(opened: OpenStore, formSets: readonly FormSetAt[]): number {
  const shipment = stage(opened, formSets);
  settle(opened.store, shipment);
  return shipment.shipmentId;
}

function toItem(one: FormSetAt, index: number): DataItem {
  const { reportee = '974761076', service = '1051', edition = '201010', hash = 'a', from, to } = one;
  return anItem(index + 1, {
    reportee,
    serviceCode: service,
    serviceEditionCode: edition,
    content: aFormSet({ validFrom: from, validTo: to, identifyingFieldsHash: hash }),
  });
}

function inForceOf({ sql }: OpenStore): number[] {
  return sql.prepare<[], number>('SELECT item_id FROM prefill_in_force ORDER BY item_id').pluck().all();
}

function stateOf({ sql }: OpenStore): { id: number; inForce: number; replacedBy: number | null }[] {
  return sql
    .prepare<[], { id: number; inForce: number; replacedBy: number | null }>(
      `SELECT form_set.item_id AS id, in_force.item_id IS NOT NULL AS inForce, replaced_by AS replacedBy
       FROM prefill_form_set AS form_set
         LEFT JOIN prefill_replacement ON prefill_replacement.item_id = form_set.item_id
         LEFT JOIN prefill_in_force AS in_force ON in_force.item_id = form_set.item_id
           AND in_force.first_day = substr(form_set.valid_from, 1, 10)
           AND in_force.last_day = substr(form_set.valid_to, 1, 10)
       ORDER BY form_set.item_id`,
    )
    .all();
}
