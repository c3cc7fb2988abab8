/** How the dates of a subscription move on (formats.md section 5, PeriodType). A date is a calendar day, yyyy-MM-dd. */
import type { PeriodType } from '../domain/period-type.js';

/** What lies between one period and the next; null: there is only one. */
export type PeriodStep = { readonly months: number } | { readonly days: number } | null;

/** How many months the two have whose meaning in the official text reads as if swapped: the setting `periodMonths`. */
export interface PeriodMonths {
  readonly Quarterly: number;
  readonly Tertiary: number;
}

export function periodStep(periodType: PeriodType, periodMonths: PeriodMonths): PeriodStep {
  switch (periodType) {
    case 'Annual':
      return { months: 12 };
    case 'Semiannual':
      return { months: 6 };
    case 'Quarterly':
    case 'Tertiary':
      return { months: periodMonths[periodType] };
    case 'Bimonthly':
      return { months: 2 };
    case 'Monthly':
      return { months: 1 };
    case 'Fortnightly':
      // Every 15th day, by the official text.
      return { days: 15 };
    case 'Weekly':
      return { days: 7 };
    case 'Daily':
      return { days: 1 };
    case 'Once':
      return null;
  }
}

/**
 * The date that is so many periods after the first one; null when there is none, after the only period or the year 9999.
 * Each is counted from the first, not from the one before: 31 January, 29 February, 31 March.
 */
export function dateAfter(first: string, step: PeriodStep, periods: number): string | null {
  if (periods === 0) return first;
  if (step === null) return null;
  return 'months' in step ? monthsAfter(first, step.months * periods) : daysAfter(first, step.days * periods);
}

/** Which period comes last of those whose date is that day or earlier, counted from 0; -1 when the first is later. */
export function lastPeriodUpTo(first: string, step: PeriodStep, day: string): number {
  if (first > day) return -1;
  if (step === null) return 0;
  if ('days' in step) return Math.floor((dayNumber(day) - dayNumber(first)) / step.days);
  const [from, to] = [partsOf(first), partsOf(day)];
  const periods = Math.floor(((to.year - from.year) * 12 + to.month - from.month) / step.months);
  // Within its last month it depends on the day.
  return (dateAfter(first, step, periods) ?? LATER_THAN_ANY) <= day ? periods : periods - 1;
}

const DAY = 86_400_000;
const LAST_YEAR = 9999;
const LATER_THAN_ANY = '~';

/** A month that is shorter has its last day instead. */
function monthsAfter(date: string, months: number): string | null {
  const { year, month, day } = partsOf(date);
  const count = year * 12 + (month - 1) + months;
  const inYear = Math.floor(count / 12);
  const inMonth = (count % 12) + 1;
  if (inYear > LAST_YEAR) return null;
  return dateOf(inYear, inMonth, Math.min(day, daysIn(inYear, inMonth)));
}

function daysAfter(date: string, days: number): string | null {
  const after = new Date((dayNumber(date) + days) * DAY);
  if (after.getUTCFullYear() > LAST_YEAR) return null;
  return dateOf(after.getUTCFullYear(), after.getUTCMonth() + 1, after.getUTCDate());
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Since 1970. Not by Date.UTC, which takes the years 0 to 99 for 1900 to 1999. */
function dayNumber(date: string): number {
  const { year, month, day } = partsOf(date);
  return new Date(0).setUTCFullYear(year, month - 1, day) / DAY;
}

function partsOf(date: string): { readonly year: number; readonly month: number; readonly day: number } {
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) };
}

function dateOf(year: number, month: number, day: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}
