import type { OwnerSettings } from '../config/owner-settings.js';
import {
  Catalogue,
  type FormDefinition,
  type MessageDefinition,
  type ServiceOwner,
  type ServiceType,
} from '../domain/service.js';
import type { Database, SqlValue, Statement } from './database.js';
import { sqlBoolean } from './sql-boolean.js';

/** The service catalogue as it was last imported. */
export class CatalogueStore {
  readonly #db: Database;
  readonly #clear: readonly Statement<[], never>[];
  readonly #insertOwner: Statement<[string, number, string, string | null, string, string], never>;
  readonly #insertService: Statement<SqlValue[], never>;
  readonly #insertForm: Statement<SqlValue[], never>;
  readonly #insertImport: Statement<[string, string, number, number], never>;
  readonly #currentSha256: Statement<[], string>;
  readonly #owners: Statement<[], OwnerRow>;
  readonly #ownerSettings: Statement<[string], string>;
  readonly #services: Statement<[], ServiceRow>;
  readonly #forms: Statement<[string, string], FormDefinition>;

  constructor(db: Database) {
    this.#db = db;
    this.#clear = ['service_form', 'service', 'service_owner'].map((table) => db.prepare(`DELETE FROM ${table}`));
    this.#insertOwner = db.prepare(
      `INSERT INTO service_owner (code, ordinal, name, org_number, ignore_service_codes, settings)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#insertService = db.prepare(
      `INSERT INTO service (service_code, service_edition_code, ordinal, service_owner, type, name, has_message,
         message_title, message_require_body, message_require_confirmation, message_confirmations,
         message_usage_report_days)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insertForm = db.prepare(
      `INSERT INTO service_form (service_code, service_edition_code, ordinal, data_format_id, data_format_version, schema)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#insertImport = db.prepare(
      'INSERT INTO catalogue_import (sha256, imported_at, service_owners, services) VALUES (?, ?, ?, ?)',
    );
    this.#currentSha256 = db.prepareValue('SELECT sha256 FROM catalogue_import ORDER BY id DESC LIMIT 1');
    this.#owners = db.prepare(
      `SELECT code, name, org_number AS orgNumber, ignore_service_codes AS ignoreServiceCodes, settings
       FROM service_owner ORDER BY ordinal`,
    );
    this.#ownerSettings = db.prepareValue('SELECT settings FROM service_owner WHERE code = ?');
    this.#services = db.prepare(
      `SELECT service_code AS serviceCode, service_edition_code AS serviceEditionCode, service_owner AS serviceOwner,
         type, name, has_message AS hasMessage, message_title AS title, message_require_body AS requireBody,
         message_require_confirmation AS requireConfirmation, message_confirmations AS confirmations,
         message_usage_report_days AS usageReportDays
       FROM service ORDER BY ordinal`,
    );
    this.#forms = db.prepare(
      `SELECT data_format_id AS dataFormatId, data_format_version AS dataFormatVersion, schema
       FROM service_form WHERE service_code = ? AND service_edition_code = ? ORDER BY ordinal`,
    );
  }

  /** Puts a catalogue in the place of the one before. `sha256` is that of its file. */
  replace(catalogue: Catalogue, sha256: string, at: string): void {
    this.#db.transaction(() => {
      for (const statement of this.#clear) statement.run();
      catalogue.serviceOwners.forEach(({ code, name, orgNumber, ignoreServiceCodes, settings }, index) => {
        const lists = [JSON.stringify(ignoreServiceCodes), JSON.stringify(settings)] as const;
        this.#insertOwner.run(code, index + 1, name, orgNumber, ...lists);
      });
      catalogue.services.forEach((service, index) => {
        const { serviceCode, serviceEditionCode, serviceOwner, type, name, message } = service;
        this.#insertService.run(
          serviceCode,
          serviceEditionCode,
          index + 1,
          serviceOwner,
          type,
          name,
          sqlBoolean(message !== null),
          message?.title ?? null,
          sqlBoolean(message?.requireBody ?? null),
          sqlBoolean(message?.requireConfirmation ?? null),
          message?.confirmations ?? null,
          message?.usageReportDays ?? null,
        );
        service.forms.forEach((form, place) => {
          const { dataFormatId, dataFormatVersion, schema } = form;
          this.#insertForm.run(serviceCode, serviceEditionCode, place + 1, dataFormatId, dataFormatVersion, schema);
        });
      });
      this.#insertImport.run(sha256, at, catalogue.serviceOwners.length, catalogue.services.length);
    });
  }

  /** Of the file imported last; undefined when there was none yet. */
  currentSha256(): string | undefined {
    return this.#currentSha256.get();
  }

  /** The settings that the service owner of a system user code has of its own; undefined when there is no such owner. */
  ownerSettings(systemUserCode: string): OwnerSettings | undefined {
    const settings = this.#ownerSettings.get(systemUserCode.slice(0, 3));
    return settings === undefined ? undefined : JSON.parse(settings);
  }

  load(): Catalogue {
    return this.#db.snapshot(() => {
      const services = this.#services.all().map((row) => ({
        serviceCode: row.serviceCode,
        serviceEditionCode: row.serviceEditionCode,
        serviceOwner: row.serviceOwner,
        type: row.type,
        name: row.name,
        message: toMessage(row),
        forms: this.#forms.all(row.serviceCode, row.serviceEditionCode),
      }));
      return new Catalogue(this.#owners.all().map(toOwner), services);
    });
  }
}

type OwnerRow = Omit<ServiceOwner, 'ignoreServiceCodes' | 'settings'> & {
  readonly ignoreServiceCodes: string;
  readonly settings: string;
};

function toOwner(row: OwnerRow): ServiceOwner {
  return { ...row, ignoreServiceCodes: JSON.parse(row.ignoreServiceCodes), settings: JSON.parse(row.settings) };
}

interface ServiceRow {
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly serviceOwner: string | null;
  readonly type: ServiceType;
  readonly name: string;
  readonly hasMessage: 0 | 1;
  readonly title: string | null;
  readonly requireBody: 0 | 1 | null;
  readonly requireConfirmation: 0 | 1 | null;
  readonly confirmations: MessageDefinition['confirmations'] | null;
  readonly usageReportDays: number | null;
}

function toMessage(row: ServiceRow): MessageDefinition | null {
  if (row.hasMessage === 0) return null;
  return {
    title: row.title,
    requireBody: row.requireBody === 1,
    requireConfirmation: row.requireConfirmation === 1,
    confirmations: row.confirmations ?? 'none',
    usageReportDays: row.usageReportDays,
  };
}
