import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach } from 'vitest';
import type { Message, PrefillField, PrefillFormSet, Subscription } from '../../src/domain/content.js';
import type { DataItem } from '../../src/domain/data-item.js';
import type { Format } from '../../src/domain/format.js';
import { type Issue, issue } from '../../src/domain/issue.js';
import type { ShipmentState } from '../../src/store/shipment-store.js';
import { Store } from '../../src/store/store.js';

export const NOW = '2009-10-01T08:00:00.000Z';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** A folder of the test's own, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'altinn-batch-store-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenStore {
  readonly file: string;
  readonly store: Store;
  /** A second connection, to look into the file beside the store. */
  readonly sql: BetterSqlite3.Database;
}

export function openStore(file = join(temporaryFolder(), 'altinn-batch.db')): OpenStore {
  const store = Store.open(file, { busyTimeoutMs: 2000, fileMode: 0o640, now: () => NOW });
  const sql = new BetterSqlite3(file);
  sql.pragma('foreign_keys = ON');
  cleanups.push(() => {
    sql.close();
    store.close();
  });
  return { file, store, sql };
}

let workKeys = 0;

export function claimBatch(store: Store, fileName = 'a.xml'): number {
  workKeys++;
  const workKey = `key-${workKeys}`;
  return store.batches.claim({ workKey, mailbox: null, fileName, bytes: 10, modifiedAt: NOW, claimedAt: NOW }).id;
}

export interface Header {
  readonly format?: Format;
  readonly systemUserCode?: string;
  readonly reference?: string | null;
  readonly sequenceValue?: number | null;
}

/** A batch with one shipment in it. */
export function openShipment(store: Store, header: Header = {}): { batchId: number; shipmentId: number } {
  const batchId = claimBatch(store);
  const { format = 'subscription', systemUserCode = 'SKD', reference = 'R-1', sequenceValue = null } = header;
  const sequenceNo = sequenceValue === null ? null : String(sequenceValue).padStart(3, '0');
  const { shipmentId } = store.shipments.open(batchId, {
    format,
    systemUserCode,
    reference,
    sequenceNo,
    sequenceValue,
  });
  return { batchId, shipmentId };
}

/** Receipt and verdict, in the one durable transaction that they belong in. Returns the receipt's id. */
export function settle(
  store: Store,
  { batchId, shipmentId }: { batchId: number; shipmentId: number },
  state: Exclude<ShipmentState, 'staged'> = 'accepted',
): number {
  const statusCode = state === 'accepted' ? 'OK' : 'ValidationFailed';
  return store.durableTransaction(() => {
    const receiptId = store.receipts.create({
      batchId,
      shipmentId,
      statusCode,
      typeName: 'Subscription',
      text: 'As it went.',
      lastChanged: '2009-10-01T10:00:00',
      references: [],
      subReceipts: state === 'refused' ? 0 : store.shipments.counts(shipmentId).total,
    });
    store.shipments.settle(shipmentId, { state, status: statusCode, endedAt: NOW, receiptId });
    return receiptId;
  });
}

/** All the rows of a table, to compare before and after. */
export function countRows(sql: BetterSqlite3.Database): Record<string, number> {
  const tables = sql.prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return Object.fromEntries(
    tables.map(({ name }) => [
      name,
      sql.prepare<[], { n: number }>(`SELECT count(*) AS n FROM "${name}"`).get()?.n ?? 0,
    ]),
  );
}

/** What SQLite itself finds wrong with the file: nothing. */
export function faultsOf(sql: BetterSqlite3.Database): unknown[] {
  const integrity = sql.prepare<[], { integrity_check: string }>('PRAGMA integrity_check').all();
  return [...sql.prepare('PRAGMA foreign_key_check').all(), ...integrity.filter((row) => row.integrity_check !== 'ok')];
}

export function anItem(ordinal: number, changes: Partial<DataItem> = {}): DataItem {
  return {
    ordinal,
    reporteeOrdinal: ordinal,
    line: ordinal * 10,
    position: 5,
    byteOffset: ordinal * 100,
    byteLength: 100,
    serviceCode: '1051',
    serviceEditionCode: '201010',
    reportee: '974761076',
    sendersReference: null,
    shortName: null,
    content: aSubscription(),
    issues: [],
    rawXml: null,
    rawXmlTruncated: false,
    ...changes,
  };
}

export function aFailedItem(ordinal: number, changes: Partial<DataItem> = {}): DataItem {
  const rawXml = `<FormTask>${ordinal}</FormTask>`;
  return anItem(ordinal, { content: null, rawXml, issues: [anError('PeriodType is unknown.')], ...changes });
}

