import { InternalFault } from '../domain/faults.js';

const ITEMS_PER_SHIPMENT = 1_000_000_000;

/**
 * The id of an item follows from its shipment and its place there, so that a shipment's items stand together in the store,
 * in file order. Exact for shipment ids up to nine million.
 */
export function itemIdOf(shipmentId: number, ordinal: number): number {
  if (ordinal < 1 || ordinal >= ITEMS_PER_SHIPMENT) throw new InternalFault(`No item can have the ordinal ${ordinal}.`);
  return shipmentId * ITEMS_PER_SHIPMENT + ordinal;
}

export function ordinalOf(itemId: number): number {
  return itemId % ITEMS_PER_SHIPMENT;
}

export function shipmentIdOf(itemId: number): number {
  return Math.floor(itemId / ITEMS_PER_SHIPMENT);
}

/** A run of item ids, both ends included; none when `last` is before `first`. */
export interface ItemRange {
  readonly first: number;
  readonly last: number;
}

/** The ids of a shipment's first `count` items. */
export function itemRangeOf(shipmentId: number, count: number): ItemRange {
  const before = shipmentId * ITEMS_PER_SHIPMENT;
  return { first: before + 1, last: before + count };
}

/** The range in pieces of at most `size` ids: what is done piece by piece needs no more memory for more items. */
export function* pagesOf(range: ItemRange, size: number): Generator<ItemRange> {
  for (let first = range.first; first <= range.last; first += size) {
    yield { first, last: Math.min(first + size - 1, range.last) };
  }
}
