import type { Home } from '../config/home.js';
import { keptFile } from '../intake/bring-back.js';
import type { Batch } from '../store/batch-store.js';
import type { FailedItem } from '../store/failed-item-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Store } from '../store/store.js';
import { type DocumentFromFile, documentsOf } from './kept-file.js';

/** An item that was not accepted, with its raw XML; or why there is none. */
export type FailedDocument =
  | { readonly item: FailedItem; readonly rawXml: string }
  | { readonly item: FailedItem; readonly rawXml: null; readonly why: string };

const TRUNCATED = 'it was too large for more than its beginning to be kept';
const REMOVED = 'what was kept of it has been removed since';
const NO_FILE =
  'it had no fault of its own, so that it stands only in the file, and that is no longer where it was put';

/**
 * The failed and refused items of a shipment, in file order, one at a time. What failed was kept in the store; what was
 * refused for its neighbours' sake comes from the file.
 * @param items those that are wanted, in file order
 */
export function* failedDocuments(
  home: Home,
  store: Store,
  batch: Batch,
  shipment: Shipment,
  items: Iterable<FailedItem>,
): Generator<FailedDocument> {
  let fromFile: Generator<DocumentFromFile> | null = null;
  try {
    for (const item of items) {
      if (item.state === 'refused') {
        fromFile ??= openFile(home, batch, shipment, item.ordinal - 1);
        const rawXml = find(fromFile, item.ordinal);
        yield rawXml === null ? { item, rawXml, why: NO_FILE } : { item, rawXml };
      } else if (item.rawXml === 'whole') {
        const rawXml = store.failedItems.rawXml(item.itemId) ?? null;
        yield rawXml === null ? { item, rawXml, why: REMOVED } : { item, rawXml };
      } else {
        yield { item, rawXml: null, why: item.rawXml === 'truncated' ? TRUNCATED : REMOVED };
      }
    }
  } finally {
    fromFile?.return(undefined);
  }
}

function* openFile(home: Home, batch: Batch, shipment: Shipment, after: number): Generator<DocumentFromFile> {
  const path = keptFile(home, batch);
  if (path !== null) yield* documentsOf(path, shipment, home, after);
}

function find(documents: Generator<DocumentFromFile>, ordinal: number): string | null {
  for (;;) {
    const next = documents.next();
    if (next.done === true) return null;
    if (next.value.ordinal === ordinal) return next.value.rawXml;
  }
}
