import type { Format } from '../domain/format.js';
import type { IssueLevel } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';

/** What came out of one shipment, or of a file that has none or is refused whole; the keys and their order are those of `run --json`. */
export interface ShipmentResult {
  /** The name that the file had in the inbox. */
  readonly file: string;
  readonly batchId: number | null;
  readonly format: Format | null;
  readonly systemUserCode: string | null;
  readonly reference: string | null;
  readonly status: ReceiptStatusCode;
  readonly items: { readonly total: number; readonly accepted: number; readonly failed: number };
  readonly receiptId: number | null;
  /** Path of the receipt file, relative to the home. */
  readonly receipt: string | null;
  /** The receipt's text. */
  readonly text: string;
}

/** One finding of `validate`; the keys and their order are those of `validate --json`. */
export interface FileIssue {
  readonly file: string;
  /** 1-based, in file order, within the shipment; null = not of an item. */
  readonly item: number | null;
  /** 1-based, the file's own; null = of the file as a whole. */
  readonly line: number | null;
  readonly position: number | null;
  readonly level: IssueLevel;
  readonly code: number;
  readonly reference: string | null;
  readonly message: string;
}

/** How far a file has come. */
export interface Progress {
  readonly file: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly items: number;
}

/** How a run ended: the numbers, and the exit code that follows. */
export interface RunSummary {
  readonly shipments: number;
  /** Whether any shipment or item was not accepted. */
  readonly notAccepted: boolean;
  /** Names of files left in the inbox, for a reason that was given as a notice. */
  readonly leftInInbox: readonly string[];
  /** Whether a signal ended it before all was done that it would have done. */
  readonly stopped: boolean;
  readonly exitCode: 0 | 65 | 70 | 74;
}

/** How `validate` found one file. */
export interface FileVerdict {
  readonly items: number;
  readonly failed: number;
  /** Of any level. */
  readonly issues: number;
  readonly format: Format | null;
}
