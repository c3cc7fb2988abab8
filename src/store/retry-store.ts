import type { ItemContent } from '../domain/content.js';
import type { ItemFields } from '../domain/data-item.js';
import type { Issue, IssueLevel } from '../domain/issue.js';
import { ContentWriter } from './content-writer.js';
import type { Database, SqlValue, Statement } from './database.js';
import type { ItemRange } from './item-id.js';
import { PrefillReplacement } from './prefill-replacement.js';
import type { ItemState } from './sub-receipt-items.js';

/** What a new try at an item has found. */
export interface TriedItem {
  readonly itemId: number;
  readonly fields: ItemFields;
  /** Null when it fails again, or is ignored. */
  readonly content: ItemContent | null;
  readonly ignored: boolean;
  /** One without a place stands outside the item, where a new try can't tell its place. */
  readonly issues: readonly Issue[];
  /** Of an item that nothing was kept of: what is to be kept when it fails now. */
  readonly rawXml: string | null;
}

/** As it was staged: the item's new state and fields. */
export interface StagedRetry extends ItemFields {
  readonly itemId: number;
  readonly state: 'accepted' | 'failed' | 'ignored';
  readonly rawXml: string | null;
}

/** An Issue of an item that no later try has outdated. */
export interface StandingIssue extends Issue {
  readonly id: number;
}

/** How items come out that are tried again, by what they were before. */
export interface RetryTally {
  readonly accepted: number;
  readonly ignored: number;
  /** Of those tried, how many failed before. */
  readonly failedBefore: number;
  readonly failed: number;
  readonly tried: number;
}

const ROWS_PER_PAGE = 1000;

/**
 * A new try at failed items: staged a page at a time beside what is on record, then put in its place all at once.
 * The content of items that pass stands in its tables from the start; no view shows it, since the items are failed still.
 */
export class RetryStore {
  readonly #db: Database;
  readonly #content: ContentWriter;
  readonly #replacement: PrefillReplacement;
  readonly #insert: Statement<SqlValue[], never>;
  readonly #insertIssue: Statement<SqlValue[], never>;
  readonly #tally: Statement<[], RetryTally>;
  readonly #page: Statement<[number, number], StagedRetry>;
  readonly #stagedIssues: Statement<[number], Issue>;
  readonly #standing: Statement<[number], StandingIssue>;
  readonly #firstWithReference: Statement<[string, number, number, string | null], number>;
  readonly #outdate: Statement<[string, number], never>;
  readonly #addIssue: Statement<SqlValue[], never>;
  readonly #setItem: Statement<SqlValue[], never>;
  readonly #addKey: Readonly<Record<KeyColumn, Statement<[string, number], never>>>;
  readonly #removeKey: Readonly<Record<KeyColumn, Statement<[string, number], never>>>;
  readonly #dropRawXml: Statement<[number], never>;
  readonly #keepRawXml: Statement<[number, string], never>;
  readonly #removeContentOf: readonly Statement<[number], never>[];
  readonly #removeStagedContent: readonly Statement<[], never>[];
  readonly #clear: Statement<[], never>;
  readonly #any: Statement<[], number>;
  readonly #span: Statement<[], { readonly first: number | null; readonly last: number | null }>;

