import type { Database, Statement } from './database.js';

/** Who did what by hand. */
export interface AuditEntry {
  /** UTC. */
  readonly at: string;
  /** The account that ran the command. */
  readonly user: string;
  /** Its name, such as `receipts update`. */
  readonly command: string;
  /** What it was given, person numbers masked. */
  readonly arguments: readonly string[];
  /** What came of it: counts, ids, the value before. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The audit log: rows are added to it, and by its triggers never changed or removed. */
export class AuditStore {
  readonly #insert: Statement<[string, string, string, string, string], never>;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO audit (at, user_name, command, arguments, detail) VALUES (?, ?, ?, ?, ?)');
  }

  /** Belongs into the transaction of what it tells, so that neither is there without the other. Returns its id. */
  add({ at, user, command, arguments: given, detail }: AuditEntry): number {
    return this.#insert.insert(at, user, command, JSON.stringify(given), JSON.stringify(detail));
  }
}
