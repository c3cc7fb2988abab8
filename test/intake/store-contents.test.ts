import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  binaryAttachment,
  correspondence,
  correspondences,
  elements,
  endPoint,
  field,
  form,
  formSet,
  message,
  notification,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

/** Altinn's names that mark the structure, and AltUt's parts that are not carried over (formats.md section 3). */
const NOT_CARRIED_OVER = new Set(['altut: Skatteetaten', 'altut: Emne', 'altut: ADMAI', 'altut: Faktura', 'altut: 4']);

test('every value of an accepted item can be found again, whatever the format', async () => {
  const home = intakeHome();
  const files: readonly (readonly [format: string, xml: string])[] = [
    ['service-owner', serviceOwner(`${subscription()}\n${prefill()}`)],
    ['correspondence', letter()],
    ['altut', altutFile()],
  ];
  for (const [index, [format, xml]] of files.entries()) drop(home, `${format}.xml`, xml, 100 - index);
  const { exitCode, shipments } = await run(home);
  expect(shipments.map(({ text }) => text).join('\n')).not.toContain('[');
  expect(exitCode).toBe(0);
  for (const shipment of shipments) receiptOf(home, shipment);

  const stored = everythingStored(home);
  const missing = files.flatMap(([format, xml]) =>
    valuesOf(xml)
      .filter((value) => !stored.has(value) && !NOT_CARRIED_OVER.has(`${format}: ${value}`))
      .map((value) => `${format}: ${value}`),
  );
  expect(missing).toStrictEqual([]);
});

test('an AltUt message is stored as the correspondence it becomes', async () => {
  const home = intakeHome();
  drop(home, 'altut.xml', altutFile());
  await run(home);
  expect(query(home, 'SELECT * FROM visible_message')).toMatchObject([
    {
      service_code: 'PSA',
      service_edition_code: '2009',
      short_name: 'PSA 2009',
      senders_reference: 'MR-1',
      reportee: PERSON,
      language_code: '2068',
      message_title: 'AltUt-tittel',
      message_summary: 'AltUt-samandrag',
      message_body: '<p>AltUt-tekst</p>',
      message_body_is_markup: 0,
      visible_date_time: '2024-05-01',
      due_date_time: '2024-05-02',
      allow_system_delete_date_time: '2024-05-04',
      archive_reference: 'AR-ALTUT',
    },
  ]);
  expect(query(home, 'SELECT key, value FROM message_custom_data ORDER BY ordinal')).toStrictEqual([
    { key: 'Year', value: '2023' },
    { key: 'MunicipalNumber', value: '5401' },
  ]);
  expect(
    query(
      home,
      'SELECT notification_type AS t, language_code AS l, shipment_date_time AS s, participant_id AS p FROM notification',
    ),
  ).toStrictEqual([{ t: 'Pin', l: '2068', s: '2024-05-01', p: '987654325' }]);
  expect(
    query(home, 'SELECT transport_type AS t, receiver_address AS a FROM notification_end_point ORDER BY ordinal'),
  ).toStrictEqual([
    { t: 'SMS', a: '+4791234567' },
    { t: 'Email', a: 'altut@example.no' },
  ]);
  expect(
    query(
      home,
      'SELECT kind, service_code AS c, service_edition AS e, archive_reference AS a FROM message_reply_option ORDER BY ordinal',
    ),
  ).toStrictEqual([
    { kind: 'Service', c: '1051', e: '201010', a: null },
    { kind: 'ArchiveReference', c: null, e: null, a: 'AR-REPLY' },
  ]);
});

test('nothing of a refused shipment, and of a failed item only its raw XML, is visible', async () => {
  const home = intakeHome();
  drop(
    home,
    'a.xml',
    correspondences({ reference: 'A' }, correspondence('STAGED-1')).replace('</Correspondences>', ''),
    9,
  );
  drop(home, 'b.xml', correspondences({ reference: 'B', systemUserCode: 'XXX' }, correspondence('STAGED-2')), 8);
  drop(home, 'c.xml', correspondences({ reference: 'C' }, correspondence('FAILED', { CaseId: '0' })), 7);
  await run(home);
  const views = ['visible_item', 'visible_message'].map((view) =>
    query(home, `SELECT senders_reference AS r FROM ${view}`),
  );
  expect(views).toStrictEqual([[{ r: 'FAILED' }], []]);
  expect(query(home, 'SELECT count(*) AS n FROM item_raw_xml')).toStrictEqual([{ n: 1 }]);
  expect(query(home, 'SELECT count(*) AS n FROM message')).toStrictEqual([{ n: 0 }]);
});