  constructor(db: Database) {
    this.#db = db;
    this.#content = new ContentWriter(db);
    this.#replacement = new PrefillReplacement(db);
    this.#insert = db.prepare(
      `INSERT INTO retry_item (item_id, state, service_code, service_edition_code, reportee, senders_reference, short_name,
         raw_xml)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertIssue = db.prepare(
      `INSERT INTO retry_issue (item_id, code, level, message, line, position, reference) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#tally = db.prepare(
      `SELECT count(*) AS tried, count(*) FILTER (WHERE retry_item.state = 'accepted') AS accepted,
         count(*) FILTER (WHERE retry_item.state = 'ignored') AS ignored,
         count(*) FILTER (WHERE retry_item.state = 'failed') AS failed,
         count(*) FILTER (WHERE item.state = 'failed') AS failedBefore
       FROM retry_item JOIN item ON item.id = retry_item.item_id`,
    );
    this.#page = db.prepare(
      `SELECT item_id AS itemId, state, service_code AS serviceCode, service_edition_code AS serviceEditionCode, reportee,
         senders_reference AS sendersReference, short_name AS shortName, raw_xml AS rawXml
       FROM retry_item WHERE item_id > ? ORDER BY item_id LIMIT ?`,
    );
    this.#stagedIssues = db.prepare(
      `SELECT code, level, message, line, position, reference FROM retry_issue WHERE item_id = ? ORDER BY id`,
    );
    this.#standing = db.prepare(
      `SELECT id, code, level, message, line, position, reference FROM issue
       WHERE item_id = ? AND outdated_at IS NULL ORDER BY id`,
    );
    this.#firstWithReference = db.prepareValue(
      `SELECT item.line FROM item_by_senders_reference AS key JOIN item ON item.id = key.item_id
       WHERE key.senders_reference = ? AND key.item_id >= ? AND key.item_id < ? AND item.short_name IS ?
       ORDER BY key.item_id LIMIT 1`,
    );
    this.#outdate = db.prepare('UPDATE issue SET outdated_at = ? WHERE id = ?');
    this.#addIssue = db.prepare(
      `INSERT INTO issue (batch_id, shipment_id, item_id, code, level, message, line, position, reference, reported_at)
       VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setItem = db.prepare(
      `UPDATE item SET state = ?, service_code = ?, service_edition_code = ?, reportee = ?, senders_reference = ?,
         short_name = ?
       WHERE id = ?`,
    );
    this.#addKey = {
      reportee: db.prepare('INSERT INTO item_by_reportee (reportee, item_id) VALUES (?, ?)'),
      sendersReference: db.prepare('INSERT INTO item_by_senders_reference (senders_reference, item_id) VALUES (?, ?)'),
    };
    this.#removeKey = {
      reportee: db.prepare('DELETE FROM item_by_reportee WHERE reportee = ? AND item_id = ?'),
      sendersReference: db.prepare('DELETE FROM item_by_senders_reference WHERE senders_reference = ? AND item_id = ?'),
    };
    this.#dropRawXml = db.prepare('DELETE FROM item_raw_xml WHERE item_id = ?');
    this.#keepRawXml = db.prepare(
      'INSERT INTO item_raw_xml (item_id, truncated, raw_xml) VALUES (?, 0, ?) ON CONFLICT (item_id) DO NOTHING',
    );
    this.#removeContentOf = CONTENT_TABLES.map((table) => db.prepare(`DELETE FROM ${table} WHERE item_id = ?`));
    this.#removeStagedContent = CONTENT_TABLES.map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE item_id IN (SELECT item_id FROM retry_item WHERE state = 'accepted')`),
    );
    this.#clear = db.prepare('DELETE FROM retry_item');
    this.#any = db.prepareValue('SELECT 1 FROM retry_item LIMIT 1');
    this.#span = db.prepare(
      `SELECT min(item_id) AS first, max(item_id) AS last FROM retry_item WHERE state = 'accepted'`,
    );
  }

  /** Writes down what was found, beside what is on record. In file order, each item once. */
  stage(tried: readonly TriedItem[]): void {
    this.#db.transaction(() => {
      for (const { itemId, fields, content, ignored, issues, rawXml } of tried) {
        const { serviceCode, serviceEditionCode, reportee, sendersReference, shortName } = fields;
        const state = content !== null ? 'accepted' : ignored ? 'ignored' : 'failed';
        const kept = state === 'failed' ? rawXml : null;
        const values = [serviceCode, serviceEditionCode, reportee, sendersReference, shortName, kept];
        this.#insert.run(itemId, state, ...values);
        if (content !== null) this.#content.write(itemId, fields, content);
        for (const { code, level, message, line, position, reference } of issues) {
          this.#insertIssue.run(itemId, code, level, message, line, position, reference);
        }
      }
    });
  }

  /** Of all that is staged. */
  tally(): RetryTally {
    return this.#tally.get() ?? { accepted: 0, ignored: 0, failedBefore: 0, failed: 0, tried: 0 };
  }

  /** What is staged, in file order, read a page at a time. */
  *staged(): Generator<StagedRetry> {
    let after = 0;
    for (;;) {
      const page = this.#page.all(after, ROWS_PER_PAGE);
      yield* page;
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.itemId;
    }
  }

  stagedIssues(itemId: number): readonly Issue[] {
    return this.#stagedIssues.all(itemId);
  }

  standingIssues(itemId: number): readonly StandingIssue[] {
    return this.#standing.all(itemId);
  }

  /** Line of the first item of the shipment, before this one, that has the same reference (AltUt: and shortName). */
  firstLineWithReference(
    firstItemId: number,
    itemId: number,
    reference: string,
    shortName: string | null,
  ): number | null {
    return this.#firstWithReference.get(reference, firstItemId, itemId, shortName) ?? null;
  }

  /** Issues that the new try did not find again: they stay on record, and stand no longer. */
  outdate(issues: readonly StandingIssue[], at: string): void {
    for (const { id } of issues) this.#outdate.run(at, id);
  }

  addIssues(batchId: number, itemId: number, issues: readonly Issue[], at: string): void {
    for (const { code, level, message, line, position, reference } of issues) {
      this.#addIssue.run(batchId, itemId, code, level satisfies IssueLevel, message, line, position, reference, at);
    }
  }

  /**
   * Puts an item's new state and fields in the place of the old ones, with all that hangs on them but its Issues.
   * @param state refused: it passed, and too many others failed
   * @param before what it was found by until now
   */
  put(item: StagedRetry, state: ItemState, before: Pick<ItemFields, 'reportee' | 'sendersReference'>): void {
    const { itemId, serviceCode, serviceEditionCode, reportee, sendersReference, shortName, rawXml } = item;
    this.#setItem.run(state, serviceCode, serviceEditionCode, reportee, sendersReference, shortName, itemId);
    this.#moveKey('reportee', before.reportee, reportee, itemId);
    this.#moveKey('sendersReference', before.sendersReference, sendersReference, itemId);
    if (state === 'failed') {
      if (rawXml !== null) this.#keepRawXml.run(itemId, rawXml);
    } else {
      this.#dropRawXml.run(itemId);
    }
    if (state === 'refused') for (const statement of this.#removeContentOf) statement.run(itemId);
  }

  /**
   * Puts the prefill among what is staged in force, in the place that it would have had it been accepted at once. Once all
   * of it has been put in its place: then the next one that replaces it is found at once.
   */
  putInForce(): void {
    for (const { itemId, state } of this.staged()) {
      if (state === 'accepted') this.#replacement.putInForceLate({ first: itemId, last: itemId });
    }
  }

  /** From the first to the last item that is staged as accepted; null when none is. */
  span(): ItemRange | null {
    const { first = null, last = null } = this.#span.get() ?? {};
    return first === null || last === null ? null : { first, last };
  }

  /** Forgets what is staged once it has been put in its place. */
  clear(): void {
    this.#clear.run();
  }

  /** Takes back what is staged. @returns whether anything was */
  discard(): boolean {
    if (this.#any.get() === undefined) return false;
    this.#db.transaction(() => {
      for (const statement of this.#removeStagedContent) statement.run();
      this.#clear.run();
    });
    return true;
  }

  #moveKey(key: KeyColumn, from: string | null, to: string | null, itemId: number): void {
    if (from === to) return;
    if (from !== null) this.#removeKey[key].run(from, itemId);
    if (to !== null) this.#addKey[key].run(to, itemId);
  }
}

type KeyColumn = 'reportee' | 'sendersReference';

const CONTENT_TABLES = ['prefill_form_set', 'prefill_field', 'subscription', 'message'];
