/** Files that senders are expected to send each day by a time of theirs. */
import type { Expectation } from '../config/settings.js';
import { localDateTime, toInstant } from '../domain/dates.js';
import { FORMATS, type Format } from '../domain/format.js';
import type { StatusStore } from '../store/status-store.js';

/** How it stands today with a file that is expected. */
export interface Expected {
  readonly systemUserCode: string;
  /** Null: a shipment of any format will do. */
  readonly format: Format | null;
  /** Local time of day, as in the settings. */
  readonly by: string;
  /** Today in the home's time zone, yyyy-MM-dd. */
  readonly day: string;
  /** `not today`: it is not expected on this day of the week; `due`: there is time yet. */
  readonly state: 'came' | 'due' | 'overdue' | 'not today';
  /** When the last shipment was accepted, of any day, UTC; null: there is none. */
  readonly lastAccepted: string | null;
}

/** What the hook `overdue` is told. */
export type OverdueFile = Omit<Expected, 'state'>;

/**
 * A file is overdue when its time has passed and no shipment of that sender has been accepted since midnight. Both are
 * local times, so that a day may have 23 or 25 hours.
 * @param nowMs milliseconds since 1970
 */
export function expectedToday(
  expectations: readonly Expectation[],
  store: Pick<StatusStore, 'lastAccepted'> | null,
  timeZone: string,
  nowMs: number,
): readonly Expected[] {
  const day = localDateTime(nowMs, timeZone).slice(0, 10);
  const midnight = new Date(toInstant(day, timeZone)).toISOString();
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? 'Sun';
  return expectations.map(({ systemUserCode, format, by, days }) => {
    const lastAccepted = latest(store, systemUserCode, format);
    const hasCome = lastAccepted !== null && lastAccepted >= midnight;
    const isLate = nowMs >= toInstant(`${day}T${by}:00`, timeZone);
    const state = !days.includes(weekday) ? 'not today' : hasCome ? 'came' : isLate ? 'overdue' : 'due';
    return { systemUserCode, format, by, day, state, lastAccepted };
  });
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

function latest(
  store: Pick<StatusStore, 'lastAccepted'> | null,
  systemUserCode: string,
  format: Format | null,
): string | null {
  if (store === null) return null;
  const formats = format === null ? FORMATS : [format];
  const times = formats.map((one) => store.lastAccepted(systemUserCode, one)).filter((time) => time !== null);
  return times.sort().at(-1) ?? null;
}
