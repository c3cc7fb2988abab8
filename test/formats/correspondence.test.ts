import { describe, expect, test } from 'vitest';
import { correspondenceMapper } from '../../src/formats/correspondence.js';
import type { MapContext, MappedItem } from '../../src/formats/item-mapper.js';
import { parseItem } from '../../src/xml/tree.js';
import { accepted, CATALOGUE, CONTEXT, codes, mapSource, ORGANISATION, onlyIssue, PERSON } from './message-samples.js';

interface Parts {
  readonly service?: string;
  readonly reference?: string;
  readonly reportee?: string;
  readonly language?: string;
  readonly title?: string;
  /** What stands in Content behind the title. */
  readonly content?: string;
  /** What stands behind Content. */
  readonly rest?: string;
}

function correspondence(parts: Parts = {}): string {
  const {
    service = '<ServiceCode>PSA</ServiceCode><ServiceEdition>2009</ServiceEdition>',
    reference = 'ref-1',
    reportee = ORGANISATION,
    language = '1044',
    title = 'A title',
    content = '',
    rest = '',
  } = parts;
  return `<Correspondence>${service}
<SendersReference>${reference}</SendersReference>
<Reportee>${reportee}</Reportee>
<Content>
<LanguageCode>${language}</LanguageCode>
<MessageTitle>${title}</MessageTitle>
${content}</Content>
${rest}</Correspondence>`;
}

function map(parts: Parts = {}, context: MapContext = CONTEXT): MappedItem {
  return mapSource(correspondenceMapper, correspondence(parts), context);
}

function notification(parts: { from?: string; language?: string; endPoints?: string } = {}): string {
  const { from = '', language = '1044', endPoints = '' } = parts;
  return `<Notifications><Notification>${from}<ShipmentDateTime>2024-02-01T12:00:00</ShipmentDateTime>
<LanguageCode>${language}</LanguageCode><NotificationType>Correspondence</NotificationType>
${endPoints}</Notification></Notifications>`;
}

function endPoint(transportType: string, address: string | null): string {
  const given = address === null ? '' : `<ReceiverAdress>${address}</ReceiverAdress>`;
  return `<RecieverEndPoints><ReceiverEndPoint><TransportType>${transportType}</TransportType>${given}</ReceiverEndPoint></RecieverEndPoints>`;
}

function attachment(name: string, more = ''): string {
  return `<BinaryAttachment><FileName>${name}</FileName><Name>N</Name><Encrypted>0</Encrypted><Data>AQID</Data>${more}</BinaryAttachment>`;
}

function attachments(...list: string[]): string {
  return `<Attachments><BinaryAttachments>${list.join('')}</BinaryAttachments></Attachments>`;
}

