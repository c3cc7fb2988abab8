/** A home for files that mean harm, the real commands run on it, and what they made visible. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { altinnBatch, jsonLines } from '../support/cli.js';

export interface Shipment {
  readonly file: string;
  readonly batchId: number;
  readonly status: string;
  readonly text: string;
  readonly receipt: string;
  readonly items: { readonly total: number; readonly accepted: number; readonly failed: number };
}

export interface Found {
  readonly file: string;
  readonly item: number | null;
  readonly line: number;
  readonly position: number;
  readonly message: string;
}

export interface StoredItem {
  readonly ordinal: number;
  readonly state: string;
  readonly line: number;
  readonly rawXml: string | null;
  readonly truncated: number | null;
}

const CATALOGUE = {
  serviceOwners: [{ code: 'SKD', name: 'Skatteetaten' }],
  services: [
    { serviceCode: 'PSA', serviceEditionCode: '2009', type: 'Correspondence', name: 'Message' },
    { serviceCode: '1051', serviceEditionCode: '1', type: 'FormTask', name: 'Form' },
  ].map((one) =>
    one.type === 'FormTask'
      ? one
      : { ...one, message: { title: null, requireBody: false, requireConfirmation: false } },
  ),
};

export class HostileHome {
  readonly root = mkdtempSync(join(tmpdir(), 'altinn-batch-hostile-'));

  constructor(settings: object = {}) {
    mkdirSync(join(this.root, 'inbox'));
    writeFileSync(join(this.root, 'services.json'), JSON.stringify(CATALOGUE));
    writeFileSync(join(this.root, 'altinn-batch.json'), JSON.stringify({ stableSeconds: 0, ...settings }));
  }

  drop(name: string, content: string | Buffer): void {
    writeFileSync(join(this.root, 'inbox', name), content);
  }

  /** Validates all that is in the inbox, then takes it in. */
  async process(): Promise<{
    found: Found[];
    validateExit: number | null;
    shipments: Shipment[];
    exit: number | null;
  }> {
    const files = readdirSync(join(this.root, 'inbox')).map((name) => join(this.root, 'inbox', name));
    const validated = await altinnBatch(['validate', '--json', '--home', this.root, ...files]);
    const run = await altinnBatch(['run', '--json', '--home', this.root]);
    return {
      found: jsonLines<Found>(validated.stdout),
      validateExit: validated.exitCode,
      shipments: jsonLines<Shipment>(run.stdout),
      exit: run.exitCode,
    };
  }

  receipt({ receipt }: Shipment): string {
    return readFileSync(join(this.root, receipt), 'utf8');
  }

  /** Rows of all visible views that belong to the batch. */
  visible({ batchId }: Shipment): number {
    return this.#read((database) => {
      const ofBatch = 'shipment_id IN (SELECT id FROM shipment WHERE batch_id = ?)';
      const views = ['item', 'prefill_form_set', 'prefill_field', 'subscription', 'message'];
      const counts = views.map((view) =>
        Number(database.prepare(`SELECT count(*) FROM visible_${view} WHERE ${ofBatch}`).pluck().get(batchId)),
      );
      return counts.reduce((a, b) => a + b, 0);
    });
  }

  items({ batchId }: Shipment): StoredItem[] {
    return this.#read((database) =>
      database
        .prepare<[number], StoredItem>(
          `SELECT ordinal, state, line, raw_xml AS rawXml, truncated
           FROM visible_item LEFT JOIN item_raw_xml ON item_id = visible_item.id
           WHERE batch_id = ? ORDER BY ordinal`,
        )
        .all(batchId),
    );
  }

  folder(name: string): string[] {
    return readdirSync(join(this.root, name));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #read<T>(query: (database: Database.Database) => T): T {
    const database = new Database(join(this.root, 'data', 'altinn-batch.db'), { readonly: true });
    try {
      return query(database);
    } finally {
      database.close();
    }
  }
}
