import type { Format } from '../domain/format.js';
import type { IssueLevel } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { type AttemptOutcome, type BatchState, isSettled } from './batch-store.js';
import type { Database, SqlNamed, Statement } from './database.js';
import { newest } from './newest.js';
import type { ShipmentState } from './shipment-store.js';

/** Which batches a listing is to hold; null does not narrow it. */
export interface BatchFilter {
  /** A service owner's three characters, or a system user code. An owner's are also the files of its own mailbox. */
  readonly owner: string | null;
  /** Of the batch or of one of its shipments. */
  readonly format: Format | null;
  readonly status: ReceiptStatusCode | null;
  /** The name of the file, in which `*` stands for any characters and `?` for one. */
  readonly file: string | null;
  /** When it was claimed, UTC: the first moment, and the first that is too late. */
  readonly from: string | null;
  readonly before: string | null;
}

/** A shipment that has been settled. */
export interface ShipmentEntry {
  readonly id: number;
  readonly format: Format;
  readonly systemUserCode: string;
  readonly reference: string | null;
  readonly sequenceNo: string | null;
  readonly state: Exclude<ShipmentState, 'staged'>;
  readonly status: ReceiptStatusCode | null;
  /** Those neither accepted nor failed were refused or ignored. */
  readonly items: number;
  readonly acceptedItems: number;
  readonly failedItems: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly receiptId: number | null;
}

/** What a listing tells of a batch. Nothing of a staged shipment is in it. */
export interface BatchEntry {
  readonly id: number;
  readonly fileName: string;
  /** The service owner in whose own inbox it came; null: the common one. */
  readonly mailbox: string | null;
  readonly state: BatchState;
  readonly format: Format | null;
  readonly status: ReceiptStatusCode | null;
  readonly claimedAt: string;
  readonly endedAt: string | null;
  /** Of the batch, its shipments and its items. */
  readonly issues: number;
  /** Oldest first. */
  readonly shipments: readonly ShipmentEntry[];
}

/** A run at a batch. */
export interface AttemptEntry {
  readonly pid: number;
  readonly startedAt: string;
  /** Null: it goes on, or was killed. */
  readonly endedAt: string | null;
  readonly outcome: AttemptOutcome | null;
  readonly detail: string | null;
}

export interface IssueCount {
  readonly level: IssueLevel;
  readonly code: number;
  readonly count: number;
}

/** All that is on record of a batch but its items, issues and receipts. */
export interface BatchDetails extends BatchEntry {
  readonly workKey: string;
  readonly bytes: number;
  readonly modifiedAt: string;
  readonly sha256: string | null;
  /** Where the file is now, relative to the home; null while it is in work. */
  readonly archivedAs: string | null;
  /** Oldest first. */
  readonly attempts: readonly AttemptEntry[];
  /** The commonest first. */
  readonly issueCounts: readonly IssueCount[];
}

type Ids = Statement<[SqlNamed], number>;

/** The log of batches: reads only. Whatever the filter, ids come from an index, newest first, and no more than are asked for. */
export class BatchLog {
  readonly #bounds: Statement<[SqlNamed], { first: number | null; last: number | null }>;
  readonly #all: Ids;
  readonly #ofFile: Ids;
  readonly #ofFilesFrom: Ids;
  readonly #ofOwner: readonly Ids[];
  readonly #ofSystemUser: readonly Ids[];
  readonly #ofFormat: readonly Ids[];
  readonly #ofStatus: readonly Ids[];
  readonly #batch: Statement<[number], BatchRow>;
  readonly #shipments: Statement<[number], ShipmentEntry>;
  readonly #issues: Statement<[number], number>;
  readonly #attempts: Statement<[number], AttemptEntry>;
  readonly #issueCounts: Statement<[number], IssueCount>;