describe('an accepted correspondence', () => {
  test('keeps every value of its file', () => {
    const mapped = map({
      reference: ' ref 1 ',
      title: 'T &amp; <![CDATA[<T>]]>',
      content: `<MessageSummary>Sum</MessageSummary>
<MessageBody><h:p xmlns:h="urn:h">Hello &amp; <h:b>you</h:b></h:p></MessageBody>
<CustomMessageData><Add key="k1" value="v1"/><Add key="k2"/><Add/></CustomMessageData>
<Attachments><BinaryAttachments><BinaryAttachment><FileName>a.pdf</FileName><Name>A</Name><Encrypted> true </Encrypted>
<Data>
 AQ ID
</Data><SendersReference>att-1</SendersReference><FunctionType>Invoice</FunctionType>
<AttachmentType>application_pdf</AttachmentType><DestinationType>PortalOnly</DestinationType></BinaryAttachment></BinaryAttachments>
<XmlAttachments><XmlAttachment><SendersReference>x-1</SendersReference><DataFormatID>890</DataFormatID>
<DataFormatVersion> 10451 </DataFormatVersion><FormDataXml><![CDATA[<skjema/>]]></FormDataXml></XmlAttachment></XmlAttachments></Attachments>`,
      rest: `<VisibleDateTime> 2024-02-01T00:00:00 </VisibleDateTime>
<AllowSystemDeleteDateTime>2034-02-01T00:00:00Z</AllowSystemDeleteDateTime>
<DueDateTime>2024-03-01T00:00:00+01:00</DueDateTime>
<ArchiveReference>AR1</ArchiveReference>
<ReplyOptions><ReplyOption><Service><ServiceCode>NOT1</ServiceCode><ServiceEdition>7</ServiceEdition></Service></ReplyOption>
<ReplyOption><Service><ServiceCode>NOT2</ServiceCode></Service></ReplyOption>
<ReplyOption><ArchiveReference>AR2</ArchiveReference></ReplyOption>
<ReplyOption><Url><LinkText>Here</LinkText><LinkUrl>https://example.no/?a=1&amp;b=2</LinkUrl></Url></ReplyOption></ReplyOptions>
<Notifications><Notification><FromAdress>from@example.no</FromAdress><ShipmentDateTime>2024-02-01T12:00:00</ShipmentDateTime>
<LanguageCode>2068</LanguageCode><NotificationType>Anything</NotificationType>
<TextTokens><TextToken><TokenNum>1</TokenNum><TokenValue> one </TokenValue></TextToken><TextToken><TokenNum>-2</TokenNum><TokenValue/></TextToken></TextTokens>
<RecieverEndPoints><ReceiverEndPoint><TransportType>SMS</TransportType><ReceiverAdress>+47 912 34 567</ReceiverAdress></ReceiverEndPoint>
<ReceiverEndPoint><TransportType>Both</TransportType><ReceiverAdress/></ReceiverEndPoint></RecieverEndPoints>
<UseServiceOwnerShortNameAsSenderOfSms>1</UseServiceOwnerShortNameAsSenderOfSms></Notification></Notifications>
<AllowForwarding>false</AllowForwarding><CaseId>42</CaseId><IsReservable>true</IsReservable>
<SdpOptions><SdpSetting>CopyAltinn</SdpSetting><BackupAltinn>0</BackupAltinn><Title>Sdp</Title><NotSensitiveTitle>Ns</NotSensitiveTitle>
<VisibleDateTime>2024-02-02T00:00:00</VisibleDateTime><PrimaryDocumentFileName>a.pdf</PrimaryDocumentFileName>
<SdpNotifications><EmailNotification><NotificationText>Mail</NotificationText><EmailAddress>to@example.no</EmailAddress>
<Repetitions><DaysDelayed>0</DaysDelayed><DaysDelayed> 7 </DaysDelayed></Repetitions></EmailNotification>
<SmsNotification><NotificationText>Sms</NotificationText><Repetitions><DaysDelayed>25</DaysDelayed></Repetitions></SmsNotification></SdpNotifications></SdpOptions>
<OnBehalfOfOrgNr>974761076</OnBehalfOfOrgNr>`,
    });
    expect(mapped).toMatchObject({
      serviceCode: 'PSA',
      serviceEditionCode: '2009',
      reportee: ORGANISATION,
      sendersReference: ' ref 1 ',
      shortName: null,
      issues: [],
    });
    expect(accepted(mapped)).toEqual({
      kind: 'message',
      serviceEditionGiven: '2009',
      shortName: null,
      languageCode: '1044',
      messageTitle: 'T & <T>',
      messageSummary: 'Sum',
      messageBody: '<h:p xmlns:h="urn:h">Hello &amp; <h:b>you</h:b></h:p>',
      messageBodyIsMarkup: true,
      visibleDateTime: '2024-02-01T00:00:00',
      allowSystemDeleteDateTime: '2034-02-01T00:00:00Z',
      dueDateTime: '2024-03-01T00:00:00+01:00',
      archiveReference: 'AR1',
      allowForwarding: false,
      caseId: 42,
      isReservable: true,
      onBehalfOfOrgNr: '974761076',
      requireConfirmation: true,
      customData: [
        { key: 'k1', value: 'v1' },
        { key: 'k2', value: null },
        { key: null, value: null },
      ],
      attachments: [
        {
          fileName: 'a.pdf',
          name: 'A',
          encrypted: true,
          data: Buffer.from([1, 2, 3]),
          sendersReference: 'att-1',
          functionType: 'Invoice',
          attachmentType: 'application_pdf',
          destinationType: 'PortalOnly',
        },
      ],
      xmlAttachments: [
        { sendersReference: 'x-1', dataFormatId: '890', dataFormatVersion: '10451', formDataXml: '<skjema/>' },
      ],
      replyOptions: [
        { kind: 'Service', serviceCode: 'NOT1', serviceEdition: '7' },
        { kind: 'Service', serviceCode: 'NOT2', serviceEdition: null },
        { kind: 'ArchiveReference', archiveReference: 'AR2' },
        { kind: 'Url', linkText: 'Here', linkUrl: 'https://example.no/?a=1&b=2' },
      ],
      notifications: [
        {
          fromAddress: 'from@example.no',
          shipmentDateTime: '2024-02-01T12:00:00',
          languageCode: '2068',
          notificationType: 'Anything',
          useServiceOwnerShortNameAsSenderOfSms: true,
          participantId: null,
          textTokens: [
            { tokenNum: 1, tokenValue: ' one ' },
            { tokenNum: -2, tokenValue: '' },
          ],
          endPoints: [
            { transportType: 'SMS', receiverAddress: '+47 912 34 567' },
            { transportType: 'Both', receiverAddress: null },
          ],
        },
      ],
      sdpOptions: {
        sdpSetting: 'CopyAltinn',
        backupAltinn: false,
        title: 'Sdp',
        notSensitiveTitle: 'Ns',
        visibleDateTime: '2024-02-02T00:00:00',
        primaryDocumentFileName: 'a.pdf',
        emailNotification: { notificationText: 'Mail', address: 'to@example.no', daysDelayed: [0, 7] },
        smsNotification: { notificationText: 'Sms', address: null, daysDelayed: [25] },
      },
    });
  });

  test('with only what it must have is accepted, what is not given being null or empty', () => {
    const message = accepted(map({ service: '<ServiceCode>PSA</ServiceCode>' }));
    expect(message).toMatchObject({
      serviceEditionGiven: null,
      messageSummary: null,
      messageBody: null,
      messageBodyIsMarkup: false,
      visibleDateTime: null,
      allowForwarding: null,
      caseId: null,
      isReservable: null,
      onBehalfOfOrgNr: null,
      requireConfirmation: false,
      customData: [],
      attachments: [],
      xmlAttachments: [],
      replyOptions: [],
      notifications: [],
      sdpOptions: null,
    });
  });

  test('keeps a body of escaped markup as text', () => {
    const message = accepted(map({ content: '<MessageBody>&lt;p&gt;Hello&lt;/p&gt;</MessageBody>' }));
    expect(message).toMatchObject({ messageBody: '<p>Hello</p>', messageBodyIsMarkup: false });
  });

  test('leaves out a nil OnBehalfOfOrgNr', () => {
    const rest = '<OnBehalfOfOrgNr xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>';
    expect(accepted(map({ rest })).onBehalfOfOrgNr).toBeNull();
  });

  test('decodes an attachment of 40 MB of base64', () => {
    const base64 = 'AQID'.repeat(10_000_000);
    const mapped = map({ content: attachments(attachment('big.bin').replace('AQID', base64)) });
    const { data } = accepted(mapped).attachments[0] ?? { data: Buffer.alloc(0) };
    expect(data.length).toBe(30_000_000);
    expect(data.subarray(-3)).toEqual(Buffer.from([1, 2, 3]));
  });
});

