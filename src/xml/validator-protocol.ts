/** What is said between the process and its validating child; JSON-like values and Buffers (advanced serialization). */

import type { DocumentPieces } from './document-pieces.js';

/** Sent once, first. The folders are searched in order; a later XSD replaces an earlier one of the same target namespace. */
export interface SetUp {
  readonly kind: 'set-up';
  readonly schemaFolders: readonly string[];
  readonly embeddedRoot: string | null;
  /** Relative to `embeddedRoot`: the forms' XSDs, proven before the first file comes. */
  readonly formSchemas: readonly string[];
  readonly limits: { readonly maxDepth: number; readonly maxAttributes: number; readonly maxNameLength: number };
}

/** One document of many items against the schema of a format family. */
export interface ValidateJob {
  readonly kind: 'validate';
  readonly id: number;
  readonly schema: SchemaKey;
  readonly document: Uint8Array | FileDocument;
  /** For a single item beyond the native parser's look-ahead; never for a document that our own limits have not passed. */
  readonly huge: boolean;
  readonly embedded: readonly EmbeddedRanges[];
  /**
   * Where parts of the document begin, in rising order; of each no more faults are told than it takes to mend it, for a
   * part may have hundreds of thousands. Empty: all are told.
   */
  readonly partLines: Float64Array;
}

/** Forms, each a document of its own, against their XSD. */
export interface CheckFormsJob {
  readonly kind: 'check-forms';
  readonly id: number;
  /** Path relative to `embeddedRoot`. */
  readonly schema: string;
  readonly documents: readonly string[];
}

/**
 * XML documents that stand as text inside elements of the document (FormData): well-formedness, and validity where a
 * schema is named. As byte ranges of the document: what stands between the elements' tags.
 */
export interface EmbeddedRanges {
  /** Path relative to `embeddedRoot`; null = well-formedness only. */
  readonly schema: string | null;
  /** Pairs: start and end. */
  readonly ranges: Float64Array;
}

/** A document to be put together from a UTF-8 file. */
export interface FileDocument {
  readonly path: string;
  readonly pieces: DocumentPieces;
}

export type SchemaKey = 'service-owner' | 'correspondence' | 'altut' | 'receipt-save';

/** A fault of a document: line and column as the native parser counts them in it, 1-based; column 0 = not known. */
export interface DocumentFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface ValidateAnswer {
  readonly id: number;
  /** Set when the document is not well-formed: then nothing was validated. */
  readonly notWellFormed: DocumentFault | null;
  readonly faults: readonly DocumentFault[];
  /** One entry a faulty embedded document: its place in `embedded` and in its ranges. */
  readonly embedded: readonly { readonly list: number; readonly index: number; readonly message: string }[];
}

export interface CheckFormsAnswer {
  readonly id: number;
  /** One entry a document that is not valid. */
  readonly failures: readonly { readonly index: number; readonly message: string }[];
}

/** The operator's schemas can't be used, or something of ours broke. */
export interface Broken {
  readonly id: number | null;
  readonly broken: string;
  readonly isConfiguration: boolean;
}

export interface Ready {
  readonly ready: true;
}

export type Job = ValidateJob | CheckFormsJob;

export type Answer = ValidateAnswer | CheckFormsAnswer | Broken | Ready;