  constructor(db: Database) {
    const batches = (where: string): Ids =>
      db.prepareValue(`SELECT batch.id FROM batch ${where} AND ${MATCHES} ORDER BY batch.id DESC LIMIT @limit`);
    const shipments = (index: string, where: string): Ids =>
      db.prepareValue(
        `SELECT shipment.batch_id FROM shipment INDEXED BY ${index} CROSS JOIN batch ON batch.id = shipment.batch_id
         WHERE ${where} AND shipment.batch_id >= @first AND shipment.batch_id <= @last AND shipment.state <> 'staged'
           AND ${MATCHES}
         GROUP BY shipment.batch_id ORDER BY shipment.batch_id DESC LIMIT @limit`,
      );
    this.#bounds = db.prepare(
      `SELECT min(id) AS first, max(id) AS last FROM batch INDEXED BY batch_claimed_at
       WHERE claimed_at >= @from AND claimed_at < @before`,
    );
    this.#all = batches('NOT INDEXED WHERE TRUE');
    this.#ofFile = batches('INDEXED BY batch_file_name WHERE batch.file_name = @file');
    this.#ofFilesFrom = batches(
      'INDEXED BY batch_file_name WHERE batch.file_name >= @prefix AND batch.file_name < @prefixEnd',
    );
    this.#ofOwner = [
      shipments('shipment_owner', 'substr(shipment.system_user_code, 1, 3) = @owner'),
      batches('INDEXED BY batch_mailbox WHERE batch.mailbox = @owner'),
    ];
    this.#ofSystemUser = [shipments('shipment_system_user_code', 'shipment.system_user_code = @owner')];
    this.#ofFormat = [
      batches('INDEXED BY batch_format WHERE batch.format = @format'),
      shipments('shipment_format', 'shipment.format = @format'),
    ];
    this.#ofStatus = [
      batches('INDEXED BY batch_status WHERE batch.status = @status'),
      shipments('shipment_status', 'shipment.status = @status'),
    ];
    this.#batch = db.prepare(
      `SELECT id, work_key AS workKey, file_name AS fileName, mailbox, bytes, modified_at AS modifiedAt, sha256, state,
         format, status, claimed_at AS claimedAt, ended_at AS endedAt, archived_as AS archivedAs
       FROM batch WHERE id = ?`,
    );
    this.#shipments = db.prepare(
      `SELECT id, format, system_user_code AS systemUserCode, reference, sequence_no AS sequenceNo, state, status,
         staged_items AS items, accepted_items AS acceptedItems, failed_items AS failedItems, started_at AS startedAt,
         ended_at AS endedAt, receipt_id AS receiptId
       FROM shipment WHERE batch_id = ? AND state <> 'staged' ORDER BY id`,
    );
    this.#issues = db.prepareValue('SELECT count(*) FROM issue WHERE batch_id = ?');
    this.#attempts = db.prepare(
      `SELECT pid, started_at AS startedAt, ended_at AS endedAt, outcome, detail FROM attempt
       WHERE batch_id = ? ORDER BY id`,
    );
    this.#issueCounts = db.prepare(
      'SELECT level, code, count(*) AS count FROM issue WHERE batch_id = ? GROUP BY level, code',
    );
  }

  /** At most `limit` of them, newest first, and only those with a lower id than `after`. */
  list(filter: BatchFilter, after: number | null, limit: number): BatchEntry[] {
    const { first, last } = this.#range(filter, after);
    const { owner, format, status, file, from, before } = filter;
    const prefix = file === null ? '' : literalBeginning(file);
    const glob = file === null ? null : file.replaceAll('[', '[[]');
    const asked = { first, last, limit, owner, format, status, glob, from, before };
    const source = { ...asked, file, prefix, prefixEnd: prefix + AFTER_ALL_TEXT };
    const ids = this.#sourcesOf(filter).map((statement) => statement.all(source));
    return newest(ids, limit).flatMap((id) => this.#entry(id) ?? []);
  }

  byId(batchId: number): BatchDetails | undefined {
    const row = this.#batch.get(batchId);
    if (row === undefined) return undefined;
    const issueCounts = isSettled(row.state) ? this.#issueCounts.all(batchId) : [];
    return {
      ...row,
      ...this.#withLists(row),
      attempts: this.#attempts.all(batchId),
      issueCounts: issueCounts.toSorted((a, b) => b.count - a.count || a.code - b.code),
    };
  }

  /** Those that it takes least to go through; the filter's other conditions are looked at on the way. */
  #sourcesOf({ owner, format, status, file }: BatchFilter): readonly Ids[] {
    if (file !== null && literalBeginning(file) === file) return [this.#ofFile];
    if (owner !== null) return [...owner].length === OWNER_LENGTH ? this.#ofOwner : this.#ofSystemUser;
    if (status !== null && status !== 'OK') return this.#ofStatus;
    if (file !== null && literalBeginning(file) !== '') return [this.#ofFilesFrom];
    if (format !== null) return this.#ofFormat;
    if (status !== null) return this.#ofStatus;
    return [this.#all];
  }

  /** Ids rise with time as long as nobody sets the clock back; so the ids of a period are looked up, and each time as well. */
  #range({ from, before }: BatchFilter, after: number | null): { first: number; last: number } {
    const beforeAfter = after === null ? Number.MAX_SAFE_INTEGER : after - 1;
    if (from === null && before === null) return { first: 0, last: beforeAfter };
    const { first, last } = this.#bounds.get({ from: from ?? '', before: before ?? AFTER_ALL_TEXT }) ?? NO_BOUNDS;
    return { first: first ?? 1, last: Math.min(last ?? 0, beforeAfter) };
  }

  #entry(batchId: number): BatchEntry | undefined {
    const row = this.#batch.get(batchId);
    return row === undefined ? undefined : this.#withLists(row);
  }

  #withLists(row: BatchRow): BatchEntry {
    const { id, fileName, mailbox, state, format, status, claimedAt, endedAt } = row;
    const issues = isSettled(row.state) ? (this.#issues.get(id) ?? 0) : 0;
    const shipments = this.#shipments.all(id);
    return { id, fileName, mailbox, state, format, status, claimedAt, endedAt, issues, shipments };
  }
}

type BatchRow = Omit<BatchDetails, 'issues' | 'shipments' | 'attempts' | 'issueCounts'>;

const OWNER_LENGTH = 3;
const NO_BOUNDS = { first: null, last: null };
/** No text that begins with something comes after that followed by the last of all characters. */
const AFTER_ALL_TEXT = '\u{10ffff}';

const SETTLED_SHIPMENT = "SELECT 1 FROM shipment AS one WHERE one.batch_id = batch.id AND one.state <> 'staged'";

const MATCHES = `batch.id >= @first AND batch.id <= @last
  AND (@from IS NULL OR batch.claimed_at >= @from) AND (@before IS NULL OR batch.claimed_at < @before)
  AND (@glob IS NULL OR batch.file_name GLOB @glob)
  AND (@format IS NULL OR batch.format = @format OR EXISTS (${SETTLED_SHIPMENT} AND one.format = @format))
  AND (@status IS NULL OR batch.status = @status OR EXISTS (${SETTLED_SHIPMENT} AND one.status = @status))
  AND (@owner IS NULL OR batch.mailbox = @owner OR EXISTS (${SETTLED_SHIPMENT} AND (one.system_user_code = @owner
    OR substr(one.system_user_code, 1, 4) IN (@owner || '-', @owner || '_'))))`;

function literalBeginning(pattern: string): string {
  return /^[^*?]*/.exec(pattern)?.[0] ?? '';
}