describe('the service of a correspondence', () => {
  test('without an edition is the newest one by number, not by text', () => {
    for (const service of [
      '<ServiceCode>PSA</ServiceCode>',
      '<ServiceCode>PSA</ServiceCode><ServiceEdition> </ServiceEdition>',
    ]) {
      expect(map({ service })).toMatchObject({ serviceEditionCode: '2010', issues: [] });
    }
  });

  test.each([
    ['an unknown code', '<ServiceCode>XXX</ServiceCode>', 40013],
    ['an unknown edition', '<ServiceCode>PSA</ServiceCode><ServiceEdition>1</ServiceEdition>', 30006],
    ['a form service', '<ServiceCode>1051</ServiceCode><ServiceEdition>201010</ServiceEdition>', 40019],
    ['an empty code', '<ServiceCode/>', 40006],
    ["another owner's service", '<ServiceCode>OTHERS</ServiceCode><ServiceEdition>1</ServiceEdition>', 30005],
  ])('fails it with %s', (_, service, code) => {
    const mapped = map({ service });
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code, level: 'Error', line: 10, reference: 'ref-1' });
  });

  test('is not looked up without a catalogue, and what it would decide is not known', () => {
    const mapped = map({ service: '<ServiceCode>XXX</ServiceCode>' }, { ...CONTEXT, catalogue: null });
    expect(mapped).toMatchObject({ serviceCode: 'XXX', serviceEditionCode: null, issues: [] });
    expect(accepted(mapped).requireConfirmation).toBeNull();
  });
});

