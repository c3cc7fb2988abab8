import type { StoredItem } from '../../src/store/sub-receipt-items.js';

/** An accepted prefill item, with what a test says about it. */
export function anItem(own: Partial<StoredItem> = {}): StoredItem {
  return {
    ordinal: 2,
    itemId: 5_000_000_002,
    state: 'accepted',
    line: 14,
    position: 5,
    serviceCode: '1051',
    serviceEditionCode: '201010',
    reportee: '01010112345',
    sendersReference: 'REF-1',
    shortName: null,
    issues: [],
    change: null,
    ...own,
  };
}
