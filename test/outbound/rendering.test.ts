import fc from 'fast-check';
import { type Element, parseXml } from 'libxmljs2';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { pieces as altutPieces } from '../../src/outbound/altut-confirmations.js';
import {
  CONFIRMATIONS_NAMESPACE,
  pieces as correspondencePieces,
} from '../../src/outbound/correspondence-confirmations.js';
import { USAGE_DATA_NAMESPACE, pieces as usagePieces } from '../../src/outbound/usage-data.js';
import { builderAttribute, builderText } from '../../src/receipts/xml-text.js';
import type { StoredConfirmation } from '../../src/store/confirmation-store.js';
import type { OutboundBatch } from '../../src/store/outbound-store.js';
import type { GroupInReport, StoredUsage } from '../../src/store/usage-report-store.js';
import { codeBlocks, document as documentOf } from '../docs/markdown.js';
import { anyText, inXml } from '../receipts/any-receipt.js';
import { faults } from '../schemas/xsd.js';

const BATCH: OutboundBatch = {
  id: 1,
  kind: 'AltUtConfirmationBatch',
  ownerCode: 'SKD',
  systemUserCode: 'SKD-PSA',
  sequenceNo: 2,
  reference: 'SKD-PSA-ALTUT-2',
  preparedAt: '2024-07-01T06:00:00.000Z',
  shipmentDateTime: '2024-07-01T08:00:00',
  timeZone: 'Europe/Oslo',
  entries: 2,
  receiptId: 1,
  publishedAs: null,
};

const READ: StoredConfirmation = {
  groupId: 1,
  kind: 'Read',
  id: 7,
  reportee: '310123455',
  sendersReference: 'M-1',
  shortName: 'PSA 2009',
  readAt: '2024-06-30T22:30:00.999Z',
  at: '2024-06-30T22:30:00.999Z',
  personNumber: null,
  roles: null,
  method: null,
};
const CONFIRMED: StoredConfirmation = {
  ...READ,
  kind: 'Confirmed',
  id: 8,
  at: '2024-12-31T23:00:00.000Z',
  personNumber: '14909021147',
  roles: 'DAGL LEDE',
  method: 3,
};

const SERVICE = { serviceCode: 'PSA', serviceEditionCode: '2009' };

const altut = (batch: OutboundBatch, ...entries: StoredConfirmation[]) => [...altutPieces(batch, entries)].join('');
const correspondence = (batch: OutboundBatch, ...entries: StoredConfirmation[]) =>
  [...correspondencePieces(batch, entries, () => SERVICE)].join('');

const anyEntry: fc.Arbitrary<StoredConfirmation> = fc.record({
  groupId: fc.constant(1),
  kind: fc.constantFrom('Read', 'Confirmed'),
  id: fc.nat(),
  reportee: anyText,
  sendersReference: fc.option(anyText),
  shortName: anyText,
  readAt: fc.constant(READ.readAt),
  at: fc.constant(CONFIRMED.at),
  personNumber: fc.option(anyText),
  roles: fc.option(anyText),
  method: fc.option(fc.constantFrom(1, 2, 3, 4)),
});

test('docs/outbound.md shows one of each kind as it is written', () => {
  const confirmed = { ...CONFIRMED, sendersReference: 'M-2', at: '2024-07-01T05:05:00.000Z' };
  const service = { groupId: 1, serviceCode: 'PSA', serviceEditionCode: '2009', serviceName: 'Skatteoppgjør' };
  const unread: StoredUsage = { itemId: 1, reportee: '310123455', state: 'Unread', sentAt: '2024-06-23T06:00:00.000Z' };
  const written = [
    altut(BATCH, READ, confirmed),
    correspondence({ ...BATCH, sequenceNo: 1, entries: 1 }, confirmed),
    [...usagePieces(BATCH, [service], () => [unread])].join(''),
  ];
  expect(codeBlocks(documentOf('docs/outbound.md'), 'xml').map(({ text }) => text)).toEqual(written);
});

