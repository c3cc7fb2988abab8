import type { Database, Statement } from './database.js';

/** An attachment of a message, without its bytes. */
export interface StoredAttachment {
  readonly kind: 'binary' | 'xml';
  /** Of its row. */
  readonly id: number;
  /** As the sender named the file; null for XML, which has no file name. */
  readonly fileName: string | null;
  /** What it is called: Name, or the DataFormatID of XML. */
  readonly name: string;
  readonly sendersReference: string | null;
  readonly attachmentType: string | null;
  readonly encrypted: boolean;
}

type Row = Omit<StoredAttachment, 'kind' | 'encrypted'> & { readonly encrypted: 0 | 1 };

/** Reads attachments back, the bytes of one at a time. */
export class AttachmentReader {
  readonly #isMessage: Statement<[number], number>;
  readonly #lists: Readonly<Record<StoredAttachment['kind'], Statement<[number], Row>>>;
  readonly #contents: Readonly<Record<StoredAttachment['kind'], Statement<[number], Buffer | string>>>;

  constructor(db: Database) {
    this.#isMessage = db.prepareValue('SELECT 1 FROM visible_message WHERE item_id = ?');
    this.#lists = {
      binary: db.prepare(
        `SELECT id, file_name AS fileName, name, senders_reference AS sendersReference,
           attachment_type AS attachmentType, encrypted FROM message_attachment WHERE item_id = ? ORDER BY ordinal`,
      ),
      xml: db.prepare(
        `SELECT id, NULL AS fileName, data_format_id AS name, senders_reference AS sendersReference,
           NULL AS attachmentType, 0 AS encrypted FROM message_xml_attachment WHERE item_id = ? ORDER BY ordinal`,
      ),
    };
    this.#contents = {
      binary: db.prepareValue('SELECT data FROM message_attachment WHERE id = ?'),
      xml: db.prepareValue('SELECT form_data_xml FROM message_xml_attachment WHERE id = ?'),
    };
  }

  /**
   * Those that are files first, then those that are XML, each in the order of the file that they came in. Undefined when
   * there is no such message, or its content is purged.
   */
  of(itemId: number): readonly StoredAttachment[] | undefined {
    if (this.#isMessage.get(itemId) === undefined) return undefined;
    const list = (kind: StoredAttachment['kind']) =>
      this.#lists[kind].all(itemId).map((row) => ({ ...row, kind, encrypted: row.encrypted === 1 }));
    return [...list('binary'), ...list('xml')];
  }

  /** Its bytes, or its text when it is XML; undefined when it is gone. */
  contentOf({ kind, id }: Pick<StoredAttachment, 'kind' | 'id'>): Buffer | string | undefined {
    return this.#contents[kind].get(id);
  }
}
