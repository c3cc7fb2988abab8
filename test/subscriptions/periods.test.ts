import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PERIOD_TYPES, type PeriodType } from '../../src/domain/period-type.js';
import { dateAfter, lastPeriodUpTo, periodStep } from '../../src/subscriptions/periods.js';

const OFFICIAL = { Quarterly: 4, Tertiary: 3 };

const datesOf = (type: PeriodType, first: string, count: number, months = OFFICIAL) =>
  Array.from({ length: count }, (_, periods) => dateAfter(first, periodStep(type, months), periods));

describe('the dates of a subscription', () => {
  test.each([
    ['Annual', '2024-02-29', ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29']],
    ['Semiannual', '2023-08-31', ['2023-08-31', '2024-02-29', '2024-08-31', '2025-02-28', '2025-08-31']],
    ['Quarterly', '2024-01-31', ['2024-01-31', '2024-05-31', '2024-09-30', '2025-01-31']],
    ['Tertiary', '2024-01-31', ['2024-01-31', '2024-04-30', '2024-07-31', '2024-10-31', '2025-01-31']],
    ['Bimonthly', '2023-12-31', ['2023-12-31', '2024-02-29', '2024-04-30', '2024-06-30']],
    ['Monthly', '2024-01-31', ['2024-01-31', '2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31']],
    ['Monthly', '2023-01-30', ['2023-01-30', '2023-02-28', '2023-03-30']],
    ['Fortnightly', '2024-02-20', ['2024-02-20', '2024-03-06', '2024-03-21', '2024-04-05']],
    ['Weekly', '2024-12-26', ['2024-12-26', '2025-01-02', '2025-01-09']],
    ['Daily', '2024-02-28', ['2024-02-28', '2024-02-29', '2024-03-01']],
    ['Once', '2024-02-29', ['2024-02-29', null, null]],
  ] as const)('%s, from %s: %s', (type, first, dates) => {
    expect(datesOf(type, first, dates.length)).toEqual(dates);
  });

  test('are as many months apart as the setting periodMonths says of Quarterly and Tertiary', () => {
    const swapped = { Quarterly: 3, Tertiary: 4 };
    expect(datesOf('Quarterly', '2024-01-31', 3, swapped)).toEqual(['2024-01-31', '2024-04-30', '2024-07-31']);
    expect(datesOf('Tertiary', '2024-01-31', 3, swapped)).toEqual(['2024-01-31', '2024-05-31', '2024-09-30']);
  });

  test('end with the year 9999', () => {
    expect(datesOf('Annual', '9998-06-01', 3)).toEqual(['9998-06-01', '9999-06-01', null]);
    expect(datesOf('Daily', '9999-12-30', 3)).toEqual(['9999-12-30', '9999-12-31', null]);
    expect(datesOf('Monthly', '0001-01-31', 2)).toEqual(['0001-01-31', '0001-02-28']);
  });
});

/** Any day from 0001 to 9000, so that many periods later there still is one. */
const anyDay = fc
  .integer({ min: -719_162, max: 2_567_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const anyType = fc.constantFrom(...PERIOD_TYPES.filter((type) => type !== 'Once'));
const anyMonths = fc.record({ Quarterly: fc.integer({ min: 1, max: 12 }), Tertiary: fc.integer({ min: 1, max: 12 }) });
const aFew = fc.integer({ min: 0, max: 600 });

describe('whatever a subscription begins with', () => {
  test('its dates are days of the calendar, and each is later than the one before', () => {
    fc.assert(
      fc.property(anyDay, anyType, anyMonths, aFew, (first, type, months, periods) => {
        const step = periodStep(type, months);
        const [date, next] = [dateAfter(first, step, periods), dateAfter(first, step, periods + 1)];
        expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
        expect(next !== null && date !== null && next > date).toBe(true);
      }),
    );
  });

  test('steps of months keep its day of the month, or have the last day of a month that is shorter', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 1, max: 12 }), aFew, (first, months, periods) => {
        const date = dateAfter(first, { months }, periods) ?? '';
        const day = (text: string) => Number(text.slice(8));
        const monthsOf = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
        expect(monthsOf(date) - monthsOf(first)).toBe(months * periods);
        const following = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).getUTCDate();
        if (day(date) !== day(first)) expect([day(date) < day(first), following]).toEqual([true, 1]);
      }),
    );
  });

  test('steps of days are that many days', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(1, 7, 15), aFew, (first, days, periods) => {
        const ms = (text: string | null) => Date.parse(`${text}T00:00:00Z`);
        expect(ms(dateAfter(first, { days }, periods)) - ms(first)).toBe(days * periods * 86_400_000);
      }),
    );
  });

  test('the last period up to a day is the one that a count from the first comes to', () => {
    fc.assert(
      fc.property(
        anyDay,
        anyType,
        anyMonths,
        aFew,
        fc.integer({ min: -40, max: 40 }),
        (first, type, months, n, off) => {
          const step = periodStep(type, months);
          const at = Date.parse(`${dateAfter(first, step, n)}T00:00:00Z`) + off * 86_400_000;
          fc.pre(at > Date.parse('0001-01-01T00:00:00Z'));
          const day = new Date(at).toISOString().slice(0, 10);
          const last = lastPeriodUpTo(first, step, day);
          const dateOf = (periods: number) => dateAfter(first, step, periods) ?? '~';
          if (last === -1) expect(first > day).toBe(true);
          else expect([dateOf(last) <= day, dateOf(last + 1) > day]).toEqual([true, true]);
        },
      ),
    );
  });

  test('one that comes once has one period, from its date on', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (first, day) => {
        expect(lastPeriodUpTo(first, null, day)).toBe(first <= day ? 0 : -1);
      }),
    );
  });
});