function subscription(): string {
  const identifying = elements({ IdentifyingField: 'S-FIELD' });
  const item = subscriptionItem({
    ExpirationDate: '2031-01-02',
    VisibleDate: '2024-01-15',
    CaseId: '4711',
    IdentifyingFields: identifying,
  });
  return subscriptionPart({ reference: 'S-REF', sequenceNo: '0071' }, reportee(PERSON, item));
}

function prefill(): string {
  const attachment = prefillAttachment({ SigningLocked: 'true', SignedByDefault: 'false', AttachmentData: 'w4YtQg==' });
  const sub = form({
    DataFormatId: '891',
    DataFormatVersion: '77',
    SendersReference: 'SUB-FORM',
    ParentReference: 'MAIN',
    FormData: '<![CDATA[<Under felt="1"/>]]>',
    SigningLocked: '1',
    SignedByDefault: '0',
  });
  const item = formSet('FS-REF', {
    IdentityFieldHashCode: 'given-hash',
    ReceiversReference: 'RR-1',
    IdentifyingFields: `${elements({ IdentifyingField: 'P-ONE' })}${elements({ IdentifyingField: 'P-TWO' })}`,
    Attachments: attachment,
    ExternalServiceCode: 'TEST1',
    ExternalServiceEditionCode: '1',
    Form: `${form()}</Form><Form>${sub}`,
  });
  return prefillPart(
    { reference: 'P-REF', sequenceNo: '0072' },
    reportee(PERSON, item, field('FIELD-1', { Index: '12', Value: ' kept &amp; spaced ' })),
  );
}

function letter(): string {
  const repetitions = (...days: string[]) => days.map((day) => elements({ DaysDelayed: day })).join('');
  const content = {
    MessageTitle: 'Brev &amp; tittel',
    MessageSummary: 'Samandrag',
    MessageBody: '<p xmlns="">Kropp</p>',
    CustomMessageData: '<Add key="K-1" value="V-1"/>',
    Attachments:
      binaryAttachment({
        Encrypted: 'true',
        SendersReference: 'BA-REF',
        FunctionType: 'Invoice',
        AttachmentType: 'application_pdf',
        DestinationType: 'PortalOnly',
        Data: 'w5gtQw==',
      }) +
      `<XmlAttachments><XmlAttachment>${elements({ SendersReference: 'XA-REF', DataFormatID: '555', DataFormatVersion: '6', FormDataXml: '&lt;X&gt;y&lt;/X&gt;' })}</XmlAttachment></XmlAttachments>`,
  };
  const tokens = `<TextToken>${elements({ TokenNum: '13', TokenValue: 'Token' })}</TextToken>`;
  const values = {
    VisibleDateTime: '2024-03-01T08:00:00+01:00',
    AllowSystemDeleteDateTime: '2034-03-01T08:00:00Z',
    DueDateTime: '2024-04-01T23:59:59.5',
    ArchiveReference: 'AR-LETTER',
    ReplyOptions:
      '<ReplyOption><Service><ServiceCode>RSVC</ServiceCode><ServiceEdition>88</ServiceEdition></Service></ReplyOption>' +
      '<ReplyOption><ArchiveReference>AR-OPTION</ArchiveReference></ReplyOption>' +
      '<ReplyOption><Url><LinkText>Lenke</LinkText><LinkUrl>https://example.no/?a=1&amp;b=2</LinkUrl></Url></ReplyOption>',
    Notifications: notification({
      FromAdress: 'from@example.no',
      TextTokens: tokens,
      RecieverEndPoints: endPoint('SMS', '+4790000000') + endPoint('Both'),
      UseServiceOwnerShortNameAsSenderOfSms: 'true',
    }),
    AllowForwarding: 'false',
    CaseId: '4712',
    IsReservable: 'true',
    SdpOptions: elements({
      SdpSetting: 'ForwardOnly',
      BackupAltinn: 'true',
      Title: 'SDP-tittel',
      NotSensitiveTitle: 'SDP-open',
      VisibleDateTime: '2024-03-03T00:00:00',
      PrimaryDocumentFileName: 'brev.txt',
      SdpNotifications: elements({
        EmailNotification: elements({
          NotificationText: 'E-tekst',
          EmailAddress: 'sdp@example.no',
          Repetitions: repetitions('3', '25'),
        }),
        SmsNotification: elements({
          NotificationText: 'S-tekst',
          MobileNumber: '91111111',
          Repetitions: repetitions('14'),
        }),
      }),
    }),
    OnBehalfOfOrgNr: '974760673',
  };
  return correspondences(
    { reference: 'C-REF', sequenceNo: '0073', systemUserCode: 'SKD-CORR' },
    correspondence('CR-1', values, content),
  );
}