describe('a correspondence fails', () => {
  test.each([
    ['an empty language', { language: '' }, 40001, 14],
    ['an unknown language', { language: '1045' }, 60003, 14],
    ['an empty title', { title: '' }, 40003, 15],
    ['a title of white space', { title: ' \n ' }, 40003, 15],
    ['no reportee', { reportee: ' ' }, 40007, 12],
    ['a bad organisation number', { reportee: '910000005' }, 50008, 12],
    ['a bad person number', { reportee: '01810100017' }, 40016, 12],
    ['a reportee of another length', { reportee: '1234567890' }, 60012, 12],
    ['a CaseId of 0', { rest: '<CaseId>0</CaseId>' }, 60001, 17],
    ['a negative CaseId', { rest: '<CaseId>-5</CaseId>' }, 60001, 17],
    ['a bad OnBehalfOfOrgNr', { rest: '<OnBehalfOfOrgNr>910000005</OnBehalfOfOrgNr>' }, 50008, 17],
    ['letters for OnBehalfOfOrgNr', { rest: '<OnBehalfOfOrgNr>ABCDEFGHI</OnBehalfOfOrgNr>' }, 50008, 17],
    ['a bad FromAdress', { rest: notification({ from: '<FromAdress>me</FromAdress>' }) }, 40020, 17],
    ["an empty notification's language", { rest: notification({ language: '' }) }, 40001, 18],
    ["an unknown notification's language", { rest: notification({ language: '1' }) }, 60003, 18],
  ] as const)('with %s', (_, parts, code, line) => {
    const mapped = map(parts);
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code, level: 'Error', line, reference: 'ref-1' });
  });

  test('without a title even when its service has one', () => {
    const service = '<ServiceCode>TITLE</ServiceCode><ServiceEdition>1</ServiceEdition>';
    expect(codes(map({ service, title: '' }))).toEqual([40003]);
    expect(accepted(map({ service })).messageTitle).toBe('A title');
  });

  test.each(['', '<MessageBody/>', '<MessageBody> <!-- none --> <![CDATA[ ]]></MessageBody>'])(
    'with the body %j when its service demands one',
    (content) => {
      const service = '<ServiceCode>BODY</ServiceCode>';
      expect(codes(map({ service, content }))).toEqual([40002]);
      expect(codes(map({ content }))).toEqual([]);
    },
  );

  test('but not with a body of one empty element when its service demands one', () => {
    const content = '<MessageBody><img/></MessageBody>';
    expect(accepted(map({ service: '<ServiceCode>BODY</ServiceCode>', content })).messageBody).toBe('<img/>');
  });

  test('with all that is wrong named at once, each at its own place', () => {
    const mapped = map({ reportee: '', language: 'no', title: '', rest: '<CaseId>0</CaseId>' });
    expect(mapped.issues.map(({ code, line, position }) => [code, line, position])).toEqual([
      [40007, 12, 1],
      [60003, 14, 1],
      [40003, 15, 1],
      [60001, 17, 1],
    ]);
  });

  test('without a word of a whole person number', () => {
    const mapped = map({
      service: `<ServiceCode>${PERSON}</ServiceCode>`,
      reportee: '01810100017',
      language: PERSON,
      rest: notification({ from: `<FromAdress>${PERSON}</FromAdress>`, endPoints: endPoint(PERSON, PERSON) }),
    });
    expect(mapped.issues).toHaveLength(5);
    expect(JSON.stringify(mapped.issues)).not.toMatch(/018101\d/);
  });
});

