import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duePeriods, type Schedule } from '../../src/subscriptions/due-periods.js';

const MONTHLY: Schedule = {
  startDate: '2024-01-01',
  expirationDate: null,
  firstScheduledDate: '2024-01-31',
  firstDueDate: '2024-03-15',
  firstVisibleDate: '2024-02-05',
  step: { months: 1 },
};

const due = (
  day: string,
  { done = 0, catchUp = 'all', most = 1000, ...schedule }: Partial<Schedule> & Wish = {},
): { scheduled: string[]; passedOver: number; done: number; next: string | null } => {
  const found = duePeriods({ ...MONTHLY, ...schedule }, done, day, catchUp, most);
  return {
    scheduled: found.periods.map(({ scheduledDate }) => scheduledDate),
    passedOver: found.passedOver,
    done: found.done,
    next: found.next?.scheduledDate ?? null,
  };
};

interface Wish {
  readonly done?: number;
  readonly catchUp?: 'all' | 'latest' | 'none';
  readonly most?: number;
}

describe('the periods that are due by a day', () => {
  test('are none before the first one', () => {
    expect(due('2024-01-30')).toEqual({ scheduled: [], passedOver: 0, done: 0, next: '2024-01-31' });
  });

  test('have their three dates each counted from its own first value', () => {
    const { periods, next } = duePeriods(MONTHLY, 0, '2024-03-31', 'all', 1000);
    expect(periods).toEqual([
      { number: 0, scheduledDate: '2024-01-31', dueDate: '2024-03-15', visibleDate: '2024-02-05' },
      { number: 1, scheduledDate: '2024-02-29', dueDate: '2024-04-15', visibleDate: '2024-03-05' },
      { number: 2, scheduledDate: '2024-03-31', dueDate: '2024-05-15', visibleDate: '2024-04-05' },
    ]);
    expect(next?.number).toBe(3);
  });

  test('do not come twice', () => {
    expect(due('2024-02-29', { done: 1 })).toEqual({
      scheduled: ['2024-02-29'],
      passedOver: 0,
      done: 2,
      next: '2024-03-31',
    });
    expect(due('2024-02-29', { done: 2 })).toEqual({ scheduled: [], passedOver: 0, done: 2, next: '2024-03-31' });
  });

  test('that were missed are made up for as catchUp says', () => {
    const missed = { done: 1, next: null };
    expect(due('2024-05-31', missed)).toMatchObject({ passedOver: 0, done: 5, next: '2024-06-30' });
    expect(due('2024-05-31', missed).scheduled).toEqual(['2024-02-29', '2024-03-31', '2024-04-30', '2024-05-31']);
    const latest = due('2024-06-15', { ...missed, catchUp: 'latest' });
    expect(latest).toEqual({ scheduled: ['2024-05-31'], passedOver: 3, done: 5, next: '2024-06-30' });
    const onTheDay = due('2024-05-31', { ...missed, catchUp: 'none' });
    expect(onTheDay).toEqual({ scheduled: ['2024-05-31'], passedOver: 3, done: 5, next: '2024-06-30' });
    const dayAfter = due('2024-06-01', { ...missed, catchUp: 'none' });
    expect(dayAfter).toEqual({ scheduled: [], passedOver: 4, done: 5, next: '2024-06-30' });
  });

  test('are the latest ones when more were missed than are made up for', () => {
    const found = due('2024-12-31', { most: 2 });
    expect(found).toEqual({ scheduled: ['2024-11-30', '2024-12-31'], passedOver: 10, done: 12, next: '2025-01-31' });
  });

  test('are those up to and with the ExpirationDate, also when that has passed; then the subscription ends', () => {
    const ends = { expirationDate: '2024-03-31' };
    expect(due('2024-03-30', ends)).toMatchObject({ scheduled: ['2024-01-31', '2024-02-29'], next: '2024-03-31' });
    expect(due('2024-03-31', ends)).toMatchObject({
      scheduled: ['2024-01-31', '2024-02-29', '2024-03-31'],
      next: null,
    });
    expect(due('2025-01-01', { ...ends, done: 2 })).toMatchObject({ scheduled: ['2024-03-31'], next: null });
    expect(due('2025-01-01', { ...ends, done: 3 })).toMatchObject({ scheduled: [], next: null });
    expect(due('2024-02-01', { expirationDate: '2024-01-30' })).toMatchObject({ scheduled: [], next: null });
  });

  test('are none before the StartDate', () => {
    expect(due('2024-03-01', { startDate: '2024-03-02' })).toMatchObject({
      scheduled: [],
      done: 0,
      next: '2024-01-31',
    });
  });

  test('are one alone of what comes once', () => {
    const once = { step: null };
    expect(due('2024-01-31', once)).toEqual({ scheduled: ['2024-01-31'], passedOver: 0, done: 1, next: null });
    expect(due('2024-02-15', { ...once, catchUp: 'latest' })).toMatchObject({ scheduled: ['2024-01-31'], next: null });
    expect(due('2024-02-15', { ...once, catchUp: 'none' })).toMatchObject({ scheduled: [], passedOver: 1, next: null });
  });

  test('end where a date could not be written any more', () => {
    const late = { firstScheduledDate: '9999-10-31', firstDueDate: '9999-11-15', firstVisibleDate: null };
    const found = due('9999-12-31', late);
    expect(found).toEqual({ scheduled: ['9999-10-31', '9999-11-30'], passedOver: 0, done: 2, next: null });
  });

  test('come each once and in order, however the days of activation fall', () => {
    const days = fc.array(fc.integer({ min: 0, max: 1200 }), { minLength: 1, maxLength: 12 });
    const step = fc.constantFrom({ months: 1 }, { months: 4 }, { days: 15 }, { days: 1 }, null);
    const expires = fc.option(fc.integer({ min: 30, max: 1200 }), { nil: null });
    fc.assert(
      fc.property(days, step, expires, (offsets, step, expiresAfter) => {
        const dayOf = (days: number) => new Date(Date.UTC(2024, 0, 1 + days)).toISOString().slice(0, 10);
        const expirationDate = expiresAfter === null ? null : dayOf(expiresAfter);
        const schedule = { ...MONTHLY, step, expirationDate };
        const last = dayOf(Math.max(...offsets));
        const made: string[] = [];
        let done = 0;
        for (const offset of [...offsets].sort((a, b) => a - b)) {
          const found = duePeriods(schedule, done, dayOf(offset), 'all', 10_000);
          made.push(...found.periods.map(({ scheduledDate }) => scheduledDate));
          expect(found.done - done).toBe(found.periods.length);
          done = found.done;
          if (found.next === null) break;
        }
        const atOnce = duePeriods(schedule, 0, last, 'all', 10_000).periods.map((one) => one.scheduledDate);
        expect(made).toEqual(atOnce);
      }),
    );
  });
});
