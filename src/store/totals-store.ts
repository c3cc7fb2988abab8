import type { Format } from '../domain/format.js';
import type { IssueLevel } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { STAGES, type Stage, type StageSeconds } from '../domain/stage.js';
import type { Database, SqlValue, Statement } from './database.js';

/** Batches that have been committed, since the store was made. */
export interface BatchTotal {
  /** The service owner whose own inbox they came in; null: the common one. */
  readonly mailbox: string | null;
  /** Null for files that can't be told. */
  readonly format: Format | null;
  readonly status: ReceiptStatusCode;
  readonly batches: number;
  /** Of their files. */
  readonly bytes: number;
  readonly lastBatchId: number;
  /** When that one was committed, UTC. */
  readonly lastAt: string;
}

/** Items of settled shipments; `refused` are those that were not taken in though nothing was wrong with them. */
export interface ItemTotal {
  readonly format: Format;
  readonly state: 'accepted' | 'failed' | 'refused';
  readonly items: number;
}

export interface IssueTotal {
  readonly code: number;
  readonly level: IssueLevel;
  readonly issues: number;
}

export interface StageTotal {
  readonly format: Format | null;
  readonly stage: Stage;
  readonly seconds: number;
}

/**
 * What has happened since the store was made, counted as it happened: triggers of the schema add to these totals in the
 * transaction that commits a batch, so they are never behind it. They are a few rows, however large the store is.
 */
export class TotalsStore {
  readonly #db: Database;
  readonly #batches: Statement<[], BatchTotal>;
  readonly #items: Statement<[], ItemTotal>;
  readonly #issues: Statement<[], IssueTotal>;
  readonly #stages: Statement<[], StageTotal>;
  readonly #addToBatch: Statement<SqlValue[], never>;
  readonly #addToStage: Statement<[string, number, number], never>;

  constructor(db: Database) {
    this.#db = db;
    this.#batches = db.prepare(
      `SELECT nullif(mailbox, '') AS mailbox, nullif(format, '') AS format, status, batches, bytes,
         last_batch_id AS lastBatchId, last_at AS lastAt FROM batch_total`,
    );
    this.#items = db.prepare('SELECT format, state, items FROM item_total');
    this.#issues = db.prepare('SELECT code, level, issues FROM issue_total');
    this.#stages = db.prepare("SELECT nullif(format, '') AS format, stage, seconds FROM stage_total");
    this.#addToBatch = db.prepare(
      `INSERT INTO batch_duration (batch_id, ${COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(COLUMNS.length)})
       ON CONFLICT (batch_id) DO UPDATE SET ${COLUMNS.map((one) => `${one} = ${one} + excluded.${one}`).join(', ')}`,
    );
    this.#addToStage = db.prepare(
      `INSERT INTO stage_total (format, stage, seconds)
         SELECT coalesce(format, ''), ?, ? FROM batch WHERE id = ?
       ON CONFLICT (format, stage) DO UPDATE SET seconds = seconds + excluded.seconds`,
    );
  }

  batches(): BatchTotal[] {
    return this.#batches.all();
  }

  items(): ItemTotal[] {
    return this.#items.all();
  }

  issues(): IssueTotal[] {
    return this.#issues.all();
  }

  stages(): StageTotal[] {
    return this.#stages.all();
  }

  /** Adds to what the stages of a batch have taken so far. */
  addDurations(batchId: number, seconds: StageSeconds): void {
    this.#db.transaction(() => {
      this.#addToBatch.run(batchId, ...STAGES.map((stage) => seconds[stage] ?? 0));
      for (const stage of STAGES) {
        const more = seconds[stage] ?? 0;
        if (more > 0) this.#addToStage.run(stage, more, batchId);
      }
    });
  }
}

const COLUMNS = STAGES.map((stage) => `${stage}_seconds`);
