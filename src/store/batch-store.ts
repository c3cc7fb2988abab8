import { InternalFault } from '../domain/faults.js';
import type { Format } from '../domain/format.js';
import type { Issue } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import type { Database, SqlValue, Statement } from './database.js';

/**
 * What has been done with a file:
 *
 *   claimed --> staging --> committed --> published --> archived
 *      |           ^
 *      +--> waiting+        (ahead of its sequence: the other files then in the inbox go first)
 *
 * A crash leaves it where it is; the next run goes on from there. Only `archived` is final.
 */
export type BatchState = 'claimed' | 'waiting' | 'staging' | 'committed' | 'published' | 'archived';

/** Whether what was found in it stands: before its commit it may yet come to nothing. */
export function isSettled(state: BatchState): boolean {
  return state === 'committed' || state === 'published' || state === 'archived';
}

/** A DataBatch (formats.md section 8): a file delivered by a service owner. */
export interface Batch {
  readonly id: number;
  /** Name of its folder in the work folder: what makes it unique. */
  readonly workKey: string;
  /** The service owner in whose mailbox its file came, and its receipts go; null: the common one. */
  readonly mailbox: string | null;
  readonly fileName: string;
  readonly bytes: number;
  readonly state: BatchState;
  /** Null until it is told, and for a file that can't be told. */
  readonly format: Format | null;
  /** Of the file's bytes, lower-case hex; null until they have all been read. */
  readonly sha256: string | null;
  readonly status: ReceiptStatusCode | null;
  readonly claimedAt: string;
  /** Where the file is now, relative to the home. */
  readonly archivedAs: string | null;
}

/** How a run at a batch ended; one that was killed has no end at all. */
export type AttemptOutcome = 'done' | 'interrupted' | 'waiting' | 'faulted';

/** Batches, the attempts at them, and the Issues of batches and shipments. */
export class BatchStore {
  readonly #db: Database;
  readonly #insert: Statement<[string, string | null, string, number, string, string], never>;
  readonly #byId: Statement<[number], Batch>;
  readonly #byWorkKey: Statement<[string], Batch>;
  readonly #unfinished: Statement<[], Batch>;
  readonly #killedBefore: Statement<[number], number>;
  readonly #beginAttempt: Statement<[number, number, string], never>;
  readonly #endAttempt: Statement<[string, string, string | null, number], never>;
  readonly #endUnended: Statement<[string, number], never>;
  readonly #setState: Statement<SqlValue[], never>;
  readonly #acceptedBefore: Statement<[string, number], { batchId: number; receiptId: number | null }>;
  readonly #seenBefore: Statement<[string, number], number>;
  readonly #delete: Statement<[number], never>;
  readonly #issue: Statement<SqlValue[], never>;
  readonly #newestClaim: Statement<[], string>;

