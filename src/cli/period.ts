import { type Command, InvalidArgumentError } from 'commander';
import { isUsableDate, toInstant } from '../domain/dates.js';
import { UsageFault } from '../domain/faults.js';
import { IssueCode } from '../domain/issue.js';

/** A stretch of time in the store's own form (UTC); null is open. */
export interface Period {
  /** The first moment that belongs to it. */
  readonly from: string | null;
  /** The first moment that no longer does. */
  readonly before: string | null;
}

const DAY_LENGTH = 10;

/** The options of a listing that can be narrowed to a stretch of time. */
export function addPeriodOptions(command: Command): Command {
  return command
    .option('--from <date>', 'from that day or time on: 2024-01-31 or 2024-01-31T12:00:00', dateOrTime)
    .option('--to <date>', 'up to and with that day or second', dateOrTime);
}

/**
 * What is meant by the options; without a zone they are in the home's time zone. A day as `to` is meant whole.
 * @throws UsageFault 30102 (formats.md section 6) when it ends before it begins
 */
export function periodOf(options: { readonly from?: string; readonly to?: string }, timeZone: string): Period {
  const from = options.from === undefined ? null : utc(toInstant(options.from, timeZone));
  const before = options.to === undefined ? null : utc(endOf(options.to, timeZone));
  if (from === null || before === null || from < before) return { from, before };
  throw new UsageFault(
    `[${IssueCode.FromDateAfterToDate}] --from ${options.from} is after --to ${options.to}: give the earlier one to --from.`,
  );
}

/** The first moment after a day or a second. */
export function endOf(to: string, timeZone: string): number {
  if (to.length > DAY_LENGTH) return toInstant(to, timeZone) + 1000;
  const nextDay = new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString().slice(0, DAY_LENGTH);
  return toInstant(nextDay, timeZone);
}

function utc(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** For an option that takes a day, or a time with or without a zone. */
export function dateOrTime(text: string): string {
  const isWritten = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  const isReal = isWritten && !Number.isNaN(Date.parse(text)) && isUsableDate(text) && isCalendarDay(text);
  if (isReal) return text;
  throw new InvalidArgumentError('It must be a day, such as 2024-01-31, or a time, such as 2024-01-31T12:00:00.');
}

/** For an option that takes a day: yyyy-MM-dd. */
export function calendarDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isUsableDate(text) && isCalendarDay(text)) return text;
  throw new InvalidArgumentError('It must be a day, such as 2024-01-31.');
}

/** Date.parse takes 2024-02-31 for 2 March. */
function isCalendarDay(text: string): boolean {
  const day = text.slice(0, DAY_LENGTH);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
