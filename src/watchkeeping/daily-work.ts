/** What `watch` is to do once a day, by the settings `activateAt`, `confirmationsAt` and `usageDataAt`. */
import type { Settings } from '../config/settings.js';
import { localDateTime } from '../domain/dates.js';
import { dueDay, type TaskName } from '../schedule/daily-tasks.js';
import type { ScheduledRunStore } from '../store/scheduled-run-store.js';

/** How it stands today with such a task. */
export interface DailyWork {
  /** The setting that asks for it. */
  readonly task: TaskName;
  /** Local time of day, as in the settings. */
  readonly at: string;
  /** Today in the home's time zone, yyyy-MM-dd. */
  readonly day: string;
  /** `waiting`: there is time yet; `overdue`: it has not been done `maxWaitingSeconds` after its time. */
  readonly state: 'done' | 'waiting' | 'overdue';
}

const TASKS = ['activateAt', 'confirmationsAt', 'usageDataAt'] as const satisfies readonly TaskName[];

/** @param nowMs milliseconds since 1970 */
export function dailyWorkToday(
  settings: Pick<Settings, TaskName | 'timeZone' | 'maxWaitingSeconds'>,
  runs: Pick<ScheduledRunStore, 'isDone'>,
  nowMs: number,
): readonly DailyWork[] {
  const { timeZone, maxWaitingSeconds } = settings;
  const day = localDateTime(nowMs, timeZone).slice(0, 10);
  return TASKS.flatMap((task) => {
    const at = settings[task];
    if (at === null) return [];
    const isLate = dueDay(at, nowMs - maxWaitingSeconds * 1000, timeZone) === day;
    return [{ task, at, day, state: runs.isDone(task, day) ? 'done' : isLate ? 'overdue' : 'waiting' }];
  });
}
