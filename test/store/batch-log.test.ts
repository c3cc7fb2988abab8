import { describe, expect, test } from 'vitest';
import type { Format } from '../../src/domain/format.js';
import type { ReceiptStatusCode } from '../../src/domain/receipt.js';
import type { BatchFilter } from '../../src/store/batch-log.js';
import type { Store } from '../../src/store/store.js';
import {
  aFailedItem,
  anError,
  anItem,
  aWarning,
  claimBatch,
  NOW,
  type OpenStore,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

const NO_FILTER: BatchFilter = { owner: null, format: null, status: null, file: null, from: null, before: null };

interface Given {
  readonly fileName?: string;
  readonly systemUserCode?: string;
  readonly formats?: readonly Format[];
  readonly status?: ReceiptStatusCode;
  readonly claimedAt?: string;
  readonly mailbox?: string;
}

/** A batch that is done with, whose shipments all came out the same. */
function archived({ store, sql }: OpenStore, given: Given = {}): number {
  const { fileName = 'a.xml', formats = ['subscription'], status = 'OK', claimedAt = NOW, mailbox = null } = given;
  const batchId = claimBatch(store, fileName);
  for (const format of formats) {
    const { systemUserCode = 'SKD' } = given;
    const header = { format, systemUserCode, reference: `R-${batchId}`, sequenceNo: null, sequenceValue: null };
    const { shipmentId } = store.shipments.open(batchId, header);
    store.shipments.settle(shipmentId, { state: 'failed', status, endedAt: NOW, receiptId: null });
  }
  store.batches.setState(batchId, 'archived', { format: formats[0] ?? null, status, endedAt: NOW });
  sql.prepare('UPDATE batch SET claimed_at = ?, mailbox = ? WHERE id = ?').run(claimedAt, mailbox, batchId);
  return batchId;
}

function idsOf(store: Store, filter: Partial<BatchFilter> = {}, after: number | null = null, limit = 100): number[] {
  return store.batchLog.list({ ...NO_FILTER, ...filter }, after, limit).map(({ id }) => id);
}

describe('the list of batches', () => {
  test('begins with the newest, holds no more than is asked for, and goes on after an id', () => {
    const open = openStore();
    const [first, second, third] = [archived(open), archived(open), archived(open)];
    expect(idsOf(open.store)).toEqual([third, second, first]);
    expect(idsOf(open.store, {}, null, 2)).toEqual([third, second]);
    expect(idsOf(open.store, {}, second)).toEqual([first]);
  });

  test("tells each batch's shipments, what became of their items, and how many issues there are", () => {
    const { store } = openStore();
    const shipment = openShipment(store, { reference: 'R-7', sequenceValue: 7 });
    store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2), anItem(3, { issues: [aWarning('W')] })]);
    store.batches.addIssues(shipment.batchId, shipment.shipmentId, [aWarning('Of the shipment.')], NOW);
    const receiptId = settle(store, shipment);
    store.batches.setState(shipment.batchId, 'archived', { format: 'subscription', status: 'OK', endedAt: NOW });
    expect(store.batchLog.list(NO_FILTER, null, 10)).toEqual([
      {
        id: shipment.batchId,
        fileName: 'a.xml',
        mailbox: null,
        state: 'archived',
        format: 'subscription',
        status: 'OK',
        claimedAt: NOW,
        endedAt: NOW,
        issues: 3,
        shipments: [
          {
            id: shipment.shipmentId,
            format: 'subscription',
            systemUserCode: 'SKD',
            reference: 'R-7',
            sequenceNo: '007',
            state: 'accepted',
            status: 'OK',
            items: 3,
            acceptedItems: 2,
            failedItems: 1,
            startedAt: NOW,
            endedAt: NOW,
            receiptId,
          },
        ],
      },
    ]);
  });

  test('shows a file in work, and nothing of what is staged of it', () => {
    const { store } = openStore();
    const { batchId, shipmentId } = openShipment(store, { systemUserCode: 'NAV' });
    store.shipments.stage(shipmentId, [aFailedItem(1)]);
    store.batches.setState(batchId, 'staging');
    expect(store.batchLog.list(NO_FILTER, null, 10)).toMatchObject([
      { id: batchId, state: 'staging', status: null, format: null, issues: 0, shipments: [], endedAt: null },
    ]);
    expect(idsOf(store, { owner: 'NAV' })).toEqual([]);
    expect(idsOf(store, { format: 'subscription' })).toEqual([]);
    expect(store.batchLog.byId(batchId)).toMatchObject({ issueCounts: [], shipments: [] });
  });

  test('of a service owner has all its system user codes, and no other owner that begins the same', () => {
    const open = openStore();
    const codes = ['SKD', 'SKD-PSA', 'SKD_PSA', 'SKDX', 'SK', 'NAV', 'SKD-PSA-2'];
    const ids = codes.map((systemUserCode) => archived(open, { systemUserCode }));
    const of = (owner: string) => idsOf(open.store, { owner }).map((id) => codes[ids.indexOf(id)]);
    expect(of('SKD')).toEqual(['SKD-PSA-2', 'SKD_PSA', 'SKD-PSA', 'SKD']);
    expect(of('SKD-PSA')).toEqual(['SKD-PSA']);
    expect(of('XXX')).toEqual([]);
  });

  test("of a service owner has what came in its own mailbox, also what can't be told", () => {
    const open = openStore();
    const untold = archived(open, { mailbox: 'SKD', formats: [], status: 'Rejected' });
    const both = archived(open, { mailbox: 'SKD' });
    archived(open, { mailbox: 'NAV', systemUserCode: 'NAV' });
    expect(idsOf(open.store, { owner: 'SKD' })).toEqual([both, untold]);
  });

  test('of a format or a status has the batches of which one shipment has it, each once', () => {
    const open = openStore();
    const both = archived(open, { formats: ['subscription', 'prefill'], status: 'ValidationFailed' });
    const prefill = archived(open, { formats: ['prefill'] });
    archived(open, { formats: ['altut'], status: 'Rejected' });
    const untold = archived(open, { formats: [], status: 'Rejected' });
    expect(idsOf(open.store, { format: 'prefill' })).toEqual([prefill, both]);
    expect(idsOf(open.store, { format: 'subscription' })).toEqual([both]);
    expect(idsOf(open.store, { status: 'ValidationFailed' })).toEqual([both]);
    expect(idsOf(open.store, { status: 'OK' })).toEqual([prefill]);
    expect(idsOf(open.store, { status: 'Rejected', owner: 'SKD' })).not.toContain(untold);
    open.sql.prepare("UPDATE shipment SET status = 'OK' WHERE batch_id = ? AND format = 'prefill'").run(both);
    expect(idsOf(open.store, { status: 'OK' })).toEqual([prefill, both]);
  });

  test('of a file name takes * and ? for any characters, and no other letter for more than it is', () => {
    const open = openStore();
    const names = ['a.xml', 'ab.xml', 'a[1].xml', 'b.xml', 'A.xml'];
    const ids = names.map((fileName) => archived(open, { fileName }));
    const of = (file: string) => idsOf(open.store, { file }).map((id) => names[ids.indexOf(id)]);
    expect(of('a.xml')).toEqual(['a.xml']);
    expect(of('a*')).toEqual(['a[1].xml', 'ab.xml', 'a.xml']);
    expect(of('a?.xml')).toEqual(['ab.xml']);
    expect(of('*b.xml')).toEqual(['b.xml', 'ab.xml']);
    expect(of('a[1]*')).toEqual(['a[1].xml']);
    expect(of('a[1].xml')).toEqual(['a[1].xml']);
    expect(of('[ab].xml')).toEqual([]);
  });

  test('of a period has the files that were claimed in it, also after the clock was set back', () => {
    const open = openStore();
    const times = ['2024-03-01', '2024-03-05', '2024-03-02', '2024-03-09'];
    const ids = times.map((day) => archived(open, { claimedAt: `${day}T10:00:00.000Z` }));
    const of = (from: string | null, before: string | null) =>
      idsOf(open.store, { from, before }).map((id) => times[ids.indexOf(id)]);
    expect(of('2024-03-02T10:00:00.000Z', null)).toEqual(['2024-03-09', '2024-03-02', '2024-03-05']);
    expect(of(null, '2024-03-02T10:00:00.000Z')).toEqual(['2024-03-01']);
    expect(of('2024-03-02T00:00:00.000Z', '2024-03-06T00:00:00.000Z')).toEqual(['2024-03-02', '2024-03-05']);
    expect(of('2024-04-01T00:00:00.000Z', null)).toEqual([]);
  });

  test('takes all its conditions together, whichever of them it goes by', () => {
    const open = openStore();
    const wanted = { fileName: 'x-1.xml', formats: ['prefill'], status: 'Rejected', systemUserCode: 'NAV' } as const;
    const other = { fileName: 'y.xml', formats: ['altut'], status: 'OK', systemUserCode: 'SKD' } as const;
    const id = archived(open, wanted);
    for (const key of ['fileName', 'formats', 'status', 'systemUserCode'] as const) {
      archived(open, { ...wanted, [key]: other[key] });
    }
    archived(open, { ...wanted, claimedAt: '2009-09-30T08:00:00.000Z' });
    const filter = { owner: 'NAV', format: 'prefill', status: 'Rejected', from: NOW, before: null } as const;
    for (const file of ['x-1.xml', 'x-*', '*-1.xml']) expect(idsOf(open.store, { ...filter, file })).toEqual([id]);
  });
});

