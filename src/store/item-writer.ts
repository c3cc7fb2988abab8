import type { DataItem } from '../domain/data-item.js';
import type { Issue } from '../domain/issue.js';
import { ContentWriter } from './content-writer.js';
import type { Database, SqlValue, Statement } from './database.js';
import { itemIdOf } from './item-id.js';

/** Writes staged items: the hot path of intake, so values are bound by place and nothing is copied on the way. */
export class ItemWriter {
  readonly #content: ContentWriter;
  readonly #item: Statement<SqlValue[], never>;
  readonly #rawXml: Statement<[number, number, string], never>;
  readonly #issue: Statement<SqlValue[], never>;

  constructor(db: Database) {
    this.#content = new ContentWriter(db);
    this.#item = db.prepare(
      `INSERT INTO item (id, shipment_id, reportee_ordinal, line, position, byte_offset, byte_length, state,
         service_code, service_edition_code, reportee, senders_reference, short_name)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#rawXml = db.prepare('INSERT INTO item_raw_xml (item_id, truncated, raw_xml) VALUES (?, ?, ?)');
    this.#issue = db.prepare(
      `INSERT INTO issue (batch_id, shipment_id, item_id, code, level, message, line, position, reference, reported_at)
       VALUES (?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  write(batchId: number, shipmentId: number, item: DataItem, at: string): void {
    const itemId = itemIdOf(shipmentId, item.ordinal);
    this.#item.run(
      itemId,
      shipmentId,
      item.reporteeOrdinal,
      item.line,
      item.position,
      item.byteOffset,
      item.byteLength,
      item.ignored ? 'ignored' : item.content === null ? 'failed' : 'accepted',
      item.serviceCode,
      item.serviceEditionCode,
      item.reportee,
      item.sendersReference,
      item.shortName,
    );
    if (item.content !== null) this.#content.write(itemId, item, item.content);
    if (item.rawXml !== null) this.writeRawXml(itemId, item.rawXml, item.rawXmlTruncated);
    for (const one of item.issues) this.writeIssue(batchId, itemId, one, at);
  }

  writeRawXml(itemId: number, rawXml: string, truncated: boolean): void {
    this.#rawXml.run(itemId, truncated ? 1 : 0, rawXml);
  }

  writeIssue(batchId: number, itemId: number, one: Issue, at: string): void {
    const { code, level, message, line, position, reference } = one;
    this.#issue.run(batchId, itemId, code, level, message, line, position, reference, at);
  }
}
