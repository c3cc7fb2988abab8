import type { Database, SqlValue, Statement } from './database.js';

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

export interface StoredAuditEntry extends AuditEntry {
  readonly id: number;
}

/** Which entries are asked for; null leaves a filter out. */
export interface AuditQuery {
  readonly user: string | null;
  readonly command: string | null;
  /** UTC: from that moment on, and before that one. */
  readonly from: string | null;
  readonly before: string | null;
  /** Only those with lower ids. */
  readonly after: number | null;
  /** At most so many. */
  readonly most: number;
}

/** The audit log: rows are added to it, and by its triggers never changed or removed. */
export class AuditStore {
  readonly #insert: Statement<[string, string, string, string, string], never>;
  readonly #firstFrom: Statement<[string], number>;
  readonly #lists: ReadonlyMap<string, Statement<SqlValue[], AuditRow>>;

  constructor(db: Database) {
    this.#insert = db.prepare('INSERT INTO audit (at, user_name, command, arguments, detail) VALUES (?, ?, ?, ?, ?)');
    this.#firstFrom = db.prepareValue('SELECT id FROM audit WHERE at >= ? ORDER BY at, id LIMIT 1');
    // One for each set of filters, so that each goes by an index.
    this.#lists = new Map(
      FILTERS.map((filters) => {
        const where = ['id >= ? AND id < ?', ...filters.map((column) => `${column} = ?`)].join(' AND ');
        return [
          filters.join(),
          db.prepare(
            `SELECT id, at, user_name AS user, command, arguments, detail FROM audit
             WHERE ${where} ORDER BY id DESC LIMIT ?`,
          ),
        ];
      }),
    );
  }

  /** Belongs into the transaction of what it tells, so that neither is there without the other. Returns its id. */
  add({ at, user, command, arguments: given, detail }: AuditEntry): number {
    return this.#insert.insert(at, user, command, JSON.stringify(given), JSON.stringify(detail));
  }

  /** Newest first. Entries are added as time goes on, so a stretch of time is one of ids. */
  list({ user, command, from, before, after, most }: AuditQuery): StoredAuditEntry[] {
    const first = from === null ? 0 : this.#firstFrom.get(from);
    if (first === undefined) return [];
    const end = before === null ? undefined : this.#firstFrom.get(before);
    const below = Math.min(after ?? Number.MAX_SAFE_INTEGER, end ?? Number.MAX_SAFE_INTEGER);
    const filters = { user_name: user, command };
    const given = Object.entries(filters).filter(([, value]) => value !== null);
    const statement = this.#lists.get(given.map(([column]) => column).join());
    const rows = statement?.all(first, below, ...given.map(([, value]) => value), most) ?? [];
    return rows.map((row) => ({ ...row, arguments: JSON.parse(row.arguments), detail: JSON.parse(row.detail) }));
  }
}

const FILTERS: readonly (readonly string[])[] = [[], ['user_name'], ['command'], ['user_name', 'command']];

interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly user: string;
  readonly command: string;
  readonly arguments: string;
  readonly detail: string;
}
