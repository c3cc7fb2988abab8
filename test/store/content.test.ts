import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ItemContent } from '../../src/domain/content.js';
import { Database } from '../../src/store/database.js';
import { ItemContentReader } from '../../src/store/item-content-reader.js';
import { itemIdOf } from '../../src/store/item-id.js';
import { readContent } from './content-reader.js';
import {
  aFailedItem,
  aFormSet,
  aMessage,
  anError,
  anItem,
  aPrefillField,
  aSubscription,
  openShipment,
  openStore,
  settle,
} from './fixture.js';

describe('what an accepted item holds', () => {
  test.each<ItemContent>([aFormSet(), aPrefillField(), aSubscription(), aMessage()])(
    'a $kind is found again with every value',
    (content) => {
      const { store, sql } = openStore();
      const { shipmentId } = openShipment(store);
      store.shipments.stage(shipmentId, [anItem(1, { content })]);
      expect(readContent(sql, itemIdOf(shipmentId, 1))).toEqual(content);
    },
  );

  test('any content at all is found again, whatever is given or left out and however often it repeats', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    let ordinal = 0;
    fc.assert(
      fc.property(anyContent, (content) => {
        ordinal++;
        store.shipments.stage(shipmentId, [anItem(ordinal, { content })]);
        expect(readContent(sql, itemIdOf(shipmentId, ordinal))).toEqual(content);
      }),
      { numRuns: 300 },
    );
  });

  test('the log tells all of it, of attachments their size and hash', () => {
    const { store, file } = openStore();
    const db = Database.open(file, { busyTimeoutMs: 2000, fileMode: 0o640 });
    onTestFinished(() => db.close());
    const reader = new ItemContentReader(db);
    const { shipmentId } = openShipment(store);
    let ordinal = 0;
    fc.assert(
      fc.property(anyContent, (content) => {
        ordinal++;
        store.shipments.stage(shipmentId, [anItem(ordinal, { content })]);
        expect(reader.read(itemIdOf(shipmentId, ordinal))).toEqual(digestOf(content));
      }),
      { numRuns: 100 },
    );
    expect(reader.read(itemIdOf(shipmentId, ordinal + 1))).toBeNull();
  });

  test('the log tells of a form set whether it is in force, and which took the place of which', () => {
    const { store } = openStore();
    const [first, second] = [1, 2].map((number) => {
      const shipment = openShipment(store, { format: 'prefill', reference: `R-${number}` });
      store.shipments.stage(shipment.shipmentId, [anItem(1, { content: aFormSet() })]);
      settle(store, shipment);
      return itemIdOf(shipment.shipmentId, 1);
    }) as [number, number];
    expect(store.itemLog.byId(first)?.content).toMatchObject({ inForce: false, replacedBy: second, replaces: [] });
    expect(store.itemLog.byId(second)?.content).toMatchObject({ inForce: true, replacedBy: null, replaces: [first] });
  });

  test('text is stored plain, not as bytes', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [anItem(1, { content: aFormSet() })]);
    expect(sql.prepare('SELECT typeof(form_data) AS type FROM prefill_form').get()).toEqual({ type: 'text' });
  });
});

describe('what is told of an item whether or not it is accepted', () => {
  test('its fields, place and byte range have columns', () => {
    const { store, sql } = openStore();
    const { shipmentId } = openShipment(store);
    store.shipments.stage(shipmentId, [
      anItem(1, { reporteeOrdinal: null, sendersReference: 'S-1', shortName: 'PSA 2009' }),
    ]);
    expect(sql.prepare('SELECT * FROM item').get()).toEqual({
      id: itemIdOf(shipmentId, 1),
      shipment_id: shipmentId,
      ordinal: 1,
      reportee_ordinal: null,
      line: 10,
      position: 5,
      byte_offset: 100,
      byte_length: 100,
      state: 'accepted',
      service_code: '1051',
      service_edition_code: '201010',
      reportee: '974761076',
      senders_reference: 'S-1',
      short_name: 'PSA 2009',
    });
  });

  test('a failed item keeps its raw XML and its Issues, and has no content', () => {
    const { store, sql } = openStore();
    const { batchId, shipmentId } = openShipment(store);
    const item = aFailedItem(1, { rawXmlTruncated: true, issues: [anError('One.'), anError('Two.')] });
    store.shipments.stage(shipmentId, [item]);

    const itemId = itemIdOf(shipmentId, 1);
    expect(sql.prepare('SELECT * FROM item_raw_xml').all()).toEqual([
      { item_id: itemId, truncated: 1, raw_xml: '<FormTask>1</FormTask>' },
    ]);
    expect(sql.prepare('SELECT batch_id, shipment_id, item_id, message, line, reference FROM issue').all()).toEqual([
      { batch_id: batchId, shipment_id: null, item_id: itemId, message: 'One.', line: 12, reference: 'S-1' },
      { batch_id: batchId, shipment_id: null, item_id: itemId, message: 'Two.', line: 12, reference: 'S-1' },
    ]);
    expect(readContent(sql, itemId)).toBeNull();
  });
});

