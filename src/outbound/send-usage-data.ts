/** Usage data on its way out: how far messages have come, some days after they were sent. */
import { daysBefore, toInstant } from '../domain/dates.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import type { Catalogue } from '../domain/service.js';
import type { ReportedGroup } from '../store/usage-report-store.js';
import { type Sending, type SentOutbound, sendOutbound } from './send.js';

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
  const { timeZone } = home.settings;
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
    yield sendOutbound(sending, () => {
      const groups = groupsOf(ownerCode);
      const entries = groups.reduce((sum, group) => sum + store.usageReports.countDue(group, before(group)), 0);
      if (entries === 0) return null;
      const take = (batchId: number) =>
        groups.reduce((sum, group) => sum + store.usageReports.take(group, before(group), batchId), 0);
      return { kind: 'CorrespondenceUsageData', ownerCode, ownerOrgNumber, systemUserCode: ownerCode, entries, take };
    });
  }
}

/** UTC: what was sent before that was sent so many local days before `day`, or more. */
function sentBefore(day: string, days: number, timeZone: string): string {
  return new Date(toInstant(daysBefore(day, days - 1), timeZone)).toISOString();
}