describe('a batch of the log', () => {
  test('has its attempts, and its issues counted by level and code, the commonest first', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    const { attemptId } = store.batches.beginAttempt(shipment.batchId, NOW, 41);
    store.batches.endAttempt(attemptId, NOW, 'faulted', 'why');
    store.batches.beginAttempt(shipment.batchId, NOW, 42);
    store.shipments.stage(shipment.shipmentId, [
      aFailedItem(1, { issues: [anError('One.')] }),
      aFailedItem(2, { issues: [anError('Two.'), aWarning('Three.')] }),
    ]);
    settle(store, shipment, 'failed');
    store.batches.setState(shipment.batchId, 'committed', { sha256: 'ab' });
    expect(store.batchLog.byId(shipment.batchId)).toMatchObject({
      bytes: 10,
      modifiedAt: NOW,
      sha256: 'ab',
      archivedAs: null,
      issues: 3,
      attempts: [
        { pid: 41, startedAt: NOW, endedAt: NOW, outcome: 'faulted', detail: 'why' },
        { pid: 42, startedAt: NOW, endedAt: null, outcome: null, detail: null },
      ],
      issueCounts: [
        { level: 'Error', code: 0, count: 2 },
        { level: 'Warning', code: 0, count: 1 },
      ],
    });
    expect(store.batchLog.byId(shipment.batchId + 1)).toBeUndefined();
  });
});