describe('an end point of a notification', () => {
  test.each([
    ['SMS', '+47 912 34 567'],
    ['SMS', null],
    ['SMS', ' '],
    ['Email', 'to@example.no'],
    ['Email', null],
    ['Both', null],
    ['Both', ''],
    ['SMSPreferred', ''],
    ['EmailPreferred', null],
    ['PriorityEmailSMSReminder', null],
    ['PriorityEmailSMSReminder', 'to@example.no'],
    ['PriorityEmailSMSReminder', '91234567'],
  ])('of %s may have the address %j', (type, address) => {
    expect(map({ rest: notification({ endPoints: endPoint(type, address) }) }).issues).toEqual([]);
  });

  test.each([
    ['SMS', 'to@example.no'],
    ['SMS', '1234'],
    ['Email', '91234567'],
    ['Email', 'to@example'],
    ['Both', '91234567'],
    ['SMSPreferred', '91234567'],
    ['EmailPreferred', 'to@example.no'],
    ['PriorityEmailSMSReminder', 'nobody'],
    ['Pigeon', null],
    ['sms', '91234567'],
    ['', null],
  ])('of %j fails the item with the address %j', (type, address) => {
    const mapped = map({ rest: notification({ endPoints: endPoint(type, address) }) });
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code: 40015, level: 'Error', line: 19 });
  });

  test('may come without a FromAdress, or with an empty one', () => {
    expect(map({ rest: notification({ from: '<FromAdress/>' }) }).issues).toEqual([]);
  });
});

describe('attachments of a correspondence', () => {
  test.each(['FunctionType', 'AttachmentType', 'DestinationType'])('may have an unknown %s, with a Warning', (name) => {
    const mapped = map({ content: attachments(attachment('a', `<${name}>Odd</${name}>`), attachment('b')) });
    expect(onlyIssue(mapped)).toMatchObject({ code: 0, level: 'Warning', line: 16 });
    expect(onlyIssue(mapped).message).toContain(`${name} 'Odd' is not known`);
    expect(Object.values(accepted(mapped).attachments[0] ?? {})).toContain('Odd');
  });

  test('must be among them that PrimaryDocumentFileName names', () => {
    const rest = `<SdpOptions><SdpSetting>ForwardOnly</SdpSetting>
<PrimaryDocumentFileName>b.pdf</PrimaryDocumentFileName></SdpOptions>`;
    expect(map({ content: attachments(attachment('a.pdf'), attachment('b.pdf')), rest }).issues).toEqual([]);
    for (const content of ['', attachments(attachment('a.pdf'), attachment('B.pdf'))]) {
      const only = onlyIssue(map({ content, rest }));
      expect(only).toMatchObject({ code: 0, level: 'Error', line: 18 });
      expect(only.message).toContain("'b.pdf'");
    }
  });
});

