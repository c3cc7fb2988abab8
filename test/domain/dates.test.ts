import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDates, isUsableDate, localDateTime, toInstant } from '../../src/domain/dates.js';

const OSLO = 'Europe/Oslo';
const iso = (epochMs: number) => new Date(epochMs).toISOString();

const plainDate = fc
  .date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const zoneSuffix = fc.constantFrom('', 'Z', '+01:00', '-05:30', '+14:00', '-14:00');

describe('toInstant', () => {
  it.each([
    ['2026-01-15', '2026-01-14T23:00:00.000Z'],
    ['2026-07-15', '2026-07-14T22:00:00.000Z'],
    ['2026-01-15T12:30:45', '2026-01-15T11:30:45.000Z'],
    ['2026-07-15T12:30:45', '2026-07-15T10:30:45.000Z'],
  ])('takes %s for local time in Oslo, summer time included', (text, expected) => {
    expect(iso(toInstant(text, OSLO))).toBe(expected);
  });

  it.each([
    ['2026-01-15Z', '2026-01-15T00:00:00.000Z'],
    ['2026-01-15+14:00', '2026-01-14T10:00:00.000Z'],
    ['2026-01-15T12:00:00-05:30', '2026-01-15T17:30:00.000Z'],
    ['2026-01-15T12:00:00.1239Z', '2026-01-15T12:00:00.123Z'],
    ['2026-01-15T12:00:01.001Z', '2026-01-15T12:00:01.001Z'],
    ['2026-12-31T24:00:00Z', '2027-01-01T00:00:00.000Z'],
    ['0050-03-01T00:00:00Z', '0050-03-01T00:00:00.000Z'],
  ])('takes %s at its own word', (text, expected) => {
    expect(iso(toInstant(text, OSLO))).toBe(expected);
  });

  it('moves a time that the clocks jump over as far as they jump', () => {
    expect(iso(toInstant('2026-03-29T01:59:59', OSLO))).toBe('2026-03-29T00:59:59.000Z');
    expect(iso(toInstant('2026-03-29T02:30:00', OSLO))).toBe('2026-03-29T01:30:00.000Z');
    expect(localDateTime(toInstant('2026-03-29T02:30:00', OSLO), OSLO)).toBe('2026-03-29T03:30:00');
    expect(iso(toInstant('2026-03-29T03:00:00', OSLO))).toBe('2026-03-29T01:00:00.000Z');
  });

  it('means the first of a time that occurs twice', () => {
    expect(iso(toInstant('2026-10-25T01:59:59', OSLO))).toBe('2026-10-24T23:59:59.000Z');
    expect(iso(toInstant('2026-10-25T02:30:00', OSLO))).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(toInstant('2026-10-25T03:00:00', OSLO))).toBe('2026-10-25T02:00:00.000Z');
  });

  it.each([
    ['America/St_Johns', '2026-01-15T00:00:00', '2026-01-15T03:30:00.000Z'],
    ['Asia/Kathmandu', '2026-01-15T00:00:00', '2026-01-14T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-15T00:00:00', '2026-01-14T10:00:00.000Z'],
    ['UTC', '2026-01-15T00:00:00', '2026-01-15T00:00:00.000Z'],
  ])('knows %s', (timeZone, text, expected) => {
    expect(iso(toInstant(text, timeZone))).toBe(expected);
  });

  it.each(['', 'today', '2026-1-5', '15.01.2026', '2026-01-15 12:00:00'])('gives NaN for %j', (text) => {
    expect(toInstant(text, OSLO)).toBeNaN();
  });

  it('comes back to the same moment through local time, but in the hour that occurs twice', () => {
    const moment = fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: Date.UTC(2099, 0, 1) / 1000 });
    fc.assert(
      fc.property(
        moment,
        fc.constantFrom(OSLO, 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        (second, timeZone) => {
          const local = localDateTime(second * 1000, timeZone);
          const back = toInstant(local, timeZone);
          expect(localDateTime(back, timeZone)).toBe(local);
          expect([0, 1800, 3600, 7200]).toContain(second - back / 1000);
        },
      ),
    );
  });
});

