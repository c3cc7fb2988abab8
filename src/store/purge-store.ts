import type { Format } from '../domain/format.js';
import type { Database, SqlValue, Statement } from './database.js';
import { type ContentKind, type ExpiringContent, expiringContents } from './expiring-content.js';
import { itemRangeOf, shipmentIdOf } from './item-id.js';

/** What may be purged, each with an age of its own in the settings. */
export type PurgeKind = 'archivedFiles' | 'rejectedFiles' | 'receiptFiles' | 'outboundFiles' | ContentKind | 'rawXml';

/** A sender's file in the archive, or among the rejected ones. */
export interface ArchivedFile {
  readonly batchId: number;
  /** Relative to the home. */
  readonly archivedAs: string;
}

/** A receipt file in an outbox. */
export interface ReceiptFile {
  readonly receiptId: number;
  /** Relative to the home. */
  readonly publishedAs: string;
  readonly publishedAt: string;
  /** Of the file that it answers; null for what was sent out. */
  readonly sourceFileName: string | null;
  readonly format: Format | null;
}

/** The file of a batch that was sent out, in an outbox. */
export interface OutboundFile {
  readonly outboundId: number;
  /** Relative to the home. */
  readonly publishedAs: string;
  readonly publishedAt: string;
}

/** What a purge that has not been entered in the audit log has removed of a kind. */
export interface PurgeCount {
  readonly kind: PurgeKind;
  readonly days: number;
  readonly removed: number;
  /** Of files; 0 for what is in the store. */
  readonly bytes: number;
  readonly startedAt: string;
  readonly user: string;
}

/** What a purge looks for, and puts on record of what it removes. */
export class PurgeStore {
  readonly contents: readonly ExpiringContent[];
  readonly #db: Database;
  readonly #filesIn: Statement<[string, string, number], ArchivedFile>;
  readonly #isOnRecord: Statement<[string], number>;
  readonly #markFile: Statement<[string | null, number, string], never>;
  readonly #receiptFiles: Statement<[string, string, number, number], ReceiptFile>;
  readonly #markReceiptFile: Statement<[string | null, number, string, string], never>;
  readonly #outboundFiles: Statement<[string, string, number, number], OutboundFile>;
  readonly #markOutboundFile: Statement<[string | null, number, string, string], never>;
  readonly #nextRawXml: Statement<[number], number>;
  readonly #isOver: Statement<[number, string], number>;
  readonly #rawXmlIn: Statement<[number, number, number], number>;
  readonly #deleteRawXml: Statement<[number], never>;
  readonly #markContent: Statement<[number, string, string], never>;
  readonly #contentOf: Statement<[number], { kind: ContentKind | 'rawXml'; purgedAt: string }>;
  readonly #count: Statement<SqlValue[], never>;
  readonly #counts: Statement<[], PurgeCount>;
  readonly #clearCount: Statement<[string], never>;

