import { describe, expect, test } from 'vitest';
import { type RawEvent, rawEvent, readEvent } from '../../src/messages/read-event.js';
import { ORGANISATION, PERSON } from '../support/submissions.js';

const RULES = { timeZone: 'Europe/Oslo', acceptSyntheticPersons: true, systemUserCode: null };

const whyOf = (raw: unknown, rules: Partial<typeof RULES> = {}): string | null => {
  const given = rawEvent(raw);
  const event = 'why' in given ? given : readEvent(given, { ...RULES, ...rules });
  return 'why' in event ? event.why : null;
};

describe('a message event', () => {
  test('is read with all that it may have', () => {
    const raw = rawEvent({
      event: 'Confirm',
      systemUserCode: 'SKD-PSA',
      reference: ' M-1 ',
      reportee: ORGANISATION,
      at: '2024-07-01T12:00:00',
      by: PERSON,
      roles: 'DAGL   LEDE',
      method: 3,
      message: null,
    });
    expect(readEvent(raw as RawEvent, RULES)).toEqual({
      kind: 'Confirmed',
      target: { systemUserCode: 'SKD-PSA', reference: 'M-1', reportee: ORGANISATION },
      at: Date.parse('2024-07-01T10:00:00Z'),
      atGiven: '2024-07-01T12:00:00',
      personNumber: PERSON,
      roles: 'DAGL LEDE',
      method: 3,
    });
  });

  test('needs no more than the message when it was read', () => {
    expect(readEvent({ event: 'read', message: '100000000001' }, RULES)).toEqual({
      kind: 'Read',
      target: { itemId: 100_000_000_001 },
      at: null,
      atGiven: null,
      personNumber: null,
      roles: null,
      method: null,
    });
  });

  test('in a mailbox is about its service owner where it does not say', () => {
    const event = readEvent({ event: 'read', reference: 'M-1' }, { ...RULES, systemUserCode: 'SKD' });
    expect(event).toMatchObject({ target: { systemUserCode: 'SKD', reference: 'M-1', reportee: null } });
    expect(whyOf({ event: 'read', reference: 'M-1' })).toBe(
      'systemUserCode is missing; it says whose message the reference is of.',
    );
  });

  test.each<[name: string, raw: unknown, why: RegExp]>([
    ['is no object', ['read'], /no JSON object/],
    [
      'has a key that is not known',
      { event: 'read', message: 1, time: 'x' },
      /^'time' is not known; .* event, message,/,
    ],
    ['has a value that is no text', { event: 'read', message: [1] }, /^The value of message is no text/],
    ['has no event', { message: 1 }, /^event is missing/],
    ['has another event', { event: 'deleted', message: 1 }, /^event is 'deleted'; it must be read or confirm/],
    ['names no message', { event: 'read' }, /^It names no message/],
    ['names two', { event: 'read', message: 1, reference: 'M-1' }, /both message and reference/],
    ['has an id that is none', { event: 'read', message: '1e3' }, /^message is '1e3'/],
    [
      'has a time that is none',
      { event: 'read', message: 1, at: '2024-02-30T10:00:00' },
      /^at is '2024-02-30T10:00:00'/,
    ],
    ['has a day for a time', { event: 'read', message: 1, at: '2024-02-28' }, /^at is '2024-02-28'; it must be a time/],
    ['is confirmed by nobody', { event: 'confirm', message: 1, by: ' ' }, /^by is missing/],
    [
      'is confirmed by a company',
      { event: 'confirm', message: 1, by: ORGANISATION },
      /^by is '310123455', which is no/,
    ],
    [
      'has a wrong person number',
      { event: 'read', message: 1, by: '14909021148' },
      /^by is '149090\*{5}', which is no/,
    ],
    ['has roles that no XML can hold', { event: 'read', message: 1, roles: 'A \ud800' }, /^roles are names/],
    ['has no such method', { event: 'read', message: 1, method: 5 }, /^method is '5'; it must be 1, 2, 3 or 4/],
  ])('that %s is answered why not', (_name, raw, why) => {
    expect(whyOf(raw)).toMatch(why);
  });
});