describe('localDateTime', () => {
  it('writes local time without a zone and without fractions', () => {
    expect(localDateTime(Date.UTC(2026, 0, 15, 11, 30, 45, 999), OSLO)).toBe('2026-01-15T12:30:45');
    expect(localDateTime(Date.UTC(2026, 6, 15, 22, 0, 0), OSLO)).toBe('2026-07-16T00:00:00');
  });

  it('changes with the clocks, second by second', () => {
    expect(localDateTime(Date.UTC(2026, 2, 29, 0, 59, 59), OSLO)).toBe('2026-03-29T01:59:59');
    expect(localDateTime(Date.UTC(2026, 2, 29, 1, 0, 0), OSLO)).toBe('2026-03-29T03:00:00');
    expect(localDateTime(Date.UTC(2026, 9, 25, 0, 59, 59), OSLO)).toBe('2026-10-25T02:59:59');
    expect(localDateTime(Date.UTC(2026, 9, 25, 1, 0, 0), OSLO)).toBe('2026-10-25T02:00:00');
  });

  it('keeps zones apart when asked for the same second in turn', () => {
    const moment = Date.UTC(2026, 0, 15, 12);
    expect(localDateTime(moment, OSLO)).toBe('2026-01-15T13:00:00');
    expect(localDateTime(moment, 'UTC')).toBe('2026-01-15T12:00:00');
    expect(localDateTime(moment, OSLO)).toBe('2026-01-15T13:00:00');
  });

  it("says what Node's own formatting says", () => {
    const swedish = new Intl.DateTimeFormat('sv-SE', { timeZone: OSLO, dateStyle: 'short', timeStyle: 'medium' });
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
        (date) => {
          expect(localDateTime(date.getTime(), OSLO)).toBe(swedish.format(date).replace(' ', 'T'));
        },
      ),
    );
  });
});

describe('compareDates', () => {
  it('orders plain dates by the calendar', () => {
    expect(compareDates('2026-01-15', '2026-01-15', OSLO)).toBe(0);
    expect(compareDates('2026-01-15', '2026-02-01', OSLO)).toBeLessThan(0);
    expect(compareDates('2027-01-01', '2026-12-31', OSLO)).toBeGreaterThan(0);
  });

  it('orders dates of zones by when they begin', () => {
    expect(compareDates('2026-01-15-12:00', '2026-01-15+12:00', OSLO)).toBeGreaterThan(0);
    expect(compareDates('2026-01-15Z', '2026-01-15+00:00', OSLO)).toBe(0);
    expect(compareDates('2026-01-15+01:00', '2026-01-15', OSLO)).toBe(0);
    expect(compareDates('2026-01-15Z', '2026-01-15', OSLO)).toBeGreaterThan(0);
    expect(compareDates('2026-01-15Z', '2026-01-16', OSLO)).toBeLessThan(0);
  });

  it('agrees with the instants for any two dates, zones or not', () => {
    const date = fc.tuple(plainDate, zoneSuffix).map(([day, zone]) => day + zone);
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(Math.sign(compareDates(a, b, OSLO))).toBe(Math.sign(toInstant(a, OSLO) - toInstant(b, OSLO)));
        expect(Math.sign(compareDates(a, b, OSLO)) + Math.sign(compareDates(b, a, OSLO))).toBe(0);
      }),
    );
  });
});

describe('isUsableDate', () => {
  it.each(['0001-01-01', '9999-12-31', '2026-01-15+01:00', '2026-01-15T00:00:00Z'])('holds for %s', (text) => {
    expect(isUsableDate(text)).toBe(true);
  });

  it.each(['0000-01-01', '-0001-01-01', '10000-01-01', '12026-01-15', '-2026-01-15', ''])('does not for %j', (text) => {
    expect(isUsableDate(text)).toBe(false);
  });
});
