import { describe, expect, test } from 'vitest';
import { messageStatus } from '../../src/domain/message-event.js';
import type { MessageEntry, MessageFilter } from '../../src/store/message-log.js';
import type { Store } from '../../src/store/store.js';
import { aMessage, anItem, openShipment, openStore, settle } from './fixture.js';

const NOW = '2024-02-01T12:00:00.000Z';
const NO_FILTER: MessageFilter = {
  status: null,
  owner: null,
  serviceCode: null,
  serviceEditionCode: null,
  reportee: null,
  sendersReference: null,
  dueBy: null,
};

/** Messages of four senders and two services, read and confirmed or not, many of them visible or due at one time. */
function aStore(): { store: Store; all: readonly MessageEntry[] } {
  const { store } = openStore();
  const days = ['2024-01-30T00:00:00Z', '2024-01-31T08:00:00Z', '2024-02-01T12:00:00Z', '2024-02-02T00:00:00Z', null];
  let count = 0;
  for (const systemUserCode of ['SKD', 'SKD-PSA', 'SKDX', 'BRG']) {
    const opened = openShipment(store, { format: 'correspondence', systemUserCode, reference: systemUserCode });
    const items = Array.from({ length: 40 }, (_, at) => {
      count++;
      const content = aMessage({
        visibleDateTime: days[count % 5] ?? null,
        dueDateTime: days[(count * 3) % 5] ?? null,
        requireConfirmation: count % 2 === 0,
      });
      const [serviceCode, serviceEditionCode] =
        count % 3 === 0 ? ['PSA', '2009'] : ['ARSREG', String(2023 + (count % 2))];
      const keys = { reportee: `31012345${count % 4}`, sendersReference: `M-${count % 7}` };
      return anItem(at + 1, { content, serviceCode, serviceEditionCode, ...keys });
    });
    store.shipments.stage(opened.shipmentId, items);
    settle(store, opened);
    store.messageStatus.begin(opened.shipmentId, 'Europe/Oslo');
  }
  const all = store.messageLog.list(NO_FILTER, NOW, null, 1000) ?? [];
  for (const [at, { id }] of all.entries()) {
    if (at % 3 === 0) continue;
    const by = { atGiven: null, personNumber: null, roles: null, method: null, recordedAt: NOW };
    const source = { kind: 'command', batchId: null, line: null } as const;
    for (const kind of at % 3 === 1 ? (['Read'] as const) : (['Read', 'Confirmed'] as const)) {
      const message = store.messageEvents.byId(id);
      if (message !== undefined) store.messageEvents.add(message, { kind, at: NOW, ...by, source });
    }
  }
  return { store, all: store.messageLog.list(NO_FILTER, NOW, null, 1000) ?? [] };
}

function matches(one: MessageEntry, filter: MessageFilter): boolean {
  const isToBeDone = one.state === 'Unread' || (one.state === 'Read' && one.requiresConfirmation);
  const { status, owner, serviceCode, serviceEditionCode, reportee, sendersReference, dueBy } = filter;
  return (
    (status === null || messageStatus(one.state, one.visibleAt, NOW) === status) &&
    (owner === null || one.systemUserCode === owner || one.systemUserCode.startsWith(`${owner}-`)) &&
    (serviceCode === null || one.serviceCode === serviceCode) &&
    (serviceEditionCode === null || one.serviceEditionCode === serviceEditionCode) &&
    (reportee === null || one.reportee === reportee) &&
    (sendersReference === null || one.sendersReference === sendersReference) &&
    (dueBy === null || (one.dueAt !== null && one.dueAt <= dueBy && isToBeDone))
  );
}

describe('a listing of messages', () => {
  test('holds what its filters say, in order, page by page', () => {
    const { store, all } = aStore();
    expect(all).toHaveLength(160);
    const statuses = [null, 'Created', 'Unread', 'Read', 'Confirmed'] as const;
    const some: Partial<MessageFilter>[] = [
      {},
      { owner: 'SKD' },
      { owner: 'SKD-PSA', serviceCode: 'PSA' },
      { serviceCode: 'ARSREG', serviceEditionCode: '2024' },
      { reportee: '310123451' },
      { reportee: '310123451', owner: 'SKD', serviceCode: 'PSA' },
      { sendersReference: 'M-3' },
      { sendersReference: 'M-3', reportee: '310123453' },
      { owner: 'TTD' },
    ];
    let found = 0;
    for (const status of statuses) {
      for (const dueBy of [null, NOW, '2024-01-31T08:00:00.000Z', '9999-01-01T00:00:00.000Z']) {
        for (const one of some) {
          const filter = { ...NO_FILTER, ...one, status, dueBy };
          const at = ({ dueAt, visibleAt }: MessageEntry) => (dueBy === null ? visibleAt : (dueAt ?? ''));
          const expected = all
            .filter((entry) => matches(entry, filter))
            .sort((a, b) => (at(a) === at(b) ? b.id - a.id : at(a) < at(b) ? 1 : -1));
          const listed = paged(store, filter, 7);
          expect([filter, listed.map(({ id }) => id)]).toEqual([filter, expected.map(({ id }) => id)]);
          found += listed.length;
        }
      }
    }
    expect(found).toBeGreaterThan(1000);
  });

  test('does not go on from what is no message, or has no place in it', () => {
    const { store, all } = aStore();
    const undue = all.find(({ dueAt }) => dueAt === null);
    expect(store.messageLog.list(NO_FILTER, NOW, 4711, 10)).toBeUndefined();
    expect(store.messageLog.list({ ...NO_FILTER, dueBy: NOW }, NOW, undue?.id ?? 0, 10)).toBeUndefined();
  });
});

function paged(store: Store, filter: MessageFilter, limit: number): MessageEntry[] {
  const entries: MessageEntry[] = [];
  for (;;) {
    const page = store.messageLog.list(filter, NOW, entries.at(-1)?.id ?? null, limit) ?? [];
    entries.push(...page);
    if (page.length < limit) return entries;
  }
}
