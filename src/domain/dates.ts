import { offsetAt } from './time-zone.js';

const DAY = 86_400_000;
const DATE_LENGTH = 10;
const SHAPE =
  /^(-?[0-9]{4,})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:[0-9]{2})?$/;

/**
 * Negative, zero or positive as xs:date `a` begins before, with or after `b`. One without a zone is in `timeZone`.
 * Both must be usable (see isUsableDate).
 */
export function compareDates(a: string, b: string, timeZone: string): number {
  if (a === b) return 0;
  // Of one zone, or both without one: days in that zone, whose order is that of their letters.
  if (a.length === b.length && (a.length === 10 || a.slice(10) === b.slice(10))) return a < b ? -1 : 1;
  return toInstant(a, timeZone) - toInstant(b, timeZone);
}

/**
 * Whether an xs:date or xs:dateTime lies in the years 0001 to 9999: the schema lets through years that neither
 * calendars nor databases hold.
 */
export function isUsableDate(value: string): boolean {
  if (value.charCodeAt(4) !== 45 || value.startsWith('0000')) return false;
  for (let at = 0; at < 4; at += 1) {
    const code = value.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/**
 * Milliseconds since 1970 of an xs:dateTime, or of the first moment of an xs:date; NaN when it is neither.
 * Without a zone it is local time of `timeZone`: of a time that occurs twice the first is meant, and one that the
 * clocks jump over is as much later as they jump.
 */
export function toInstant(dateTimeOrDate: string, timeZone: string): number {
  const parts = SHAPE.exec(dateTimeOrDate);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '', zone] = parts;
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const wall =
    midnight +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1000 +
    Number(fraction.slice(0, 3).padEnd(3, '0'));
  return zone === undefined ? fromWallClock(wall, timeZone) : wall - zoneOffset(zone);
}

/** Milliseconds since 1970 of the first moment after an xs:date; otherwise as toInstant. */
export function endOfDate(date: string, timeZone: string): number {
  const nextDay = new Date(Date.parse(`${date.slice(0, DATE_LENGTH)}T00:00:00Z`) + DAY).toISOString();
  return toInstant(nextDay.slice(0, DATE_LENGTH) + date.slice(DATE_LENGTH), timeZone);
}

/** The calendar day (yyyy-MM-dd) that is so many days before another one. */
export function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY).toISOString().slice(0, DATE_LENGTH);
}

let lastSecond = Number.NaN;
let lastZone = '';
let lastText = '';

/** yyyy-MM-ddThh:mm:ss of a moment (milliseconds since 1970), in local time of `timeZone`. */
export function localDateTime(epochMs: number, timeZone: string): string {
  const second = Math.floor(epochMs / 1000);
  // Nearly all calls ask for the second that was asked for before.
  if (second === lastSecond && timeZone === lastZone) return lastText;
  lastText = new Date(second * 1000 + offsetAt(second * 1000, timeZone)).toISOString().slice(0, 19);
  lastSecond = second;
  lastZone = timeZone;
  return lastText;
}

function fromWallClock(wall: number, timeZone: string): number {
  const before = offsetAt(wall - DAY, timeZone);
  const after = offsetAt(wall + DAY, timeZone);
  if (before === after || offsetAt(wall - before, timeZone) === before) return wall - before;
  return offsetAt(wall - after, timeZone) === after ? wall - after : wall - before;
}

function zoneOffset(zone: string): number {
  if (zone === 'Z') return 0;
  const size = Number(zone.slice(1, 3)) * 3_600_000 + Number(zone.slice(4, 6)) * 60_000;
  return zone.startsWith('-') ? -size : size;
}