  constructor(db: Database) {
    this.#db = db;
    this.#insert = db.prepare(
      `INSERT INTO batch (work_key, mailbox, file_name, bytes, modified_at, claimed_at, state)
       VALUES (?, ?, ?, ?, ?, ?, 'claimed')
       ON CONFLICT (work_key) DO NOTHING`,
    );
    this.#newestClaim = db.prepareValue('SELECT claimed_at FROM batch WHERE id > 0 ORDER BY id DESC LIMIT 1');
    this.#byId = db.prepare(`${SELECT_BATCH} WHERE id = ?`);
    this.#byWorkKey = db.prepare(`${SELECT_BATCH} WHERE work_key = ?`);
    this.#unfinished = db.prepare(`${SELECT_BATCH} WHERE state <> 'archived' ORDER BY id`);
    this.#killedBefore = db.prepareValue(
      "SELECT count(*) FROM attempt WHERE batch_id = ? AND (outcome IS NULL OR outcome = 'faulted')",
    );
    this.#beginAttempt = db.prepare('INSERT INTO attempt (batch_id, pid, started_at) VALUES (?, ?, ?)');
    this.#endAttempt = db.prepare('UPDATE attempt SET ended_at = ?, outcome = ?, detail = ? WHERE id = ?');
    this.#endUnended = db.prepare(
      "UPDATE attempt SET ended_at = ?, outcome = 'interrupted' WHERE batch_id = ? AND outcome IS NULL",
    );
    this.#setState = db.prepare(
      `UPDATE batch SET state = ?, format = coalesce(?, format), sha256 = coalesce(?, sha256),
         status = coalesce(?, status), archived_as = coalesce(?, archived_as), ended_at = coalesce(?, ended_at),
         file_purged_at = iif(? IS NULL, file_purged_at, NULL)
       WHERE id = ?`,
    );
    this.#acceptedBefore = db.prepare(
      `SELECT batch.id AS batchId, shipment.receipt_id AS receiptId
       FROM batch JOIN shipment ON shipment.batch_id = batch.id
       WHERE batch.sha256 = ? AND batch.id <> ? AND shipment.state = 'accepted' ORDER BY batch.id LIMIT 1`,
    );
    this.#seenBefore = db.prepareValue('SELECT count(*) FROM batch WHERE sha256 = ? AND id <> ?');
    this.#delete = db.prepare('DELETE FROM batch WHERE id = ?');
    this.#issue = db.prepare(
      `INSERT INTO issue (batch_id, shipment_id, code, level, message, line, position, reference, reported_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** When the newest batch was claimed; undefined when there is none. */
  newestClaim(): string | undefined {
    return this.#newestClaim.get();
  }

  /** Takes a claimed file on record; one that is already there is given back as it stands. */
  claim(file: {
    readonly workKey: string;
    readonly mailbox: string | null;
    readonly fileName: string;
    readonly bytes: number;
    readonly modifiedAt: string;
    readonly claimedAt: string;
  }): Batch {
    return this.#db.transaction(() => {
      const { workKey, mailbox, fileName, bytes, modifiedAt, claimedAt } = file;
      this.#insert.run(workKey, mailbox, fileName, bytes, modifiedAt, claimedAt);
      const batch = this.#byWorkKey.get(workKey);
      if (batch === undefined) throw new InternalFault(`The batch ${workKey} that was just written is not there.`);
      return batch;
    });
  }

  byId(batchId: number): Batch | undefined {
    return this.#byId.get(batchId);
  }

  findByWorkKey(workKey: string): Batch | undefined {
    return this.#byWorkKey.get(workKey);
  }

  /** All that are not archived, oldest first. */
  unfinished(): Batch[] {
    return this.#unfinished.all();
  }

  /** `killedBefore`: how many earlier attempts at it never ended, or ended `faulted`. */
  beginAttempt(batchId: number, at: string, pid: number): { attemptId: number; killedBefore: number } {
    return this.#db.transaction(() => {
      const killedBefore = this.#killedBefore.get(batchId) ?? 0;
      return { attemptId: this.#beginAttempt.insert(batchId, pid, at), killedBefore };
    });
  }

  endAttempt(attemptId: number, at: string, outcome: AttemptOutcome, detail: string | null): void {
    this.#endAttempt.run(at, outcome, detail, attemptId);
  }

  /** For earlier attempts that are known not to have been killed: only their end could not be put on record. */
  endUnended(batchId: number, at: string): void {
    this.#endUnended.run(at, batchId);
  }

  /** Sets the state, and what else has become known; what is not given stays as it is. */
  setState(
    batchId: number,
    state: BatchState,
    more: {
      readonly format?: Format | null;
      readonly sha256?: string | null;
      readonly status?: ReceiptStatusCode | null;
      readonly archivedAs?: string | null;
      readonly endedAt?: string | null;
    } = {},
  ): void {
    const { format = null, sha256 = null, status = null, archivedAs = null, endedAt = null } = more;
    this.#setState.run(state, format, sha256, status, archivedAs, endedAt, archivedAs, batchId);
  }

  /** Whether another batch brought the same bytes: `accepted` is the first of them with an accepted shipment. */
  seenBefore(
    sha256: string,
    exceptBatchId: number,
  ): { accepted: { batchId: number; receiptId: number | null } | null; any: boolean } {
    const accepted = this.#acceptedBefore.get(sha256, exceptBatchId) ?? null;
    return { accepted, any: accepted !== null || (this.#seenBefore.get(sha256, exceptBatchId) ?? 0) > 0 };
  }

  /** Removes a batch that never staged anything and whose file went back to the inbox, with all that is on record of it. */
  forget(batchId: number): void {
    this.#delete.run(batchId);
  }

  /** Records Issues of the batch, or of one of its shipments. */
  addIssues(batchId: number, shipmentId: number | null, issues: readonly Issue[], at: string): void {
    this.#db.transaction(() => {
      for (const { code, level, message, line, position, reference } of issues) {
        this.#issue.run(batchId, shipmentId, code, level, message, line, position, reference, at);
      }
    });
  }
}

const SELECT_BATCH = `SELECT id, work_key AS workKey, mailbox, file_name AS fileName, bytes, state, format, sha256, status,
  claimed_at AS claimedAt, archived_as AS archivedAs FROM batch`;
