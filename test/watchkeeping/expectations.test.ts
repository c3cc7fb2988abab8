import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../src/config/settings.js';
import type { Format } from '../../src/domain/format.js';
import { expectedToday } from '../../src/watchkeeping/expectations.js';

/** A store in which those shipments were accepted last. */
function accepted(...shipments: readonly (readonly [string, Format, string])[]) {
  return {
    lastAccepted: (systemUserCode: string, format: Format) =>
      shipments.find(([sender, its]) => sender === systemUserCode && its === format)?.[2] ?? null,
  };
}

const NOTHING = accepted();

function stateAt(
  now: string,
  {
    by = '06:00',
    timeZone = 'Europe/Oslo',
    store = NOTHING,
    ...more
  }: Record<string, unknown> & {
    by?: string;
    timeZone?: string;
    store?: ReturnType<typeof accepted>;
  } = {},
) {
  const { expect: expectations } = parseSettings({ expect: [{ systemUserCode: 'SKD', by, ...more }] });
  const [found] = expectedToday(expectations, store, timeZone, Date.parse(now));
  return found?.state;
}

describe('an expected file', () => {
  test.each([
    ['a second before its time', '2024-01-10T05:59:59+01:00', 'due'],
    ['at its time', '2024-01-10T06:00:00+01:00', 'overdue'],
    ['late in the evening', '2024-01-10T23:59:59+01:00', 'overdue'],
    ['after midnight', '2024-01-11T00:00:00+01:00', 'due'],
  ])('%s is %s', (_when, now, state) => {
    expect(stateAt(now)).toBe(state);
  });

  test('has come when a shipment of that sender was accepted since local midnight, late or not', () => {
    const store = (at: string) => accepted(['SKD', 'altut', at]);
    const at = (acceptedAt: string) => stateAt('2024-01-10T08:00:00+01:00', { store: store(acceptedAt) });
    expect(at('2024-01-09T23:00:00.000Z')).toBe('came');
    expect(at('2024-01-10T06:30:00.000Z')).toBe('came');
    expect(at('2024-01-09T22:59:59.999Z')).toBe('overdue');
  });

  test('of a format comes in that format only, and of a sender under that very code', () => {
    const now = '2024-01-10T08:00:00+01:00';
    const store = accepted(
      ['SKD', 'altut', '2024-01-10T01:00:00.000Z'],
      ['SKD-PSA', 'prefill', '2024-01-10T01:00:00.000Z'],
    );
    expect(stateAt(now, { store, format: 'altut' })).toBe('came');
    expect(stateAt(now, { store, format: 'prefill' })).toBe('overdue');
    expect(stateAt(now, { store })).toBe('came');
  });

  test('is not missed on other days of the week', () => {
    const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'];
    expect(stateAt('2024-01-12T12:00:00+01:00', { days })).toBe('overdue');
    expect(stateAt('2024-01-13T12:00:00+01:00', { days })).toBe('not today');
    // Still Sunday in Oslo, and Monday already.
    expect(stateAt('2024-01-14T22:59:00Z', { days, by: '00:00' })).toBe('not today');
    expect(stateAt('2024-01-14T23:00:00Z', { days, by: '00:00' })).toBe('overdue');
  });

  test.each([
    ['when clocks go forward', '2024-03-31T03:59:59Z', '2024-03-31T04:00:00Z', '06:00'],
    ['when clocks go back', '2024-10-27T04:59:59Z', '2024-10-27T05:00:00Z', '06:00'],
    ['by a time that the clocks jump over', '2024-03-31T01:29:59Z', '2024-03-31T01:30:00Z', '02:30'],
    ['by a time that occurs twice: at the first', '2024-10-27T00:29:59Z', '2024-10-27T00:30:00Z', '02:30'],
  ])('is overdue at the local time %s', (_when, before, after, by) => {
    expect([stateAt(before, { by }), stateAt(after, { by })]).toEqual(['due', 'overdue']);
  });

  test('on a day of 25 hours, that came in its first hour, has come until the next midnight', () => {
    const store = accepted(['SKD', 'altut', '2024-10-26T22:00:00.000Z']);
    expect(stateAt('2024-10-27T22:59:59Z', { store })).toBe('came');
    expect(stateAt('2024-10-28T05:00:00Z', { store })).toBe('overdue');
  });
});
