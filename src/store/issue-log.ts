import { ISSUE_LEVELS, type Issue, type IssueLevel } from '../domain/issue.js';
import type { Database, SqlNamed, Statement } from './database.js';
import { newest } from './newest.js';

/** Which issues a listing is to hold; null does not narrow it. */
export interface IssueFilter {
  readonly batchId: number | null;
  readonly itemId: number | null;
  readonly level: IssueLevel | null;
  readonly code: number | null;
}

/** An Issue as it is on record. */
export interface IssueEntry extends Issue {
  readonly id: number;
  readonly batchId: number;
  readonly fileName: string;
  /** Given when it stands on a shipment as a whole. */
  readonly shipmentId: number | null;
  /** Given when it stands on an item. */
  readonly itemId: number | null;
  readonly reportedAt: string;
}

type Ids = Statement<[SqlNamed], number>;

/**
 * The log of issues: reads only. Those of staged items are not in it. There are few levels and codes, so a listing of some
 * of them looks up which there are, and takes the newest of each from an index.
 */
export class IssueLog {
  readonly #all: Ids;
  readonly #ofBatch: Ids;
  readonly #ofItem: Ids;
  readonly #ofKind: Ids;
  readonly #ofKindInBatch: Ids;
  readonly #nextCode: Statement<[SqlNamed], number | null>;
  readonly #nextCodeInBatch: Statement<[SqlNamed], number | null>;
  readonly #byId: Statement<[number], IssueEntry>;

  constructor(db: Database) {
    const ids = (where: string): Ids =>
      db.prepareValue(`SELECT id FROM issue ${where} AND id < @before AND ${IS_VISIBLE} ORDER BY id DESC LIMIT @limit`);
    this.#all = ids('NOT INDEXED WHERE TRUE');
    this.#ofBatch = ids('INDEXED BY issue_batch WHERE batch_id = @batchId');
    this.#ofItem = ids(
      `INDEXED BY issue_item WHERE item_id = @itemId AND (@batchId IS NULL OR batch_id = @batchId)
         AND (@level IS NULL OR level = @level) AND (@code IS NULL OR code = @code)`,
    );
    this.#ofKind = ids('INDEXED BY issue_kind WHERE level = @level AND code = @code');
    this.#ofKindInBatch = ids(
      'INDEXED BY issue_kind_of_batch WHERE batch_id = @batchId AND level = @level AND code = @code',
    );
    this.#nextCode = db.prepareValue('SELECT min(code) FROM issue WHERE level = @level AND code > @code');
    this.#nextCodeInBatch = db.prepareValue(
      'SELECT min(code) FROM issue WHERE batch_id = @batchId AND level = @level AND code > @code',
    );
    this.#byId = db.prepare(
      `SELECT issue.id, issue.batch_id AS batchId, batch.file_name AS fileName, issue.shipment_id AS shipmentId,
         issue.item_id AS itemId, issue.code, issue.level, issue.message, issue.line, issue.position, issue.reference,
         issue.reported_at AS reportedAt
       FROM issue JOIN batch ON batch.id = issue.batch_id WHERE issue.id = ?`,
    );
  }

  /** At most `limit` of them, newest first, and only those with a lower id than `after`. */
  list(filter: IssueFilter, after: number | null, limit: number): IssueEntry[] {
    const asked = { ...filter, before: after ?? Number.MAX_SAFE_INTEGER, limit };
    return newest(this.#ids(filter, asked), limit).flatMap((id) => this.#byId.get(id) ?? []);
  }

  #ids({ batchId, itemId, level, code }: IssueFilter, asked: SqlNamed): number[][] {
    if (itemId !== null) return [this.#ofItem.all(asked)];
    if (level === null && code === null) return [(batchId === null ? this.#all : this.#ofBatch).all(asked)];
    const statement = batchId === null ? this.#ofKind : this.#ofKindInBatch;
    return [...this.#kinds(batchId, level === null ? ISSUE_LEVELS : [level])]
      .filter((kind) => (code ?? kind.code) === kind.code)
      .map((kind) => statement.all({ ...asked, ...kind }));
  }

  /** The levels with each code that stands with them. */
  *#kinds(batchId: number | null, levels: readonly IssueLevel[]): Generator<{ level: IssueLevel; code: number }> {
    const next = batchId === null ? this.#nextCode : this.#nextCodeInBatch;
    for (const level of levels) {
      let code = next.get({ batchId, level, code: -1 }) ?? null;
      while (code !== null) {
        yield { level, code };
        code = next.get({ batchId, level, code }) ?? null;
      }
    }
  }
}

/** The ids of items hold that of their shipment (item-id.ts); an issue of the batch alone has neither. */
const IS_VISIBLE = `coalesce(shipment_id, item_id / 1000000000, 0) NOT IN
  (SELECT shipment.id FROM shipment INDEXED BY shipment_staged WHERE shipment.state = 'staged')`;
