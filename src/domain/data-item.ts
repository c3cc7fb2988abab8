import type { ItemContent } from './content.js';
import type { Issue, Place } from './issue.js';

/** What can be told of an item whether or not it is accepted; null = not given or not readable. */
export interface ItemFields {
  readonly serviceCode: string | null;
  /** Resolved: where the file gave none, the newest of the catalogue. */
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  /** SendersReference; AltUt: messageReference. */
  readonly sendersReference: string | null;
  /** AltUt only. */
  readonly shortName: string | null;
}

/** A DataItem (formats.md section 8) once it has been checked: `content` is there exactly when it is accepted. */
export interface DataItem extends ItemFields, Place {
  /** 1-based, in file order, within the shipment. */
  readonly ordinal: number;
  /** 1-based, in file order, within the shipment; null in formats without a Reportee group (correspondence, altut). */
  readonly reporteeOrdinal: number | null;
  /** Byte range of the item in the work file (the UTF-8 one). */
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly content: ItemContent | null;
  /** Of a service that its owner has passed over: neither accepted nor failed, and nothing of it is stored but this. */
  readonly ignored: boolean;
  readonly issues: readonly Issue[];
  /** Of a failed item: a document of its own, with the envelope's header fields and the namespaces in scope; null when accepted or ignored. */
  readonly rawXml: string | null;
  /** Whether rawXml holds only the first part of an item over `maxItemBytes`. */
  readonly rawXmlTruncated: boolean;
}