export function anError(message: string): Issue {
  return issue(0, 'Error', message, { line: 12, position: 3 }, 'S-1');
}

export function aWarning(message: string): Issue {
  return issue(0, 'Warning', message, { line: 13, position: 4 });
}

export function aSubscription(changes: Partial<Subscription> = {}): Subscription {
  return {
    kind: 'subscription',
    serviceEditionCodeGiven: null,
    startDate: '2010-01-01',
    expirationDate: null,
    nextScheduledDate: '2010-02-01',
    nextDueDate: '2010-03-01',
    visibleDate: null,
    periodType: 'Monthly',
    caseId: null,
    identifyingFields: ['A', 'B'],
    identifyingFieldsHash: 'ab',
    ...changes,
  };
}

export function aFormSet(changes: Partial<PrefillFormSet> = {}): PrefillFormSet {
  return {
    kind: 'prefillFormSet',
    validFrom: '2010-01-01',
    validTo: '2010-12-31',
    identityFieldHashCodeGiven: null,
    receiversReference: null,
    identifyingFields: ['A'],
    identifyingFieldsHash: 'a',
    attachments: [
      {
        attachmentName: 'Kart',
        fileName: 'kart.pdf',
        data: Buffer.from([0, 255, 1, 254]),
        sendersReference: 'V-1',
        encrypted: false,
        attachmentType: 'application_pdf',
        signingLocked: true,
        signedByDefault: null,
      },
    ],
    forms: [
      {
        dataFormatId: '890',
        dataFormatVersion: '10451',
        sendersReference: 'F-1',
        parentReference: null,
        formData: '<Skjema/>',
        signingLocked: null,
        signedByDefault: false,
      },
    ],
    ...changes,
  };
}

export function aPrefillField(changes: Partial<PrefillField> = {}): PrefillField {
  return {
    kind: 'prefillField',
    fieldId: '/Skjema/navn',
    validFrom: '2010-01-01',
    validTo: '2010-12-31',
    index: 2,
    value: 'Kari',
    ...changes,
  };
}

export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    kind: 'message',
    serviceEditionGiven: '2009',
    shortName: null,
    languageCode: '1044',
    messageTitle: 'Skatteoppgjør',
    messageSummary: 'Oppgjøret er klart',
    messageBody: '<p>Les <b>mer</b></p>',
    messageBodyIsMarkup: true,
    visibleDateTime: '2009-10-01T00:00:00',
    allowSystemDeleteDateTime: null,
    dueDateTime: null,
    archiveReference: 'AR1',
    allowForwarding: true,
    caseId: 7,
    isReservable: false,
    onBehalfOfOrgNr: null,
    requireConfirmation: true,
    customData: [{ key: 'Year', value: '2009' }],
    attachments: [
      {
        fileName: 'brev.pdf',
        name: 'Brev',
        encrypted: false,
        data: Buffer.from('%PDF'),
        sendersReference: null,
        functionType: 'Unspecified',
        attachmentType: null,
        destinationType: 'Default',
      },
    ],
    xmlAttachments: [
      { sendersReference: 'X-1', dataFormatId: '890', dataFormatVersion: '10451', formDataXml: '<Skjema/>' },
    ],
    replyOptions: [
      { kind: 'Service', serviceCode: '1051', serviceEdition: null },
      { kind: 'ArchiveReference', archiveReference: 'AR2' },
      { kind: 'Url', linkText: 'Les mer', linkUrl: 'https://example.no/' },
    ],
    notifications: [
      {
        fromAddress: 'a@example.no',
        shipmentDateTime: '2009-10-02T00:00:00',
        languageCode: '1044',
        notificationType: 'Correspondence',
        useServiceOwnerShortNameAsSenderOfSms: null,
        participantId: '974761076',
        textTokens: [{ tokenNum: 1, tokenValue: 'Hei' }],
        endPoints: [
          { transportType: 'SMS', receiverAddress: '99999999' },
          { transportType: 'Both', receiverAddress: null },
        ],
      },
    ],
    sdpOptions: {
      sdpSetting: 'CopyAltinn',
      backupAltinn: true,
      title: null,
      notSensitiveTitle: 'Brev',
      visibleDateTime: null,
      primaryDocumentFileName: 'brev.pdf',
      emailNotification: { notificationText: 'Ny post', address: 'b@example.no', daysDelayed: [0, 7] },
      smsNotification: { notificationText: 'Ny post', address: null, daysDelayed: [3] },
    },
    ...changes,
  };
}
