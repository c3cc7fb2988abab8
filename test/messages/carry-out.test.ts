import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageEvent } from '../../src/domain/message-event.js';
import { type CarriedOut, carryOut } from '../../src/messages/carry-out.js';
import type { Why } from '../../src/messages/read-event.js';
import type { Store } from '../../src/store/store.js';
import { aMessage, anItem, openShipment, openStore, settle } from '../store/fixture.js';
import { PERSON } from '../support/submissions.js';

const NOON = Date.parse('2024-02-01T11:00:00Z');
const HOUR = 3_600_000;
const READ: Omit<MessageEvent, 'target'> = {
  kind: 'Read',
  at: null,
  atGiven: null,
  personNumber: null,
  roles: null,
  method: null,
};
const CONFIRMED: typeof READ = { ...READ, kind: 'Confirmed', personNumber: PERSON, roles: 'DAGL', method: 2 };

let store: Store;
/** Visible at noon local time; two of SKD-PSA with one reference, to two reportees. */
let first: number;
let second: number;

beforeEach(() => {
  ({ store } = openStore());
  const opened = openShipment(store, { format: 'correspondence', systemUserCode: 'SKD-PSA' });
  const content = aMessage({ visibleDateTime: '2024-02-01T12:00:00' });
  const keys = { content, sendersReference: 'M-1', serviceCode: 'PSA', serviceEditionCode: '2009' };
  store.shipments.stage(
    opened.shipmentId,
    [1, 2].map((at) => anItem(at, { ...keys, reportee: `31012345${at}` })),
  );
  settle(store, opened);
  store.messageStatus.begin(opened.shipmentId, 'Europe/Oslo');
  [second = 0, first = 0] = store.messageEvents.byReference('SKD', 'M-1', null, 10).map(({ itemId }) => itemId);
});

function done(event: Partial<MessageEvent>, now = NOON + HOUR, mayTouch = (_owner: string) => true): CarriedOut | Why {
  const source = { kind: 'command', batchId: null, line: null } as const;
  const whole = { ...READ, target: { itemId: first }, ...event };
  return carryOut(store, whole, { source, now, timeZone: 'Europe/Oslo', mayTouch });
}

const history = () => store.messageLog.byId(first)?.events.map(({ kind, at }) => `${kind} ${at.slice(11, 16)}`);

describe('a message', () => {
  test('is read once, and a repeat changes nothing', () => {
    expect(done({})).toEqual({ itemId: first, changed: true });
    expect(done({ at: NOON })).toEqual({ itemId: first, changed: false });
    expect(history()).toEqual(['Read 12:00']);
    expect(store.messageLog.byId(first)).toMatchObject({ state: 'Read', readAt: '2024-02-01T12:00:00.000Z' });
  });

  test('that is unread is read by being confirmed; neither is done again', () => {
    expect(done({ ...CONFIRMED, at: NOON })).toEqual({ itemId: first, changed: true });
    expect(done({ ...CONFIRMED, personNumber: '01928524848' })).toEqual({ itemId: first, changed: false });
    expect(done({})).toEqual({ itemId: first, changed: false });
    expect(history()).toEqual(['Read 11:00', 'Confirmed 11:00']);
    expect(store.messageLog.byId(first)?.events).toMatchObject([
      {},
      { personNumber: PERSON, roles: 'DAGL', method: 2 },
    ]);
  });

  test('that was read is confirmed later, not before', () => {
    done({ at: NOON + 60_000 });
    expect(done({ ...CONFIRMED, at: NOON })).toEqual({
      why: `Message ${first} can't be confirmed at 2024-02-01T12:00:00: it was read at 2024-02-01T12:01:00 only.`,
    });
    expect(done({ ...CONFIRMED, at: NOON + 60_000 })).toMatchObject({ changed: true });
    expect(history()).toEqual(['Read 11:01', 'Confirmed 11:01']);
  });

  test.each([READ, CONFIRMED])("can't be $kind before it is visible, nor at a time that has not come", (event) => {
    const did = event.kind === 'Read' ? 'read' : 'confirmed';
    const why = `Message ${first} can't be ${did} at 2024-02-01T11:00:00: it is not visible before 2024-02-01T12:00:00.`;
    expect(done(event, NOON - HOUR)).toEqual({ why });
    expect(done({ ...event, at: NOON - HOUR })).toEqual({ why });
    expect(done({ ...event, at: NOON + 2 * HOUR })).toEqual({
      why: 'The time 2024-02-01T14:00:00 has not come yet (it is 2024-02-01T13:00:00).',
    });
    expect(history()).toEqual([]);
    expect(done(event, NOON)).toMatchObject({ changed: true });
  });

  test('is found by its reference, and by its reportee where several have that', () => {
    const target = { systemUserCode: 'SKD', reference: 'M-1', reportee: null };
    expect(done({ target })).toEqual({
      why: `Several messages of 'SKD' have the reference 'M-1' (${second}, ${first}): name the reportee, too, or the message by its id.`,
    });
    expect(done({ target: { ...target, reportee: '310123451' } })).toEqual({ itemId: first, changed: true });
    expect(done({ target: { ...target, systemUserCode: 'SKD-PSA', reportee: '310123452' } })).toMatchObject({
      itemId: second,
    });
    for (const systemUserCode of ['SKD-X', 'BRG', 'SK', 'SKD-PS']) {
      const why = `There is no message of '${systemUserCode}' with the reference 'M-1'.`;
      expect(done({ target: { ...target, systemUserCode } })).toEqual({ why });
    }
  });

  test("of somebody else's is not told of", () => {
    const target = { systemUserCode: 'SKD', reference: 'M-1', reportee: null };
    const notTheirs = (owner: string) => owner === 'BRG';
    expect(done({}, NOON, notTheirs)).toEqual({ why: `There is no message ${first}.` });
    expect(done({ target }, NOON, notTheirs)).toEqual({
      why: "There is no message of 'SKD' with the reference 'M-1'.",
    });
    expect(done({ target: { itemId: 4711 } })).toEqual({ why: 'There is no message 4711.' });
  });
});
