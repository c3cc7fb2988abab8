import { isUsableDate, toInstant } from './dates.js';

const SHAPE = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;
const DAY_LENGTH = 10;

/** What a moment must look like, for an error text. */
export const MOMENT_FORM = 'a time such as 2024-01-31T12:00:00, with Z or +01:00 behind it where it is not local time';

/**
 * Milliseconds since 1970 of a moment that a person or a program wrote, an xs:dateTime of the years 0001 to 9999; null when
 * it is none, or its day is not in the calendar. Without a zone it is local time of `timeZone`.
 */
export function parseMoment(text: string, timeZone: string): number | null {
  if (!SHAPE.test(text) || !isUsableDate(text) || !isCalendarDay(text.slice(0, DAY_LENGTH))) return null;
  return toInstant(text, timeZone);
}

/** Date.parse takes 2024-02-31 for 2 March. */
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}
