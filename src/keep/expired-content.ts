import { endOfDate, toInstant } from '../domain/dates.js';
import type { ExpiredItem, ExpiringContent } from '../store/expiring-content.js';
import type { Purging, Sweep } from './sweep.js';

const DAY = 86_400_000;

/**
 * What accepted items hold, once its date is so many days over: messages past AllowSystemDeleteDateTime, prefill past ValidTo,
 * subscriptions past ExpirationDate. What has no date stays. The items themselves stay, too, and are marked.
 */
export function expiredContent(purging: Purging, content: ExpiringContent, days: number): Sweep<ExpiredItem> {
  const { store, now } = purging;
  const { timeZone } = purging.home.settings;
  const { kind } = content;
  const limit = now - days * DAY;
  // A day is valid to its end; for a message the moment is given, or the day that it may go on.
  const endOf = kind === 'messages' ? toInstant : endOfDate;
  // No zone is a whole day from UTC.
  const beforeDay = new Date(limit + 2 * DAY).toISOString().slice(0, 10);
  const isOver = (date: string) => endOf(date, timeZone) <= limit;
  const at = new Date(now).toISOString();
  return {
    kind,
    days,
    gather: () => content.gather(beforeDay, isOver),
    candidates: () => content.expired(),
    *count() {
      for (const removed of content.count(beforeDay, isOver)) yield { removed, bytes: 0 };
    },
    remove(item) {
      if (!content.remove(item)) return null;
      store.purge.markContent(item[0], kind, at);
      return 0;
    },
  };
}
