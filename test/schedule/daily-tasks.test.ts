import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../src/cli/logger.js';
import { type DailyTask, DailyTasks, dueDay } from '../../src/schedule/daily-tasks.js';
import type { Store } from '../../src/store/store.js';
import { openStore } from '../store/fixture.js';

describe('the day for which a task is due', () => {
  test.each([
    ['not before its time', '05:00', '2024-01-31T03:59:59Z', null],
    ['from its time on', '05:00', '2024-01-31T04:00:00Z', '2024-01-31'],
    ['for the rest of the day', '05:00', '2024-01-31T22:59:59Z', '2024-01-31'],
    ['not from midnight on, again', '05:00', '2024-01-31T23:00:00Z', null],
    ['at midnight when that is its time', '00:00', '2024-01-31T23:00:00Z', '2024-02-01'],
    ['when the clocks jump over its time, not yet at the jump', '02:30', '2024-03-31T00:59:59Z', null],
    ['when the clocks jump over its time, as much later as they jump', '02:30', '2024-03-31T01:30:00Z', '2024-03-31'],
    ['when its time comes twice, the first time', '02:30', '2024-10-27T00:30:00Z', '2024-10-27'],
  ])('%s', (_when, at, now, day) => {
    expect(dueDay(at, Date.parse(now), 'Europe/Oslo')).toBe(day);
  });
});

describe('daily tasks', () => {
  const told: string[] = [];
  const done: string[] = [];
  let store: Store;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    store = openStore().store;
    told.length = 0;
    done.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const at = (moment: string) => vi.setSystemTime(new Date(moment));

  function task(work: (day: string) => Promise<boolean> = async () => true): DailyTask {
    return {
      name: 'activateAt',
      at: '05:00',
      title: 'Activating subscriptions',
      run: (day) => {
        done.push(day);
        return work(day);
      },
    };
  }

  function tasksOf(one: DailyTask, signal?: AbortSignal): DailyTasks {
    const log = createLogger('silent');
    return new DailyTasks([one], {
      store,
      timeZone: 'Europe/Oslo',
      retrySeconds: 30,
      log,
      signal,
      onNotice: (text) => told.push(text),
    });
  }

  test('are done once a day, however often it is asked and whoever is started again', async () => {
    const tasks = tasksOf(task());
    for (const moment of ['2024-01-30T05:00:00Z', '2024-01-30T06:00:00Z', '2024-01-31T03:00:00Z']) {
      at(moment);
      expect(await tasks.runDue()).toBe(false);
    }
    await tasksOf(task()).runDue();
    expect(done).toEqual(['2024-01-30']);
    at('2024-01-31T04:00:01Z');
    await tasksOf(task()).runDue();
    await tasks.runDue();
    expect(done).toEqual(['2024-01-30', '2024-01-31']);
    expect(told).toEqual([]);
  });

  test('are gone on with at once, for the same day, until they say that they are done', async () => {
    at('2024-01-30T22:59:59Z');
    let parts = 3;
    const tasks = tasksOf(task(async () => --parts === 0));
    expect([await tasks.runDue(), await tasks.runDue(), await tasks.runDue()]).toEqual([true, true, false]);
    expect(await tasks.runDue()).toBe(false);
    expect(done).toEqual(['2024-01-30', '2024-01-30', '2024-01-30']);
    expect(store.scheduledRuns.isDone('activateAt', '2024-01-30')).toBe(true);
  });

  test('that fail are told of, and tried again after retrySeconds', async () => {
    at('2024-01-30T05:00:00Z');
    let failures = 2;
    const tasks = tasksOf(
      task(async () => {
        if (failures-- > 0) throw new Error('The disk is full.');
        return true;
      }),
    );
    await tasks.runDue();
    await tasks.runDue();
    expect(done.length).toBe(1);
    expect(told).toEqual(['Activating subscriptions (activateAt) failed: The disk is full. Trying again in 30 s.']);
    for (let tries = 0; tries < 2; tries++) {
      vi.advanceTimersByTime(30_000);
      await tasks.runDue();
    }
    expect([done.length, told.length]).toEqual([3, 2]);
    expect(store.scheduledRuns.isDone('activateAt', '2024-01-30')).toBe(true);
  });

  test('that are stopped by a signal are not told of, and are still to be done', async () => {
    at('2024-01-30T05:00:00Z');
    const stop = new AbortController();
    const tasks = tasksOf(
      task(async () => {
        stop.abort();
        throw new Error('stopped');
      }),
      stop.signal,
    );
    expect(await tasks.runDue()).toBe(false);
    expect(await tasks.runDue()).toBe(false);
    expect([done.length, told]).toEqual([1, []]);
    expect(store.scheduledRuns.isDone('activateAt', '2024-01-30')).toBe(false);
  });
});
