import { describe, expect, test } from 'vitest';
import { InternalFault } from '../../src/domain/faults.js';
import { aWarning, claimBatch, countRows, faultsOf, NOW, openShipment, openStore, settle } from './fixture.js';

const CLAIM = {
  workKey: 'key',
  mailbox: 'SKD',
  fileName: 'a.xml',
  bytes: 10,
  modifiedAt: '2009-10-01T07:00:00.000Z',
  claimedAt: NOW,
};

describe('a claimed file', () => {
  test('is a batch, which the same work key gives back as it stands', () => {
    const { store } = openStore();
    const batch = store.batches.claim(CLAIM);
    expect(batch).toEqual({
      id: batch.id,
      workKey: 'key',
      mailbox: 'SKD',
      fileName: 'a.xml',
      bytes: 10,
      state: 'claimed',
      format: null,
      sha256: null,
      status: null,
      claimedAt: NOW,
      archivedAs: null,
    });
    store.batches.setState(batch.id, 'staging', { format: 'altut', sha256: 'ff' });
    expect(store.batches.claim({ ...CLAIM, bytes: 11 })).toEqual({
      ...batch,
      state: 'staging',
      format: 'altut',
      sha256: 'ff',
    });
    expect(store.batches.findByWorkKey('key')?.id).toBe(batch.id);
    expect(store.batches.findByWorkKey('none')).toBeUndefined();
  });

  test('keeps what became known earlier when its state moves on', () => {
    const { store } = openStore();
    const { id } = store.batches.claim(CLAIM);
    store.batches.setState(id, 'staging', { format: 'prefill', sha256: 'ff' });
    store.batches.setState(id, 'committed', { status: 'OK' });
    store.batches.setState(id, 'archived', { archivedAs: 'data/archive/2009-10-01/a.xml', endedAt: NOW });
    expect(store.batches.findByWorkKey('key')).toMatchObject({
      state: 'archived',
      format: 'prefill',
      sha256: 'ff',
      status: 'OK',
      archivedAs: 'data/archive/2009-10-01/a.xml',
    });
  });

  test('is unfinished until it is archived, oldest first', () => {
    const { store } = openStore();
    const [first, second, third] = [claimBatch(store), claimBatch(store), claimBatch(store)];
    store.batches.setState(second, 'archived');
    store.batches.setState(first, 'published');
    expect(store.batches.unfinished().map((one) => one.id)).toEqual([first, third]);
  });

  test('that went back to the inbox is forgotten with all that was on record of it', () => {
    const { store, sql } = openStore();
    claimBatch(store);
    const before = { ...countRows(sql), sqlite_sequence: 2 };
    const { batchId, shipmentId } = openShipment(store);
    store.batches.beginAttempt(batchId, NOW, 1);
    store.batches.addIssues(batchId, shipmentId, [aWarning('Ahead of its sequence.')], NOW);
    store.batches.addIssues(batchId, null, [aWarning('Seen before.')], NOW);
    store.batches.forget(batchId);
    expect(countRows(sql)).toEqual(before);
    expect(faultsOf(sql)).toEqual([]);
    expect(claimBatch(store)).toBeGreaterThan(batchId);
  });

  test('that has a receipt is not forgotten', () => {
    const { store } = openStore();
    const opened = openShipment(store);
    settle(store, opened);
    expect(() => store.batches.forget(opened.batchId)).toThrow(InternalFault);
  });
});

describe('an attempt', () => {
  test('counts the earlier ones that were killed or faulted, and no others', () => {
    const { store } = openStore();
    const batchId = claimBatch(store);
    const begin = () => store.batches.beginAttempt(batchId, NOW, 4711);
    expect(begin().killedBefore).toBe(0);
    const interrupted = begin();
    expect(interrupted.killedBefore).toBe(1);
    store.batches.endAttempt(interrupted.attemptId, NOW, 'interrupted', null);
    const faulted = begin();
    expect(faulted.killedBefore).toBe(1);
    store.batches.endAttempt(faulted.attemptId, NOW, 'faulted', 'Out of memory.');
    const waiting = begin();
    expect(waiting.killedBefore).toBe(2);
    store.batches.endAttempt(waiting.attemptId, NOW, 'waiting', null);
    expect(begin().killedBefore).toBe(2);
    expect(store.batches.beginAttempt(claimBatch(store), NOW, 4711).killedBefore).toBe(0);
  });
});

describe('bytes seen before', () => {
  test('are those of another batch, accepted or not', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.batches.setState(shipment.batchId, 'staging', { sha256: 'ff' });
    const again = claimBatch(store);
    store.batches.setState(again, 'staging', { sha256: 'ff' });

    expect(store.batches.seenBefore('00', again)).toEqual({ accepted: null, any: false });
    expect(store.batches.seenBefore('ff', again)).toEqual({ accepted: null, any: true });
    const receiptId = settle(store, shipment);
    expect(store.batches.seenBefore('ff', again)).toEqual({
      accepted: { batchId: shipment.batchId, receiptId },
      any: true,
    });
    expect(store.batches.seenBefore('ff', shipment.batchId)).toEqual({ accepted: null, any: true });
  });

  test('of a refused shipment are not accepted', () => {
    const { store } = openStore();
    const shipment = openShipment(store);
    store.batches.setState(shipment.batchId, 'staging', { sha256: 'ff' });
    settle(store, shipment, 'refused');
    expect(store.batches.seenBefore('ff', shipment.batchId + 1)).toEqual({ accepted: null, any: true });
  });
});
