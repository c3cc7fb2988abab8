import { expect, test } from 'vitest';
import { parseSettings } from '../../src/config/settings.js';
import { dailyWorkToday } from '../../src/watchkeeping/daily-work.js';

const SETTINGS = parseSettings({ activateAt: '05:00', usageDataAt: '06:30', maxWaitingSeconds: 900 });

function statesAt(now: string, ...done: string[]) {
  const runs = { isDone: (task: string, day: string) => done.includes(`${task} ${day}`) };
  return dailyWorkToday(SETTINGS, runs, Date.parse(now)).map(({ task, day, state }) => `${task} ${day} ${state}`);
}

test('what watch is to do once a day is overdue when it has not been done so long after its local time', () => {
  expect(statesAt('2024-01-10T03:59:00Z')).toEqual(['activateAt 2024-01-10 waiting', 'usageDataAt 2024-01-10 waiting']);
  expect(statesAt('2024-01-10T04:14:59Z')[0]).toBe('activateAt 2024-01-10 waiting');
  expect(statesAt('2024-01-10T04:15:00Z')[0]).toBe('activateAt 2024-01-10 overdue');
  expect(statesAt('2024-01-10T08:00:00Z', 'activateAt 2024-01-10', 'usageDataAt 2024-01-09')).toEqual([
    'activateAt 2024-01-10 done',
    'usageDataAt 2024-01-10 overdue',
  ]);
});

test('what no setting asks for is not there', () => {
  const runs = { isDone: () => false };
  expect(dailyWorkToday(parseSettings({}), runs, Date.parse('2024-01-10T08:00:00Z'))).toEqual([]);
});
