import { describe, expect, test } from 'vitest';
import { issue } from '../../src/domain/issue.js';
import type { IssueFilter } from '../../src/store/issue-log.js';
import { itemIdOf } from '../../src/store/item-id.js';
import type { Store } from '../../src/store/store.js';
import { aFailedItem, anError, anItem, aWarning, claimBatch, NOW, openShipment, openStore, settle } from './fixture.js';

const NO_FILTER: IssueFilter = { batchId: null, itemId: null, level: null, code: null };

function messages(store: Store, filter: Partial<IssueFilter> = {}, after: number | null = null, limit = 100): string[] {
  return store.issueLog.list({ ...NO_FILTER, ...filter }, after, limit).map(({ message }) => message);
}

/** Two batches: `one` of a shipment with issues of many kinds, and `two` with an issue of its own. */
function withIssues() {
  const { store } = openStore();
  const shipment = openShipment(store);
  const wrongPerson = issue(40016, 'Error', 'Person.', { line: 5, position: 6 }, 'S-2');
  store.shipments.stage(shipment.shipmentId, [
    anItem(1, { issues: [aWarning('First.')] }),
    aFailedItem(2, { issues: [wrongPerson, anError('Second.')] }),
  ]);
  store.batches.addIssues(shipment.batchId, shipment.shipmentId, [aWarning('Shipment.')], NOW);
  settle(store, shipment);
  const two = claimBatch(store, 'two.xml');
  store.batches.addIssues(two, null, [issue(30005, 'Error', 'Owner.')], NOW);
  return { store, one: shipment.batchId, shipmentId: shipment.shipmentId, two };
}

describe('the list of issues', () => {
  test('begins with the newest, and goes on after an id', () => {
    const { store } = withIssues();
    expect(messages(store)).toEqual(['Owner.', 'Shipment.', 'Second.', 'Person.', 'First.']);
    const [, second] = store.issueLog.list(NO_FILTER, null, 2);
    expect(messages(store, {}, second?.id, 2)).toEqual(['Second.', 'Person.']);
  });

  test('says what each stands on, and where', () => {
    const { store, one, two, shipmentId } = withIssues();
    const all = store.issueLog.list(NO_FILTER, null, 100);
    expect(all[0]).toMatchObject({ batchId: two, fileName: 'two.xml', shipmentId: null, itemId: null, line: null });
    expect(all[1]).toMatchObject({ batchId: one, fileName: 'a.xml', shipmentId, itemId: null });
    expect(all[3]).toEqual({
      id: 2,
      batchId: one,
      fileName: 'a.xml',
      shipmentId: null,
      itemId: itemIdOf(shipmentId, 2),
      code: 40016,
      level: 'Error',
      message: 'Person.',
      line: 5,
      position: 6,
      reference: 'S-2',
      reportedAt: NOW,
    });
  });

  test('is narrowed by batch, item, level and code, alone and together', () => {
    const { store, one, two, shipmentId } = withIssues();
    const itemId = itemIdOf(shipmentId, 2);
    expect(messages(store, { batchId: one })).toEqual(['Shipment.', 'Second.', 'Person.', 'First.']);
    expect(messages(store, { itemId })).toEqual(['Second.', 'Person.']);
    expect(messages(store, { itemId, code: 40016 })).toEqual(['Person.']);
    expect(messages(store, { itemId, batchId: two })).toEqual([]);
    expect(messages(store, { level: 'Error' })).toEqual(['Owner.', 'Second.', 'Person.']);
    expect(messages(store, { level: 'Error' }, null, 2)).toEqual(['Owner.', 'Second.']);
    expect(messages(store, { level: 'Warning' })).toEqual(['Shipment.', 'First.']);
    expect(messages(store, { level: 'Critical' })).toEqual([]);
    expect(messages(store, { code: 0 })).toEqual(['Shipment.', 'Second.', 'First.']);
    expect(messages(store, { code: 0, level: 'Error', batchId: one })).toEqual(['Second.']);
    expect(messages(store, { level: 'Error', batchId: one })).toEqual(['Second.', 'Person.']);
    expect(messages(store, { code: 30005, batchId: one })).toEqual([]);
  });

  test('goes on after an id among those of several kinds, too', () => {
    const { store } = withIssues();
    const [first] = store.issueLog.list({ ...NO_FILTER, code: 0 }, null, 1);
    expect(messages(store, { code: 0 }, first?.id)).toEqual(['Second.', 'First.']);
  });

  test('has nothing of what is staged, whichever way it is asked for', () => {
    const { store, one } = withIssues();
    const staged = openShipment(store);
    store.shipments.stage(staged.shipmentId, [aFailedItem(1, { issues: [anError('Staged.')] })]);
    const filters: Partial<IssueFilter>[] = [
      {},
      { batchId: staged.batchId },
      { itemId: itemIdOf(staged.shipmentId, 1) },
      { level: 'Error' },
      { code: 0 },
      { batchId: staged.batchId, code: 0 },
    ];
    for (const filter of filters) expect(messages(store, filter)).not.toContain('Staged.');
    expect(messages(store, { batchId: one })).toHaveLength(4);
    settle(store, staged, 'failed');
    for (const filter of filters) expect(messages(store, filter)).toContain('Staged.');
  });
});