describe('an AltUtConfirmationBatch', () => {
  test('names the batch before it, and tells times in the zone of the batch', () => {
    const xml = altut(BATCH, READ, { ...CONFIRMED, sendersReference: null });
    expect(faults('alt-ut-confirmation-batch.xsd', xml)).toEqual([]);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<AltUtConfirmationBatch batchReference="SKD-PSA-ALTUT-2" previousReference="SKD-PSA-ALTUT-1" receiverReference="SKD-PSA" timeStamp="2024-07-01T08:00:00" confirmationsInBatch="2">
  <AltUtConfirmations>
    <Confirmation participantId="310123455" shortName="PSA 2009" messageReference="M-1">
      <Read>
        <ReadDateTime>2024-07-01T00:30:00</ReadDateTime>
      </Read>
    </Confirmation>
    <Confirmation participantId="310123455" shortName="PSA 2009">
      <Read>
        <ReadDateTime>2024-07-01T00:30:00</ReadDateTime>
      </Read>
      <Confirmed participantId="14909021147">
        <ConfirmedDateTime>2025-01-01T00:00:00</ConfirmedDateTime>
        <ConfirmedRoleList>DAGL LEDE</ConfirmedRoleList>
        <LoginMethod>3</LoginMethod>
      </Confirmed>
    </Confirmation>
  </AltUtConfirmations>
</AltUtConfirmationBatch>
`);
  });

  test('is byte for byte what xmlbuilder2 writes, and holds every value, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 3 }), anyText, (entries, code) => {
        const batch = { ...BATCH, systemUserCode: code, sequenceNo: 1 };
        const xml = altut(batch, ...entries);
        expect(xml).toBe(altutByBuilder(batch, entries));
        const confirmations = parseXml(xml).find('//Confirmation') as Element[];
        const held = confirmations.map((one) => [
          one.attr('participantId')?.value(),
          one.attr('shortName')?.value(),
          one.attr('messageReference')?.value() ?? null,
        ]);
        expect(held).toEqual(
          entries.map((one) => [
            inXml(one.reportee ?? ''),
            inXml(one.shortName ?? ''),
            one.sendersReference === null ? null : inXml(one.sendersReference),
          ]),
        );
        expect(faults('alt-ut-confirmation-batch.xsd', xml)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a CorrespondenceConfirmations', () => {
  test('counts its shipments, and what it does not know of a confirmation is empty, or 0', () => {
    const xml = correspondence({ ...BATCH, sequenceNo: 1 }, { ...CONFIRMED, roles: null, method: null });
    expect(faults('correspondence-confirmations.xsd', xml)).toEqual([]);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<CorrespondenceConfirmations xmlns="${CONFIRMATIONS_NAMESPACE}">
  <SequenceNo>1</SequenceNo>
  <PreviousSequenceNo>0</PreviousSequenceNo>
  <SystemUserCode>SKD-PSA</SystemUserCode>
  <ShipmentDateTime>2024-07-01T08:00:00</ShipmentDateTime>
  <CountConfirmationsInShipment>2</CountConfirmationsInShipment>
  <Confirmation>
    <ServiceCode>PSA</ServiceCode>
    <ServiceEdition>2009</ServiceEdition>
    <Reportee>310123455</Reportee>
    <CorrespondenceReference>M-1</CorrespondenceReference>
    <Read>
      <ReadDateTime>2024-07-01T00:30:00</ReadDateTime>
    </Read>
    <Confirmed>
      <UserSSN>14909021147</UserSSN>
      <ConfirmedDateTime>2025-01-01T00:00:00</ConfirmedDateTime>
      <ConfirmedRoleList/>
      <AuthenticationMethod>0</AuthenticationMethod>
    </Confirmed>
  </Confirmation>
</CorrespondenceConfirmations>
`);
  });

  test('is byte for byte what xmlbuilder2 writes, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { minLength: 1, maxLength: 3 }), (entries) => {
        const xml = correspondence(BATCH, ...entries);
        expect(xml).toBe(correspondenceByBuilder(BATCH, entries));
        const references = parseXml(xml).find('//c:CorrespondenceReference', {
          c: CONFIRMATIONS_NAMESPACE,
        }) as Element[];
        expect(references.map((one) => one.text())).toEqual(
          entries.map(({ sendersReference }) => inXml(sendersReference ?? '')),
        );
        expect(faults('correspondence-confirmations.xsd', xml)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a CorrespondenceUsageData', () => {
  const group = (groupId: number, serviceCode: string, serviceEditionCode: string): GroupInReport => {
    return { groupId, serviceCode, serviceEditionCode, serviceName: `${serviceCode} & ${serviceEditionCode}` };
  };
  const MESSAGE: StoredUsage = {
    itemId: 1,
    reportee: '310123455',
    state: 'Unread',
    sentAt: '2024-06-23T06:00:00.000Z',
  };
  const usage = (groups: GroupInReport[], messages: Record<number, StoredUsage[]>) =>
    [...usagePieces(BATCH, groups, ({ groupId }) => messages[groupId] ?? [])].join('');

  test('holds the messages of several senders under one edition, and editions under one service', () => {
    const groups = [group(12, 'PSA', '2009'), group(1, 'PSA', '2010'), group(2, 'PSA', '2010'), group(3, 'X', '1')];
    const xml = usage(groups, {
      12: [MESSAGE, { ...MESSAGE, itemId: 2, reportee: '14909021147', state: 'Read' }],
      1: [{ ...MESSAGE, state: 'Confirmed' }],
      2: [MESSAGE],
      3: [MESSAGE],
    });
    expect(faults('correspondence-usage-data.xsd', xml)).toEqual([]);
    const outline = xml
      .split('\n')
      .map(
        (line) => /<(?:Service|ServiceEdition)>|<(?:\w+Code|ServiceName|\w+ID|\w+StatusType)>.*(?=<)/.exec(line)?.[0],
      )
      .filter((line) => line !== undefined);
    expect(outline).toEqual([
      '<Service>',
      '<ServiceOwnerCode>SKD',
      '<ServiceName>PSA &amp; 2010',
      '<ServiceEdition>',
      '<ServiceEditionID>2009',
      '<ReporteeID>310123455',
      '<CorrespondenceStatusType>Unread',
      '<ReporteeID>14909021147',
      '<CorrespondenceStatusType>Read',
      '<ServiceEdition>',
      '<ServiceEditionID>2010',
      '<ReporteeID>310123455',
      '<CorrespondenceStatusType>Confirmed',
      '<ReporteeID>310123455',
      '<CorrespondenceStatusType>Unread',
      '<Service>',
      '<ServiceOwnerCode>SKD',
      '<ServiceName>X &amp; 1',
      '<ServiceEdition>',
      '<ServiceEditionID>1',
      '<ReporteeID>310123455',
      '<CorrespondenceStatusType>Unread',
    ]);
    expect(xml).toContain('<SentCorrespondenceDatetime>2024-06-23T08:00:00</SentCorrespondenceDatetime>');
  });

  test('is byte for byte what xmlbuilder2 writes, whatever is in it', () => {
    const anyMessage = fc.record({
      itemId: fc.nat(),
      reportee: fc.option(anyText),
      state: fc.constantFrom('Unread', 'Read', 'Confirmed'),
      sentAt: fc.constant(MESSAGE.sentAt),
    }) as fc.Arbitrary<StoredUsage>;
    fc.assert(
      fc.property(anyText, fc.array(anyMessage, { minLength: 1, maxLength: 3 }), (serviceName, messages) => {
        const groups = [{ ...group(1, 'PSA', '2009'), serviceName }];
        const xml = usage(groups, { 1: messages });
        expect(xml).toBe(usageByBuilder(BATCH, serviceName, messages));
        expect(faults('correspondence-usage-data.xsd', xml)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

test.each([
  ['AltUtConfirmationBatch', (entries: Iterable<StoredConfirmation>) => altutPieces(BATCH, entries)],
  [
    'CorrespondenceConfirmations',
    (entries: Iterable<StoredConfirmation>) => correspondencePieces(BATCH, entries, () => SERVICE),
  ],
] as const)('the entries of a %s are asked for one at a time, when they are needed', (_kind, render) => {
  let [asked, closed] = [0, false];
  function* endless() {
    try {
      for (;;) {
        asked++;
        yield READ;
      }
    } finally {
      closed = true;
    }
  }
  let taken = 0;
  for (const _piece of render(endless())) {
    expect(asked).toBe(taken);
    if (++taken === 1000) break;
  }
  expect(closed).toBe(true);
});

function finished(document: XMLBuilder): string {
  return `${document.end({ prettyPrint: true })}\n`;
}

function altutByBuilder(batch: OutboundBatch, entries: readonly StoredConfirmation[]): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const list = document
    .ele('AltUtConfirmationBatch', {
      batchReference: batch.reference,
      previousReference: '',
      receiverReference: builderAttribute(batch.systemUserCode),
      timeStamp: batch.shipmentDateTime,
      confirmationsInBatch: '2',
    })
    .ele('AltUtConfirmations');
  for (const one of entries) {
    const entry = list.ele('Confirmation', {
      participantId: builderAttribute(one.reportee ?? ''),
      shortName: builderAttribute(one.shortName ?? ''),
      ...(one.sendersReference === null ? {} : { messageReference: builderAttribute(one.sendersReference) }),
    });
    entry.ele('Read').ele('ReadDateTime').txt('2024-07-01T00:30:00');
    if (one.kind === 'Read') continue;
    const confirmed = entry.ele('Confirmed', { participantId: builderAttribute(one.personNumber ?? '') });
    confirmed.ele('ConfirmedDateTime').txt('2025-01-01T00:00:00');
    confirmed.ele('ConfirmedRoleList').txt(builderText(one.roles ?? ''));
    confirmed.ele('LoginMethod').txt(String(one.method ?? 1));
  }
  return finished(document);
}

function correspondenceByBuilder(batch: OutboundBatch, entries: readonly StoredConfirmation[]): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const add = (parent: XMLBuilder, name: string, value: string) =>
    parent.ele(CONFIRMATIONS_NAMESPACE, name).txt(builderText(value));
  const root = document.ele(CONFIRMATIONS_NAMESPACE, 'CorrespondenceConfirmations');
  add(root, 'SequenceNo', '2');
  add(root, 'PreviousSequenceNo', '1');
  add(root, 'SystemUserCode', batch.systemUserCode);
  add(root, 'ShipmentDateTime', batch.shipmentDateTime);
  add(root, 'CountConfirmationsInShipment', '2');
  for (const one of entries) {
    const entry = root.ele(CONFIRMATIONS_NAMESPACE, 'Confirmation');
    add(entry, 'ServiceCode', 'PSA');
    add(entry, 'ServiceEdition', '2009');
    add(entry, 'Reportee', one.reportee ?? '');
    add(entry, 'CorrespondenceReference', one.sendersReference ?? '');
    add(entry.ele(CONFIRMATIONS_NAMESPACE, 'Read'), 'ReadDateTime', '2024-07-01T00:30:00');
    if (one.kind === 'Read') continue;
    const confirmed = entry.ele(CONFIRMATIONS_NAMESPACE, 'Confirmed');
    add(confirmed, 'UserSSN', one.personNumber ?? '');
    add(confirmed, 'ConfirmedDateTime', '2025-01-01T00:00:00');
    add(confirmed, 'ConfirmedRoleList', one.roles ?? '');
    add(confirmed, 'AuthenticationMethod', String(one.method ?? 0));
  }
  return finished(document);
}

function usageByBuilder(batch: OutboundBatch, serviceName: string, messages: readonly StoredUsage[]): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const ele = (parent: XMLBuilder, name: string) => parent.ele(USAGE_DATA_NAMESPACE, name);
  const add = (parent: XMLBuilder, name: string, value: string) => ele(parent, name).txt(builderText(value));
  const root = ele(document, 'CorrespondenceUsageData');
  add(root, 'ShipmentDateTime', batch.shipmentDateTime);
  const service = ele(ele(root, 'CorrespondenceUsage'), 'Service');
  add(service, 'ServiceOwnerCode', 'SKD');
  add(service, 'ServiceName', serviceName);
  const edition = ele(service, 'ServiceEdition');
  add(edition, 'ServiceEditionID', '2009');
  const version = ele(edition, 'ServiceEditionVersion');
  add(version, 'ServiceEditionVersionName', '2009');
  for (const one of messages) {
    const entry = ele(version, 'Correspondence');
    add(entry, 'ReporteeID', one.reportee ?? '');
    add(entry, 'CorrespondenceStatusType', one.state);
    add(entry, 'SentCorrespondenceDatetime', '2024-06-23T08:00:00');
  }
  return finished(document);
}
