import { InternalFault } from './faults.js';

const DAY = 86_400_000;
const MOST_DAYS = 20_000;
const OFFSET = /GMT(?:([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?$/;

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By day since 1970 (UTC); null = the clocks are changed that day. */
  readonly days: Map<number, number | null>;
}

const zones = new Map<string, Zone>();

/**
 * How far local time of an IANA zone is ahead of UTC at a moment; both in milliseconds.
 * Intl costs microseconds a call, so whole days are remembered.
 */
export function offsetAt(epochMs: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const day = Math.floor(epochMs / DAY);
  let offset = zone.days.get(day);
  if (offset === undefined) {
    const atStart = askIntl(zone, day * DAY);
    offset = atStart === askIntl(zone, (day + 1) * DAY) ? atStart : null;
    if (zone.days.size >= MOST_DAYS) zone.days.clear();
    zone.days.set(day, offset);
  }
  return offset ?? askIntl(zone, epochMs);
}

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = { format: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }), days: new Map() };
    zones.set(timeZone, zone);
  }
  return zone;
}

function askIntl(zone: Zone, epochMs: number): number {
  const text = zone.format.format(epochMs);
  const parts = OFFSET.exec(text);
  if (parts === null)
    throw new InternalFault(`Node's time zone data gave no offset from UTC in '${text}'; report this as a bug.`);
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = parts;
  const size = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -size : size;
}
