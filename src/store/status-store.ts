import type { Format } from '../domain/format.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import type { AttemptOutcome } from './batch-store.js';
import type { Database, Statement } from './database.js';

/** A batch that is not archived, and the last attempt at it. */
export interface UnfinishedBatch {
  readonly batchId: number;
  readonly workKey: string;
  /** Null when there has been no attempt. */
  readonly pid: number | null;
  /** Null while it is under way, and for one that was killed. */
  readonly outcome: AttemptOutcome | null;
  /** What went wrong. */
  readonly detail: string | null;
}

/** What `run` and `watch` keep of their watch over the senders, and what `status` asks that nobody else does. */
export class StatusStore {
  readonly #unfinished: Statement<[], UnfinishedBatch>;
  readonly #page: Statement<[number, number], ClaimedRow>;
  readonly #unpublished: Statement<[string], number>;
  readonly #lastAccepted: Statement<[string, string], string>;
  readonly #isNoticed: Statement<[string, string, string, string], number>;
  readonly #notice: Statement<[string, string, string, string, string], never>;

  constructor(db: Database) {
    this.#unfinished = db.prepare(
      `SELECT batch.id AS batchId, work_key AS workKey, pid, outcome, detail
       FROM batch LEFT JOIN attempt ON attempt.id = (SELECT max(id) FROM attempt WHERE batch_id = batch.id)
       WHERE batch.state <> 'archived' ORDER BY batch.id`,
    );
    this.#page = db.prepare(
      'SELECT id, claimed_at AS claimedAt, status FROM batch WHERE id < ? ORDER BY id DESC LIMIT ?',
    );
    this.#unpublished = db.prepareValue(
      'SELECT count(*) FROM receipt WHERE published_as IS NULL AND batch_id IS NOT NULL AND last_changed < ?',
    );
    this.#lastAccepted = db.prepareValue(
      `SELECT ended_at FROM shipment WHERE system_user_code = ? AND format = ? AND state = 'accepted'
       ORDER BY ended_at DESC LIMIT 1`,
    );
    this.#isNoticed = db.prepareValue(
      'SELECT count(*) FROM overdue_notice WHERE day = ? AND system_user_code = ? AND format = ? AND due_by = ?',
    );
    this.#notice = db.prepare(
      `INSERT INTO overdue_notice (day, system_user_code, format, due_by, noticed_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
  }

  unfinished(): UnfinishedBatch[] {
    return this.#unfinished.all();
  }

  /**
   * How many batches were claimed from that moment on (UTC), by status; those without one yet under `unfinished`.
   * Ids rise with time, so it looks at those batches only.
   */
  claimedSince(from: string): Readonly<Record<ReceiptStatusCode | 'unfinished', number>> {
    const counts = { OK: 0, ValidationFailed: 0, Rejected: 0, UnExpectedError: 0, unfinished: 0 };
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const rows = this.#page.all(before, BATCHES_PER_PAGE);
      for (const { claimedAt, status } of rows) {
        if (claimedAt < from) return counts;
        counts[status ?? 'unfinished'] += 1;
      }
      const last = rows.at(-1);
      if (last === undefined) return counts;
      before = last.id;
    }
  }

  /** Receipts of batches that are not in the outbox, though they were changed last before that local time. */
  unpublishedBefore(lastChanged: string): number {
    return this.#unpublished.get(lastChanged) ?? 0;
  }

  /** When a shipment of that sender and format was accepted last, UTC. */
  lastAccepted(systemUserCode: string, format: Format): string | null {
    return this.#lastAccepted.get(systemUserCode, format) ?? null;
  }

  /** Whether it has been told that day that this sender's file is overdue. */
  isNoticed({ day, systemUserCode, format, by }: OverdueKey): boolean {
    return (this.#isNoticed.get(day, systemUserCode, format ?? '', by) ?? 0) > 0;
  }

  notice({ day, systemUserCode, format, by }: OverdueKey, at: string): void {
    this.#notice.run(day, systemUserCode, format ?? '', by, at);
  }
}

/** A file that was expected on a local day, by a local time. */
export interface OverdueKey {
  readonly day: string;
  readonly systemUserCode: string;
  /** Null: of any. */
  readonly format: Format | null;
  readonly by: string;
}

const BATCHES_PER_PAGE = 1000;

interface ClaimedRow {
  readonly id: number;
  readonly claimedAt: string;
  readonly status: ReceiptStatusCode | null;
}