/** What the log is to tell of a content that was just staged. */
function digestOf(content: ItemContent): object {
  if (content.kind === 'subscription' || content.kind === 'prefillField') return content;
  const attachments = content.attachments.map(({ data, ...attachment }) => ({
    ...attachment,
    bytes: data.length,
    sha256: createHash('sha256').update(data).digest('hex'),
  }));
  const notInForce = { inForce: false, replacedBy: null, replaces: [] };
  return { ...content, attachments, ...(content.kind === 'prefillFormSet' ? notInForce : {}) };
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => !one.includes('\0'));
const maybeText = fc.option(text);
const maybeBoolean = fc.option(fc.boolean());
const int = fc.integer();
const data = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes));
const few = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });

const anySdpNotification = fc.record({ notificationText: text, address: maybeText, daysDelayed: few(fc.nat(25)) });

const anyContent: fc.Arbitrary<ItemContent> = fc.oneof(
  fc.record({
    kind: fc.constant('prefillFormSet' as const),
    validFrom: text,
    validTo: text,
    identityFieldHashCodeGiven: maybeText,
    receiversReference: maybeText,
    identifyingFields: few(text),
    identifyingFieldsHash: maybeText,
    attachments: few(
      fc.record({
        attachmentName: text,
        fileName: text,
        data,
        sendersReference: text,
        encrypted: fc.boolean(),
        attachmentType: text,
        signingLocked: maybeBoolean,
        signedByDefault: maybeBoolean,
      }),
    ),
    forms: few(
      fc.record({
        dataFormatId: text,
        dataFormatVersion: text,
        sendersReference: text,
        parentReference: maybeText,
        formData: text,
        signingLocked: maybeBoolean,
        signedByDefault: maybeBoolean,
      }),
    ),
  }),
  fc.record({
    kind: fc.constant('prefillField' as const),
    fieldId: text,
    validFrom: text,
    validTo: text,
    index: fc.option(int),
    value: text,
  }),
  fc.record({
    kind: fc.constant('subscription' as const),
    serviceEditionCodeGiven: maybeText,
    startDate: text,
    expirationDate: maybeText,
    nextScheduledDate: text,
    nextDueDate: text,
    visibleDate: maybeText,
    periodType: text,
    caseId: fc.option(int),
    identifyingFields: few(text),
    identifyingFieldsHash: maybeText,
  }),
  fc.record({
    kind: fc.constant('message' as const),
    serviceEditionGiven: maybeText,
    shortName: maybeText,
    languageCode: text,
    messageTitle: text,
    messageSummary: maybeText,
    messageBody: maybeText,
    messageBodyIsMarkup: fc.boolean(),
    visibleDateTime: maybeText,
    allowSystemDeleteDateTime: maybeText,
    dueDateTime: maybeText,
    archiveReference: maybeText,
    allowForwarding: maybeBoolean,
    caseId: fc.option(int),
    isReservable: maybeBoolean,
    onBehalfOfOrgNr: maybeText,
    requireConfirmation: maybeBoolean,
    customData: few(fc.record({ key: maybeText, value: maybeText })),
    attachments: few(
      fc.record({
        fileName: text,
        name: text,
        encrypted: fc.boolean(),
        data,
        sendersReference: maybeText,
        functionType: maybeText,
        attachmentType: maybeText,
        destinationType: maybeText,
      }),
    ),
    xmlAttachments: few(
      fc.record({ sendersReference: text, dataFormatId: text, dataFormatVersion: text, formDataXml: text }),
    ),
    replyOptions: few(
      fc.oneof(
        fc.record({ kind: fc.constant('Service' as const), serviceCode: text, serviceEdition: maybeText }),
        fc.record({ kind: fc.constant('ArchiveReference' as const), archiveReference: text }),
        fc.record({ kind: fc.constant('Url' as const), linkText: text, linkUrl: text }),
      ),
    ),
    notifications: few(
      fc.record({
        fromAddress: maybeText,
        shipmentDateTime: text,
        languageCode: text,
        notificationType: text,
        useServiceOwnerShortNameAsSenderOfSms: maybeBoolean,
        participantId: maybeText,
        textTokens: few(fc.record({ tokenNum: int, tokenValue: text })),
        endPoints: few(fc.record({ transportType: text, receiverAddress: maybeText })),
      }),
    ),
    sdpOptions: fc.option(
      fc.record({
        sdpSetting: text,
        backupAltinn: maybeBoolean,
        title: maybeText,
        notSensitiveTitle: maybeText,
        visibleDateTime: maybeText,
        primaryDocumentFileName: text,
        emailNotification: fc.option(anySdpNotification),
        smsNotification: fc.option(anySdpNotification),
      }),
    ),
  }),
);
