/** Usage data on its way out: how far messages have come, some days after they were sent. */
import { daysBefore, toInstant } from '../domain/dates.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import type { Catalogue } from '../domain/service.js';
import type { Store } from '../store/store.js';
import type { ReportedGroup } from '../store/usage-report-store.js';
import { type Due, type Sending, type SentOutbound, sendOutbound } from './send.js';

export interface UsageDataAsked {
  /** Of the owner's organisation number only. */
  readonly catalogue: Catalogue;
  /** A service owner's code; null: all. */
  readonly owner: string | null;
  /** So many days after sending, in the place of what each service says; null: as they say. */
  readonly days: number | null;
  /** Which local day it is, yyyy-MM-dd. */
  readonly day: string;
}

/**
 * Sends a batch for each service owner with messages that were sent so many days ago, or more, and have not been reported
 * for that number of days: so each is told once, on its day when this is done daily, and later when it was not. A message
 * counts as sent when it was accepted, or when it became visible, where that was later.
 * @throws IoFault as `sending.attempt` does
 */
export function* sendUsageData(
  sending: Sending,
  { catalogue, owner, days, day }: UsageDataAsked,
): Generator<SentOutbound | null> {
  const { home, store } = sending;
  const { timeZone, maxOutboundEntries } = home.settings;
  const groupsOf = (ownerCode: string) =>
    store.usageReports
      .groups()
      .filter(({ systemUserCode }) => ownerCodeOf(systemUserCode) === ownerCode)
      .map((group) => (days === null ? group : { ...group, days }));
  const before = (group: ReportedGroup) => sentBefore(day, group.days, timeZone);
  const owners = new Set(store.usageReports.groups().map(({ systemUserCode }) => ownerCodeOf(systemUserCode)));
  for (const ownerCode of [...owners].sort()) {
    if (owner !== null && owner !== ownerCode) continue;
    const ownerOrgNumber = catalogue.owner(ownerCode)?.orgNumber ?? null;
    const order = { kind: 'CorrespondenceUsageData', ownerCode, ownerOrgNumber, systemUserCode: ownerCode } as const;
    const look = () => found(store, groupsOf(ownerCode), before, maxOutboundEntries);
    let sent: SentOutbound | null;
    do {
      sent = sendOutbound(sending, look, (messages) => {
        const due = stillDue(store, messages);
        return due && { ...order, ...due };
      });
      yield sent;
    } while (sent?.batch.entries === maxOutboundEntries);
  }
}

/** Messages of a group that are to be reported. */
interface Found {
  readonly group: ReportedGroup;
  readonly itemIds: readonly number[];
}

function found(
  { usageReports }: Store,
  groups: readonly ReportedGroup[],
  before: (group: ReportedGroup) => string,
  most: number,
): readonly Found[] | null {
  let room = most;
  const all = groups.map((group) => {
    const itemIds = room === 0 ? [] : usageReports.due(group, before(group), room);
    room -= itemIds.length;
    return { group, itemIds };
  });
  return room === most ? null : all;
}

/** Another process may have reported some of them meanwhile. */
function stillDue({ usageReports }: Store, all: readonly Found[]): Pick<Due, 'entries' | 'take'> | null {
  const due = all.map(({ group, itemIds }) => {
    return { group, itemIds: itemIds.filter((itemId) => !usageReports.isReported(itemId, group.days)) };
  });
  const entries = due.reduce((sum, { itemIds }) => sum + itemIds.length, 0);
  if (entries === 0) return null;
  const take = (batchId: number) =>
    due.reduce((sum, { group, itemIds }) => sum + usageReports.add(group, itemIds, batchId), 0);
  return { entries, take };
}

/** UTC: what was sent before that was sent so many local days before `day`, or more. */
function sentBefore(day: string, days: number, timeZone: string): string {
  return new Date(toInstant(daysBefore(day, days - 1), timeZone)).toISOString();
}
