import type { Settings } from '../config/settings.js';
import { dateAfter, lastPeriodUpTo, type PeriodStep } from './periods.js';

/** What a subscription's periods are counted from. Dates are calendar days; a zone that they were sent with does not count. */
export interface Schedule {
  readonly startDate: string;
  readonly expirationDate: string | null;
  /** NextScheduledDate and NextDueDate as they were sent: those of the first period. */
  readonly firstScheduledDate: string;
  readonly firstDueDate: string;
  readonly firstVisibleDate: string | null;
  readonly step: PeriodStep;
}

/** A period whose turn has come. */
export interface Period {
  /** From 0. */
  readonly number: number;
  readonly scheduledDate: string;
  readonly dueDate: string;
  readonly visibleDate: string | null;
}

/** Which periods are due by a day, and what remains. */
export interface DuePeriods {
  /** Those that give an instance, in order. */
  readonly periods: readonly Period[];
  /** How many give none, since their time has passed. */
  readonly passedOver: number;
  /** How many are behind it now, in all. */
  readonly done: number;
  /** The next one; null: there is none any more, and the subscription ends. */
  readonly next: Period | null;
}

/**
 * The periods of a subscription that are due by a day: scheduled for that day or an earlier one, and not later than its
 * ExpirationDate. Of those that were missed, because nobody activated them in their time, `catchUp` says which are made up
 * for: `all` (the latest `most` of them), the `latest`, or `none`, which leaves the one that is scheduled for the day itself.
 * @param done how many are behind it
 * @param day on which it is activated
 */
export function duePeriods(
  schedule: Schedule,
  done: number,
  day: string,
  catchUp: Settings['catchUp'],
  most: number,
): DuePeriods {
  const { startDate, expirationDate, firstScheduledDate, step } = schedule;
  if (startDate > day) return { periods: [], passedOver: 0, done, next: periodOf(schedule, done) };
  const end = expirationDate === null || expirationDate > day ? day : expirationDate;
  const last = lastUsable(schedule, done, lastPeriodUpTo(firstScheduledDate, step, end));
  const first = firstWanted(schedule, { done, last, day, catchUp, most });
  const periods: Period[] = [];
  for (let number = first; number <= last; number++) {
    const period = periodOf(schedule, number);
    if (period !== null) periods.push(period);
  }
  const behind = Math.max(done, last + 1);
  const next = periodOf(schedule, behind);
  const isOver = next === null || (expirationDate !== null && next.scheduledDate > expirationDate);
  return { periods, passedOver: behind - done - periods.length, done: behind, next: isOver ? null : next };
}

/** Null when a date of it can't be written any more. */
function periodOf(schedule: Schedule, number: number): Period | null {
  const { firstScheduledDate, firstDueDate, firstVisibleDate, step } = schedule;
  const scheduledDate = dateAfter(firstScheduledDate, step, number);
  const dueDate = dateAfter(firstDueDate, step, number);
  const visibleDate = firstVisibleDate === null ? null : dateAfter(firstVisibleDate, step, number);
  if (scheduledDate === null || dueDate === null) return null;
  if (firstVisibleDate !== null && visibleDate === null) return null;
  return { number, scheduledDate, dueDate, visibleDate };
}

/** The last one whose dates can be written. */
function lastUsable(schedule: Schedule, done: number, last: number): number {
  let number = last;
  while (number >= done && periodOf(schedule, number) === null) number--;
  return number;
}

function firstWanted(
  schedule: Schedule,
  { done, last, day, catchUp, most }: { done: number; last: number; day: string; catchUp: string; most: number },
): number {
  if (catchUp === 'all') return Math.max(done, last + 1 - most);
  if (catchUp === 'latest') return Math.max(done, last);
  return periodOf(schedule, last)?.scheduledDate === day ? Math.max(done, last) : last + 1;
}
