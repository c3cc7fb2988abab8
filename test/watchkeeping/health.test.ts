import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../src/config/settings.js';
import { duration, reasonsOf } from '../../src/watchkeeping/health.js';
import type { Facts } from '../../src/watchkeeping/status.js';

const SETTINGS = parseSettings({ maxWaitingSeconds: 900 });

const INBOX = {
  mailbox: null,
  path: 'inbox',
  files: 0,
  bytes: 0,
  oldestSeconds: null,
  oldestFile: null,
  largestBytes: 0,
  left: 0,
};

function facts(shown: Partial<Facts['shown']> = {}, more: Partial<Omit<Facts, 'shown'>> = {}): Facts {
  return {
    shown: {
      version: '1.0.0',
      home: '/srv/altinn',
      at: '2024-01-10T08:00:00.000Z',
      inboxes: [INBOX],
      inWork: { files: 0, bytes: 0, oldestSeconds: null },
      today: {
        day: '2024-01-10',
        batches: { OK: 0, ValidationFailed: 0, Rejected: 0, UnExpectedError: 0, unfinished: 0 },
      },
      lastSuccess: null,
      lastFailure: null,
      store: { bytes: 0, walBytes: 0 },
      unpublishedReceipts: 0,
      unpublishedOutbound: 0,
      freeDisk: [],
      lock: null,
      expected: [],
      daily: [],
      ...shown,
    },
    work: [],
    lastBatch: null,
    noRoom: [],
    faults: [],
    ...more,
  };
}

const reasons = (...given: Parameters<typeof facts>) => reasonsOf(facts(...given), SETTINGS);

const inbox = (oldestSeconds: number) => ({ ...INBOX, files: 2, oldestFile: 'x 01010112345.xml', oldestSeconds });

const working = (seconds: number, more: object = {}) => ({
  fileName: 'x.xml',
  bytes: 1,
  seconds,
  isUnderWay: false,
  lastFault: null,
  ...more,
});

const expected = (state: 'came' | 'due' | 'overdue' | 'not today') => ({
  systemUserCode: 'SKD',
  format: null,
  by: '06:00',
  day: '2024-01-10',
  state,
  lastAccepted: null,
});

describe('a home', () => {
  test.each([
    ['with nothing to do', facts()],
    ['whose files have not waited too long', facts({ inboxes: [inbox(900)] }, { work: [working(900)] })],
    ['that is at work on a large file', facts({ lock: { pid: 7 } }, { work: [working(9000, { isUnderWay: true })] })],
    ['that expects files', facts({ expected: [expected('due'), expected('came'), expected('not today')] })],
  ])('%s is healthy', (_what, of) => {
    expect(reasonsOf(of, SETTINGS)).toEqual([]);
  });

  test('is not when a file waits too long in an inbox, and says whether anybody is there to take it', () => {
    expect(reasons({ inboxes: [INBOX, { ...inbox(901), path: 'inbox/skd' }] })).toEqual([
      {
        code: 'inbox',
        text: 'x 010101*****.xml has waited in inbox/skd for 15 min. No run or watch is at work here: start one, and see to it that it is started regularly.',
      },
    ]);
    expect(reasons({ inboxes: [inbox(901)], lock: { pid: 7 } })[0]?.text).toContain('The process 7 is at work here');
  });

  test('is not when a file stays in work and nothing is at work on it, and says why that is', () => {
    const work = [working(90_000, { lastFault: 'The disk is full for 01010112345.' }), working(1000), working(1)];
    expect(reasons({}, { work })).toEqual([
      {
        code: 'work',
        text: 'x.xml (and 1 more) has been in work for 25 h, and nothing is at work on it. The last attempt ended so: The disk is full for 010101*****. Start a run: it goes on there.',
      },
    ]);
  });

  test('is not when it has no room for what waits, or receipts do not come into the outbox', () => {
    expect(reasons({ unpublishedReceipts: 3 }, { noRoom: ['Too little disk at /srv.'] })).toEqual([
      { code: 'disk', text: 'Too little disk at /srv.' },
      {
        code: 'receipts',
        text: expect.stringContaining('3 receipts have not come into the outbox for more than 15 min'),
      },
    ]);
  });

  test('is not when what goes out does not come into the outbox', () => {
    expect(reasons({ unpublishedOutbound: 1 })).toEqual([
      {
        code: 'outbound',
        text: expect.stringContaining('1 batch that goes out has not come into the outbox for more than 15 min'),
      },
    ]);
  });

  test('is not when what watch is to do once a day has not been done', () => {
    const daily = (state: 'done' | 'waiting' | 'overdue') =>
      ({ task: 'activateAt', at: '05:00', day: '2024-01-10', state }) as const;
    expect(reasons({ daily: [daily('done'), daily('waiting')] })).toEqual([]);
    expect(reasons({ daily: [daily('overdue')] })).toEqual([
      {
        code: 'daily',
        text: expect.stringMatching(/^activateAt was due at 05:00 and has not been done today\. No run/),
      },
    ]);
    expect(reasons({ daily: [daily('overdue')], lock: { pid: 7 } })).toMatchObject([
      { text: expect.stringContaining('The process 7 is at work') },
    ]);
  });

  test('is not when the last batch ended with a fault of our own, until another comes after it', () => {
    const batch = { batchId: 7, file: 'x.xml', at: '2024-01-10T07:00:00.000Z' };
    expect(reasons({}, { lastBatch: { ...batch, status: 'UnExpectedError' } })).toMatchObject([
      { code: 'unexpected-error', text: expect.stringContaining('7 (x.xml)') },
    ]);
    expect(reasons({}, { lastBatch: { ...batch, status: 'Rejected' } })).toEqual([]);
  });

  test('is not when an expected file is overdue', () => {
    expect(reasons({ expected: [expected('overdue')] })).toMatchObject([
      {
        code: 'overdue',
        text: expect.stringMatching(/^No shipment of SKD has been accepted today, .* by 06:00\. Ask/),
      },
    ]);
  });

  test('is not when it can not be looked at', () => {
    const fault = { code: 'store', text: 'The store is damaged.' } as const;
    expect(reasons({}, { faults: [fault] })).toEqual([fault]);
  });
});

test.each([
  [0, '0 s'],
  [119.9, '119 s'],
  [120, '2 min'],
  [7200, '2 h'],
  [172_800, '2 days'],
])('%d seconds read as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
