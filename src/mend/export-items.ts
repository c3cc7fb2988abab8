/** A file to be mended and sent again: the failed items of a batch, and nothing else, in the format that they came in. */
import type { Home } from '../config/home.js';
import type { Format } from '../domain/format.js';
import type { Batch } from '../store/batch-store.js';
import type { FailedItem } from '../store/failed-item-store.js';
import type { Shipment } from '../store/shipment-store.js';
import type { Store } from '../store/store.js';
import { failedDocuments } from './failed-documents.js';
import { type FreshHeader, type ItemDocument, takeApart, withHeader } from './item-document.js';

/** Of one shipment of the batch what goes into the file, or can't. */
export interface ExportedShipment extends FreshHeader {
  readonly format: Format;
  readonly systemUserCode: string;
  /** How many items are in the file. */
  readonly items: number;
  /** Those that can't be, and why. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly item: FailedItem;
  readonly why: string;
}

/** What is open in the file, and closes it again. */
interface OpenPart {
  readonly groupClose: string;
  readonly partClose: string;
  readonly rootClose: string;
  readonly reportee: number | null;
}

/** Order in which parts stand in a file that holds two shipments. */
const ORDER: readonly Format[] = ['subscription', 'prefill', 'correspondence', 'altut'];

export class ItemsExport {
  readonly #home: Home;
  readonly #store: Store;
  readonly #batch: Batch;
  readonly #reference: string | null;
  readonly #done: ExportedShipment[] = [];

  /** @param reference for the new shipments; null: one that was not used before, made from the one they had */
  constructor(home: Home, store: Store, batch: Batch, reference: string | null) {
    this.#home = home;
    this.#store = store;
    this.#batch = batch;
    this.#reference = reference;
  }

  /** What has gone into the file, once its chunks have been read to their end. */
  get shipments(): readonly ExportedShipment[] {
    return this.#done;
  }

  /** The file, an item at a time; nothing when no item can go into it. */
  *chunks(): Generator<string> {
    const ofBatch = this.#store.shipments.ofBatch(this.#batch.id).filter(({ state }) => state !== 'staged');
    const inOrder = [...ofBatch].sort((one, other) => ORDER.indexOf(one.format) - ORDER.indexOf(other.format));
    let rootClose: string | null = null;
    for (const shipment of inOrder) rootClose = yield* this.#shipment(shipment, rootClose);
    if (rootClose !== null) yield `\n${rootClose}\n`;
  }

  /** @returns what closes the root, once it is open */
  *#shipment(shipment: Shipment, rootClose: string | null): Generator<string, string | null> {
    const { format, systemUserCode } = shipment;
    const header = freshHeader(this.#store, this.#batch, shipment, this.#reference);
    const leftOut: LeftOut[] = [];
    let items = 0;
    let open = null as OpenPart | null;
    for (const { item, document } of this.#documents(shipment, leftOut)) {
      if (open === null) {
        const head = withHeader(document, format, header);
        const before = rootClose === null ? `<?xml version="1.0" encoding="UTF-8"?>\n${head.root}` : '\n';
        yield (before + head.part).trimEnd();
      }
      if (document.group !== '' && item.reporteeOrdinal !== open?.reportee) {
        yield `${open?.groupClose ?? ''}\n${document.group.trimEnd()}`;
      }
      yield `\n${indent(item)}${document.item}`;
      items++;
      const { groupClose, partClose } = document;
      open = { groupClose, partClose, rootClose: document.rootClose, reportee: item.reporteeOrdinal };
    }
    if (items > 0 || leftOut.length > 0) this.#done.push({ format, systemUserCode, ...header, items, leftOut });
    if (open === null) return rootClose;
    for (const tag of [open.groupClose, open.partClose]) if (tag !== '') yield `\n${tag}`;
    return open.rootClose;
  }

  *#documents(shipment: Shipment, leftOut: LeftOut[]): Generator<{ item: FailedItem; document: ItemDocument }> {
    const failed = this.#store.failedItems.ofShipment(shipment.id, shipment.stagedItems);
    for (const one of failedDocuments(this.#home, this.#store, this.#batch, shipment, failed)) {
      if (one.rawXml === null) leftOut.push({ item: one.item, why: one.why });
      else yield { item: one.item, document: takeApart(one.rawXml, shipment.format) };
    }
  }
}

/** As its first line stood in the file, so that its lines stand under each other again. */
function indent({ position }: FailedItem): string {
  return position <= DEEPEST_INDENT ? ' '.repeat(position - 1) : '';
}

const DEEPEST_INDENT = 80;

function freshHeader(store: Store, batch: Batch, shipment: Shipment, reference: string | null): FreshHeader {
  const { format, systemUserCode, sequenceNo, sequenceValue } = shipment;
  const due = store.sequences.due(systemUserCode, format)?.value ?? sequenceValue;
  const isCounted = sequenceNo !== null && sequenceValue !== null && due !== null;
  return {
    reference: format === 'altut' ? null : (reference ?? unusedReference(store, batch, shipment)),
    sequenceNo: isCounted ? String(due).padStart(sequenceNo.length, '0') : null,
  };
}

/** The same each time until it has been used: of two copies that are sent, the second is refused as a repeat. */
function unusedReference(store: Store, batch: Batch, { format, systemUserCode, reference }: Shipment): string {
  const stem = reference === null || reference.trim() === '' ? `BATCH-${batch.id}` : reference.trim();
  for (let number = 2; ; number++) {
    const fresh = `${stem}-${number}`;
    if (store.shipments.findAccepted(systemUserCode, format, fresh) === undefined) return fresh;
  }
}
