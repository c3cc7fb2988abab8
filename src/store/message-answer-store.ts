import type { Database, SqlValue, Statement } from './database.js';

/** A batch that is a file of message events, and how far it has come. */
export interface EventFile {
  /** The last line of the file that was dealt with; the checkpoint. */
  readonly readUpTo: number;
  readonly events: number;
  /** Those that were carried out, with those that changed nothing since they were there before. */
  readonly carriedOut: number;
  readonly changed: number;
  /** The answer, relative to the home; null until it is in the outbox. */
  readonly publishedAs: string | null;
}

/** An answer file in an outbox. */
export interface AnswerFile {
  readonly batchId: number;
  /** Relative to the home. */
  readonly publishedAs: string;
  readonly publishedAt: string;
}

/** Files of message events from the inbox, and what each of their lines is answered. */
export class MessageAnswerStore {
  readonly #open: Statement<[number], never>;
  readonly #ofBatch: Statement<[number], EventFile>;
  readonly #advance: Statement<SqlValue[], never>;
  readonly #add: Statement<[number, number, string], never>;
  readonly #answers: Statement<[number, number, number], { line: number; answer: string }>;
  readonly #markPublished: Statement<[string, string, number], never>;
  readonly #files: Statement<[string, string, number, number], AnswerFile>;
  readonly #markPurged: Statement<[string | null, number, string], never>;
  readonly #forget: Statement<[number], never>;

  constructor(db: Database) {
    this.#open = db.prepare('INSERT INTO message_event_file (batch_id) VALUES (?) ON CONFLICT DO NOTHING');
    this.#ofBatch = db.prepare(
      `SELECT read_up_to AS readUpTo, events, carried_out AS carriedOut, changed, published_as AS publishedAs
       FROM message_event_file WHERE batch_id = ?`,
    );
    this.#advance = db.prepare(
      `UPDATE message_event_file SET read_up_to = ?, events = events + ?, carried_out = carried_out + ?,
         changed = changed + ? WHERE batch_id = ?`,
    );
    this.#add = db.prepare('INSERT INTO message_event_answer (batch_id, line, answer) VALUES (?, ?, ?)');
    this.#answers = db.prepare(
      'SELECT line, answer FROM message_event_answer WHERE batch_id = ? AND line > ? ORDER BY line LIMIT ?',
    );
    this.#markPublished = db.prepare(
      'UPDATE message_event_file SET published_as = ?, published_at = ?, file_purged_at = NULL WHERE batch_id = ?',
    );
    this.#files = db.prepare(
      `SELECT batch_id AS batchId, published_as AS publishedAs, published_at AS publishedAt FROM message_event_file
       WHERE published_at IS NOT NULL AND file_purged_at IS NULL AND published_at < ?
         AND (published_at, batch_id) > (?, ?) AND published_as IS NOT NULL
       ORDER BY published_at, batch_id LIMIT ?`,
    );
    this.#markPurged = db.prepare(
      'UPDATE message_event_file SET file_purged_at = ? WHERE batch_id = ? AND published_at = ?',
    );
    this.#forget = db.prepare('DELETE FROM message_event_answer WHERE batch_id = ?');
  }

  /** Takes a batch on record as a file of events; one that is there already is given as it stands. */
  open(batchId: number): EventFile {
    this.#open.run(batchId);
    return this.ofBatch(batchId) ?? NOTHING_YET;
  }

  ofBatch(batchId: number): EventFile | undefined {
    return this.#ofBatch.get(batchId);
  }

  /** Belongs, with `add`, into the transaction in which the lines are carried out. */
  advance(batchId: number, { readUpTo, events, carriedOut, changed }: Omit<EventFile, 'publishedAs'>): void {
    this.#advance.run(readUpTo, events, carriedOut, changed, batchId);
  }

  /** @param answer one line of JSON */
  add(batchId: number, line: number, answer: string): void {
    this.#add.run(batchId, line, answer);
  }

  /** By line; nothing is held open between one page and the next. */
  *answers(batchId: number): Generator<string> {
    let page: readonly { readonly line: number; readonly answer: string }[] = [];
    do {
      page = this.#answers.all(batchId, page.at(-1)?.line ?? 0, ANSWERS_PER_PAGE);
      for (const { answer } of page) yield answer;
    } while (page.length === ANSWERS_PER_PAGE);
  }

  markPublished(batchId: number, publishedAs: string, at: string): void {
    this.#markPublished.run(publishedAs, at, batchId);
  }

  /** Answer files published before a time (UTC), oldest first, after one that was given before. */
  files(before: string, after: AnswerFile | null, limit: number): readonly AnswerFile[] {
    return this.#files.all(before, after?.publishedAt ?? '', after?.batchId ?? 0, limit);
  }

  /** Puts the removal of the file on record; null takes that back. False when it was published anew meanwhile. */
  markPurged({ batchId, publishedAt }: AnswerFile, at: string | null): boolean {
    return this.#markPurged.run(at, batchId, publishedAt) > 0;
  }

  /** Removes what the lines of a batch were answered. */
  forget(batchId: number): void {
    this.#forget.run(batchId);
  }
}

const NOTHING_YET: EventFile = { readUpTo: 0, events: 0, carriedOut: 0, changed: 0, publishedAs: null };
const ANSWERS_PER_PAGE = 1000;