function altutFile(): string {
  const one = message('MR-1', {
    reportee: PERSON,
    languageCode: '2068',
    participant: {
      VisibleDate: '2024-05-01',
      DueDate: '2024-05-02',
      AltinnArchive: 'AR-ALTUT',
      LoginSecurityLevel: '4',
      AllowUserDeleteDate: null,
      AllowSystemDeleteDate: '2024-05-04',
      Year: '2023',
      MunicipalNumber: '5401',
    },
    content: {
      MessageHeader: 'AltUt-tittel',
      MessageSubject: 'Emne',
      MessageSummery: 'AltUt-samandrag',
      Invoice: 'Faktura',
      Attachments:
        '<Attachment id="A" functionType="Unspecified" type="text_plain" filename="altut.txt" name="AltUt-vedlegg">w4UtRA==</Attachment>',
      HTML: '<![CDATA[<p>AltUt-tekst</p>]]>',
    },
    after:
      '<NotificationMessages NotificationTypeName="Pin"><NotificationMessage participantId="987654325">' +
      '<SMSPhoneNumbers><SMSPhoneNumber>+4791234567</SMSPhoneNumber></SMSPhoneNumbers>' +
      '<EmailAddresses><EmailAddress>altut@example.no</EmailAddress></EmailAddresses></NotificationMessage></NotificationMessages>' +
      '<ReplyMessages><ReplyMessage><Form><ServiceCode>1051 201010</ServiceCode></Form></ReplyMessage>' +
      '<ReplyMessage><Form><ArchiveReference>AR-REPLY</ArchiveReference></Form></ReplyMessage></ReplyMessages>',
  });
  return altut({ name: 'SKD-ALTUT', sequenceNo: '0074' }, one);
}

/** Values that stand in the store as part of a larger one, or apart. */
const IN_ANOTHER_FORM = new Map([
  ['Kropp', '<p xmlns="">Kropp</p>'],
  ['1051 201010', '201010'],
]);

/** All texts and attributes of a file but its booleans, decoded; of base64 the bytes, as hex. */
function valuesOf(xml: string): string[] {
  const inTags = xml.replace(/<!\[CDATA\[.*?\]\]>/g, '');
  const texts = [...inTags.matchAll(/>([^<>]+)</g), ...xml.matchAll(/<!\[CDATA\[(.*?)\]\]>/g)].map(
    ([, text]) => text ?? '',
  );
  const attributes = [...inTags.matchAll(/ (?!xmlns|id|persistent)[A-Za-z]+="([^"]*)"/g)].map(
    ([, value]) => value ?? '',
  );
  return [...texts, ...attributes]
    .filter((value) => value.trim() !== '' && !/^(true|false|0|1)$/.test(value))
    .map((value) => value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))
    .map((value) => (/^w[45].{4,}==$/.test(value) ? Buffer.from(value, 'base64').toString('hex') : value))
    .map((value) => IN_ANOTHER_FORM.get(value) ?? value);
}

function everythingStored(home: string): Set<string> {
  const tables = query<{ name: string }>(
    home,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const values = new Set<string>();
  // What the catalogue and the receipts hold is no evidence.
  for (const { name } of tables.filter((one) => !/^(receipt|service|catalogue|issue)/.test(one.name))) {
    for (const row of query(home, `SELECT * FROM "${name}"`)) {
      for (const value of Object.values(row)) {
        values.add(Buffer.isBuffer(value) ? value.toString('hex') : String(value));
      }
    }
  }
  return values;
}

test('the file that shows every element of a format uses every element that its schema names', () => {
  const written = `${serviceOwner(`${subscription()}\n${prefill()}`)}${letter()}`;
  for (const schema of ['service-owner.xsd', 'correspondence.xsd']) {
    const xsd = readFileSync(new URL(`../../schemas/${schema}`, import.meta.url), 'utf8');
    const names = [...xsd.matchAll(/<xs:element name="([^"]+)"/g)].map(([, name]) => name ?? '');
    expect(names.filter((name) => !written.includes(`<${name}`))).toStrictEqual([]);
  }
});
