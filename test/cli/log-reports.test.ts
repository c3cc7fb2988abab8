import { describe, expect, test } from 'vitest';
import { batchReportText, toBatchReport } from '../../src/cli/batch-report.js';
import { itemReportText, toItemReport } from '../../src/cli/item-report.js';
import { outline } from '../../src/cli/outline.js';
import type { BatchDetails } from '../../src/store/batch-log.js';
import type { ItemDetails } from '../../src/store/item-log.js';

const NOW = '2009-10-01T08:00:00.000Z';

const attempt = { pid: 41, startedAt: NOW, endedAt: null, outcome: null, detail: null };

const batch: BatchDetails = {
  id: 7,
  fileName: 'a.xml',
  mailbox: null,
  state: 'archived',
  format: null,
  systemUserCode: null,
  status: 'Rejected',
  claimedAt: NOW,
  endedAt: '2009-10-01T08:00:01.500Z',
  issues: 0,
  shipments: [],
  workKey: 'key',
  bytes: 10,
  modifiedAt: NOW,
  sha256: null,
  archivedAs: null,
  attempts: [attempt, { ...attempt, pid: 42 }],
  issueCounts: [],
};

const item: ItemDetails = {
  id: 100_000_000_001,
  batchId: 7,
  fileName: 'a.xml',
  format: 'subscription',
  systemUserCode: 'SKD',
  shipmentReference: 'R-1',
  receiptId: null,
  subReceiptId: null,
  ordinal: 1,
  line: 3,
  position: 4,
  state: 'accepted',
  serviceCode: '1051',
  serviceEditionCode: null,
  reportee: null,
  sendersReference: null,
  shortName: null,
  issues: [],
  rawXml: null,
  content: null,
};

describe('the report of a batch', () => {
  test('takes an attempt without end for killed, but the last of a file in work whose process is there', () => {
    const outcomes = (details: BatchDetails, isAlive: boolean) =>
      toBatchReport(details, [], null, () => isAlive).attempts.map(({ outcome }) => outcome);
    expect(outcomes({ ...batch, state: 'staging' }, true)).toEqual(['killed', 'running']);
    expect(outcomes({ ...batch, state: 'staging' }, false)).toEqual(['killed', 'killed']);
    expect(outcomes(batch, true)).toEqual(['killed', 'killed']);
  });

  test('says when the file is no longer where it was put, or nobody knows where it went', () => {
    const fileNow = (place: Parameters<typeof toBatchReport>[2]) =>
      /^ {2}file now +(.*)$/m.exec(
        batchReportText(
          toBatchReport(batch, [], place, () => false),
          'Europe/Oslo',
        ),
      )?.[1];
    expect(fileNow({ path: 'data/archive/a.xml', there: true })).toBe('data/archive/a.xml');
    expect(fileNow({ path: 'data/archive/a.xml', there: false })).toBe(
      'was data/archive/a.xml, and is no longer there',
    );
    expect(fileNow(null)).toContain('not known');
  });

  test('has times as clocks at home show them, and how long it took', () => {
    const text = batchReportText(
      toBatchReport(batch, [], null, () => false),
      'Europe/Oslo',
    );
    expect(text).toContain(
      '  start           2009-10-01T10:00:00\n  end             2009-10-01T10:00:01, after 1.5 s\n',
    );
  });
});

describe('the report of an item', () => {
  test('says what is no longer kept of it', () => {
    expect(itemReportText(toItemReport(item))).toMatch(/\nContent\n {2}no longer kept$/);
    expect(itemReportText(toItemReport({ ...item, state: 'failed' }))).toMatch(/\nRaw XML\n {2}no longer kept$/);
    expect(itemReportText(toItemReport({ ...item, state: 'ignored' }))).not.toContain('kept');
  });

  test('names the command that tells what has become of it since it was accepted', () => {
    const text = (changes: Partial<ItemDetails>) => itemReportText(toItemReport({ ...item, ...changes }));
    expect(text({})).toMatch(/^ {2}since then +altinn-batch subscriptions show 100000000001$/m);
    expect(text({ format: 'altut' })).toMatch(/^ {2}since then +altinn-batch messages show 100000000001$/m);
    expect(text({ format: 'correspondence' })).toContain('altinn-batch messages show 100000000001');
    expect(text({ format: 'prefill' })).not.toContain('altinn-batch');
    expect(text({ state: 'failed' })).not.toContain('altinn-batch');
  });

  test('shows its raw XML, and says so when that is not all of it', () => {
    const rawXml = { xml: '<a>\n</a>', truncated: true };
    const text = itemReportText(toItemReport({ ...item, state: 'failed', rawXml }));
    expect(text).toMatch(/\nRaw XML\n {2}<a>\n {2}<\/a>\n {2}\.\.\. the item was too large to keep all of it$/);
  });
});

describe('an outline', () => {
  test('indents what belongs together, and leaves out what is not given', () => {
    const value = {
      kind: 'x',
      none: null,
      empty: [],
      flag: false,
      text: 'one\ntwo\n',
      names: ['a', 'b'],
      parts: [{ id: 1, inner: { deep: 2 } }, { id: 2 }],
    };
    expect(outline(value)).toEqual([
      'kind: x',
      'flag: false',
      'text:',
      '  one',
      '  two',
      'names:',
      '  - a',
      '  - b',
      'parts:',
      '  - id: 1',
      '    inner:',
      '      deep: 2',
      '  - id: 2',
    ]);
  });
});
