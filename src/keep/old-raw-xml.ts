import { countEach, type Purging, type Sweep } from './sweep.js';

const DAY = 86_400_000;
const ITEMS_PER_PAGE = 500;

/**
 * The raw XML of failed items, so many days after the verdict on their shipment. What failed through a fault of ours
 * stays: it is still to be taken in.
 */
export function oldRawXml({ store, now }: Purging, days: number): Sweep<number> {
  const before = new Date(now - days * DAY).toISOString();
  const at = new Date(now).toISOString();
  const candidates = function* () {
    for (const page of store.purge.rawXml(before, ITEMS_PER_PAGE)) yield* page;
  };
  return {
    kind: 'rawXml',
    days,
    candidates,
    count: () => countEach(candidates(), () => 0),
    remove(itemId) {
      if (!store.purge.removeRawXml(itemId)) return null;
      store.purge.markContent(itemId, 'rawXml', at);
      return 0;
    },
  };
}