describe('the XML of XML attachments', () => {
  const form = (id: string, version: string, xml: string) =>
    `<Attachments><XmlAttachments><XmlAttachment><SendersReference>x</SendersReference><DataFormatID>${id}</DataFormatID>
<DataFormatVersion>${version}</DataFormatVersion>
<FormDataXml>${xml}</FormDataXml></XmlAttachment></XmlAttachments></Attachments>`;

  test('is handed on to be checked, with its place', () => {
    const [embedded, ...others] = map({
      content: form('1', '1', '\n<![CDATA[<?xml version="1.0"?><a/>]]>\n'),
    }).embedded;
    expect(others).toEqual([]);
    expect(embedded).toMatchObject({
      holder: { name: 'FormDataXml', text: '\n<?xml version="1.0"?><a/>\n' },
      schema: null,
      place: { line: 18, position: 1 },
      what: "FormDataXml of XML attachment 'x' (1/1)",
    });
  });

  test.each([
    ['its own service', '<ServiceCode>FORM</ServiceCode>', '77', '1', 'forms/77-1.xsd'],
    ['another service', '<ServiceCode>PSA</ServiceCode>', '890', '10451', 'forms/890-10451.xsd'],
    [
      'another service, its version with zeros before',
      '<ServiceCode>PSA</ServiceCode>',
      '890',
      '010451',
      'forms/890-10451.xsd',
    ],
    ['its own service before another', '<ServiceCode>OWNFORM</ServiceCode>', '890', '10451', 'forms/own.xsd'],
    ['no service', '<ServiceCode>PSA</ServiceCode>', '890', '10452', null],
  ])('has the schema that the catalogue names at %s', (_, service, id, version, schema) => {
    expect(map({ service, content: form(id, version, '&lt;a/&gt;') }).embedded).toMatchObject([
      { holder: { text: '<a/>' }, schema },
    ]);
  });

  test('has no schema without a catalogue', () => {
    const mapped = map({ content: form('890', '10451', '') }, { ...CONTEXT, catalogue: null });
    expect(mapped.embedded).toMatchObject([{ holder: { text: '' }, schema: null }]);
  });
});

describe('what a failed correspondence is known by', () => {
  const identify = (source: string) =>
    correspondenceMapper.identify(parseItem(source, { line: 1, position: 1 }), CONTEXT);

  test('is read from what is there, its edition resolved', () => {
    expect(identify(correspondence({ service: '<ServiceCode>PSA</ServiceCode>' }))).toEqual({
      serviceCode: 'PSA',
      serviceEditionCode: '2010',
      reportee: ORGANISATION,
      sendersReference: 'ref-1',
      shortName: null,
    });
  });

  test('is nothing when there is nothing, and never throws', () => {
    const nothing = {
      serviceCode: null,
      serviceEditionCode: null,
      reportee: null,
      sendersReference: null,
      shortName: null,
    };
    for (const source of ['<Correspondence/>', '<Correspondence>', '<Correspondence', '', 'text', '<a b="</a>']) {
      expect(identify(source)).toEqual(nothing);
    }
  });

  test('survives an item cut short at any character', () => {
    const source = correspondence();
    for (let length = 0; length < source.length; length++) {
      const { serviceCode } = identify(source.slice(0, length));
      expect(serviceCode === null || 'PSA'.startsWith(serviceCode)).toBe(true);
    }
  });

  test('is told without a catalogue too', () => {
    const item = parseItem(correspondence({ service: '<ServiceCode>PSA</ServiceCode>' }), { line: 1, position: 1 });
    expect(correspondenceMapper.identify(item, { ...CONTEXT, catalogue: null }).serviceEditionCode).toBeNull();
    expect(CATALOGUE.newestEdition('PSA')?.serviceEditionCode).toBe('2010');
  });
});