  constructor(db: Database) {
    this.#db = db;
    this.contents = expiringContents(db);
    // A file that was set aside for a fault of ours is still to be taken in.
    this.#filesIn = db.prepare(
      `SELECT id AS batchId, archived_as AS archivedAs FROM batch
       WHERE archived_as > ? AND archived_as < ? AND archived_as IS NOT NULL AND file_purged_at IS NULL
         AND state = 'archived' AND status IS NOT 'UnExpectedError'
       ORDER BY archived_as LIMIT ?`,
    );
    this.#isOnRecord = db.prepareValue(
      'SELECT 1 FROM batch WHERE archived_as = ? AND archived_as IS NOT NULL AND file_purged_at IS NULL LIMIT 1',
    );
    this.#markFile = db.prepare(
      `UPDATE batch SET file_purged_at = ? WHERE id = ? AND archived_as = ? AND state = 'archived'`,
    );
    this.#receiptFiles = db.prepare(
      `SELECT receipt.id AS receiptId, published_as AS publishedAs, published_at AS publishedAt,
         batch.file_name AS sourceFileName, coalesce(shipment.format, batch.format) AS format
       FROM receipt LEFT JOIN batch ON batch.id = receipt.batch_id LEFT JOIN shipment ON shipment.id = receipt.shipment_id
       WHERE published_at IS NOT NULL AND receipt.file_purged_at IS NULL AND published_at < ?
         AND (published_at, receipt.id) > (?, ?) AND published_as IS NOT NULL
       ORDER BY published_at, receipt.id LIMIT ?`,
    );
    this.#markReceiptFile = db.prepare(
      'UPDATE receipt SET file_purged_at = ? WHERE id = ? AND published_as = ? AND published_at = ?',
    );
    this.#outboundFiles = db.prepare(
      `SELECT id AS outboundId, published_as AS publishedAs, published_at AS publishedAt FROM outbound_batch
       WHERE published_at IS NOT NULL AND file_purged_at IS NULL AND published_at < ? AND (published_at, id) > (?, ?)
       ORDER BY published_at, id LIMIT ?`,
    );
    this.#markOutboundFile = db.prepare(
      'UPDATE outbound_batch SET file_purged_at = ? WHERE id = ? AND published_as = ? AND published_at = ?',
    );
    this.#nextRawXml = db.prepareValue('SELECT item_id FROM item_raw_xml WHERE item_id > ? ORDER BY item_id LIMIT 1');
    this.#isOver = db.prepareValue(
      `SELECT 1 FROM shipment WHERE id = ? AND state <> 'staged' AND status IS NOT 'UnExpectedError' AND ended_at < ?`,
    );
    this.#rawXmlIn = db.prepareValue(
      'SELECT item_id FROM item_raw_xml WHERE item_id > ? AND item_id <= ? ORDER BY item_id LIMIT ?',
    );
    this.#deleteRawXml = db.prepare('DELETE FROM item_raw_xml WHERE item_id = ?');
    this.#markContent = db.prepare('INSERT OR REPLACE INTO purged_content (item_id, kind, purged_at) VALUES (?, ?, ?)');
    this.#contentOf = db.prepare(
      'SELECT kind, purged_at AS purgedAt FROM purged_content WHERE item_id = ? ORDER BY kind',
    );
    this.#count = db.prepare(
      `INSERT INTO purge_count (kind, days, removed, bytes, started_at, user_name) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (kind) DO UPDATE SET removed = removed + excluded.removed, bytes = bytes + excluded.bytes`,
    );
    this.#counts = db.prepare(
      `SELECT kind, days, removed, bytes, started_at AS startedAt, user_name AS user FROM purge_count ORDER BY kind`,
    );
    this.#clearCount = db.prepare('DELETE FROM purge_count WHERE kind = ?');
  }

  /** Overwrites what is deleted from here on, where that costs no further writing; whole pages are given back in the end. */
  eraseWhatIsDeleted(): void {
    this.#db.exec('PRAGMA secure_delete = FAST');
  }

  /**
   * Files on record in a folder that nobody needs any more, by path.
   * @param folder relative to the home, without a slash at its end
   * @param after the path that was given last; null at the beginning
   */
  filesIn(folder: string, after: string | null, limit: number): readonly ArchivedFile[] {
    // What begins with `folder/` stands between the two: a zero follows the slash.
    return this.#filesIn.all(after ?? `${folder}/`, `${folder}0`, limit);
  }

  /** Whether a path relative to the home is where the file of some batch is. */
  isOnRecord(path: string): boolean {
    return this.#isOnRecord.get(path) !== undefined;
  }

  /** Puts its removal on record; null takes that back. False when the file has been moved meanwhile. */
  markFile({ batchId, archivedAs }: ArchivedFile, at: string | null): boolean {
    return this.#markFile.run(at, batchId, archivedAs) > 0;
  }

  /** Receipt files published before a time (UTC), oldest first, after one that was given before. */
  receiptFiles(before: string, after: ReceiptFile | null, limit: number): readonly ReceiptFile[] {
    return this.#receiptFiles.all(before, after?.publishedAt ?? '', after?.receiptId ?? 0, limit);
  }

  /** Puts its removal on record; null takes that back. False when the receipt was published anew meanwhile. */
  markReceiptFile({ receiptId, publishedAs, publishedAt }: ReceiptFile, at: string | null): boolean {
    return this.#markReceiptFile.run(at, receiptId, publishedAs, publishedAt) > 0;
  }

  /** Files of batches sent out before a time (UTC), oldest first, after one that was given before. */
  outboundFiles(before: string, after: OutboundFile | null, limit: number): readonly OutboundFile[] {
    return this.#outboundFiles.all(before, after?.publishedAt ?? '', after?.outboundId ?? 0, limit);
  }

  /** Puts its removal on record; null takes that back. False when the batch was written anew meanwhile. */
  markOutboundFile({ outboundId, publishedAs, publishedAt }: OutboundFile, at: string | null): boolean {
    return this.#markOutboundFile.run(at, outboundId, publishedAs, publishedAt) > 0;
  }

  /** Items whose raw XML is kept, of shipments that were settled before a time (UTC), in pages by id. */
  *rawXml(settledBefore: string, limit: number): Generator<readonly number[]> {
    let after = 0;
    for (let next = this.#nextRawXml.get(after); next !== undefined; next = this.#nextRawXml.get(after)) {
      const shipmentId = shipmentIdOf(next);
      const { last } = itemRangeOf(shipmentId, MOST_ITEMS);
      if (this.#isOver.get(shipmentId, settledBefore) === undefined) {
        after = last;
        continue;
      }
      const page = this.#rawXmlIn.all(after, last, limit);
      yield page;
      after = page.at(-1) ?? last;
    }
  }

  removeRawXml(itemId: number): boolean {
    return this.#deleteRawXml.run(itemId) > 0;
  }

  /** Puts on record that an item no longer holds what it held. */
  markContent(itemId: number, kind: ContentKind | 'rawXml', at: string): void {
    this.#markContent.run(itemId, kind, at);
  }

  /** What has been purged of an item; mostly nothing. */
  contentOf(itemId: number): readonly { readonly kind: ContentKind | 'rawXml'; readonly purgedAt: string }[] {
    return this.#contentOf.all(itemId);
  }

  /** Belongs into the transaction of the removal. */
  count({ kind, days, removed, bytes, startedAt, user }: PurgeCount): void {
    this.#count.run(kind, days, removed, bytes, startedAt, user);
  }

  /** What the audit log has not been told yet. */
  counts(): readonly PurgeCount[] {
    return this.#counts.all();
  }

  /** Belongs into the transaction that enters the count in the audit log. */
  clearCount(kind: PurgeKind): void {
    this.#clearCount.run(kind);
  }

  /** Gives so many free pages at most back to the disk, in one write. @returns how many bytes it gave back */
  giveBack(pages: number): number {
    return this.#db.giveBack(pages);
  }
}

const MOST_ITEMS = 999_999_999;
