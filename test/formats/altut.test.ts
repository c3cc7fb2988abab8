import { describe, expect, test } from 'vitest';
import { altutMapper } from '../../src/formats/altut.js';
import type { MapContext, MappedItem } from '../../src/formats/item-mapper.js';
import { parseItem } from '../../src/xml/tree.js';
import { accepted, CONTEXT, codes, mapSource, ORGANISATION, onlyIssue, PERSON } from './message-samples.js';

interface Parts {
  readonly shortName?: string;
  /** The whole attribute, or nothing. */
  readonly reference?: string;
  readonly reportee?: string;
  /** What stands in Participant before Content. */
  readonly participant?: string;
  readonly language?: string;
  readonly header?: string;
  /** What stands in Content behind MessageHeader. */
  readonly content?: string;
  /** What stands behind Participant. */
  readonly rest?: string;
}

function message(parts: Parts = {}): string {
  const {
    shortName = 'PSA 2009',
    reference = ' messageReference="ref-1"',
    reportee = ORGANISATION,
    participant = '',
    language = '1044',
    header = '<MessageHeader>A header</MessageHeader>',
    content = '',
    rest = '',
  } = parts;
  return `<Message shortName="${shortName}"${reference} persistent="true"><Sender><Name>Skatteetaten</Name></Sender>
<Participant id="${reportee}">${participant}
<Content languageCode="${language}">
${header}
${content}</Content></Participant>
${rest}</Message>`;
}

function map(parts: Parts = {}, context: MapContext = CONTEXT): MappedItem {
  return mapSource(altutMapper, message(parts), context);
}

describe('an accepted AltUt message', () => {
  test('becomes a message by the table, and what has no place there is dropped', () => {
    const source = `<Message shortName=" PSA_2009 " messageReference="ref-1" viewFormat="v" allowDelete="true" persistent="false">
<RoleReqRead>1</RoleReqRead><RoleReqDeleteConfirm>2</RoleReqDeleteConfirm><RoleReqGovAgency>3</RoleReqGovAgency>
<Sender><Name>Skatteetaten</Name></Sender>
<Participant id="${PERSON}"><VisibleDate>2024-02-01Z</VisibleDate><DueDate>2024-03-01</DueDate>
<AltinnArchive>AR1</AltinnArchive><LoginSecurityLevel>2</LoginSecurityLevel><AllowUserDeleteDate>2025-01-01</AllowUserDeleteDate>
<AllowSystemDeleteDate> 2034-02-01+01:00 </AllowSystemDeleteDate><VisibleInClientReport>true</VisibleInClientReport>
<RequireConfirmation>false</RequireConfirmation><Year>2007</Year><MunicipalNumber>0301</MunicipalNumber>
<Content languageCode="2068"><MessageHeader>Header</MessageHeader><MessageSubject>Subject</MessageSubject>
<MessageSummery>Sum &amp; all</MessageSummery><Invoice><kid>1</kid></Invoice>
<Attachments><Attachment id="7" functionType="Invoice" type="application_pdf" filename="a.pdf" name="A">
AQ ID
</Attachment><Attachment id="8" filename="b.txt" name="B"/></Attachments>
<HTML><![CDATA[<p>Hello</p>]]></HTML></Content></Participant>
<NotificationMessages NotificationTypeName="General"><NotificationMessage participantId="p1">
<SMSPhoneNumbers><SMSPhoneNumber>91234567</SMSPhoneNumber><SMSPhoneNumber>+47 91234568</SMSPhoneNumber></SMSPhoneNumbers>
<EmailAddresses><EmailAddress>a@example.no</EmailAddress></EmailAddresses></NotificationMessage>
<NotificationMessage><EmailAddresses><EmailAddress>b@example.no</EmailAddress></EmailAddresses></NotificationMessage></NotificationMessages>
<ReplyMessages><ReplyMessage><Form formNumber="RF-1" version="2"><ServiceCode>NOT1_7</ServiceCode></Form></ReplyMessage>
<ReplyMessage><Form><ArchiveReference>AR2</ArchiveReference></Form></ReplyMessage></ReplyMessages>
</Message>`;
    const mapped = mapSource(altutMapper, source);
    expect(mapped).toMatchObject({
      serviceCode: 'PSA',
      serviceEditionCode: '2009',
      reportee: PERSON,
      sendersReference: 'ref-1',
      shortName: ' PSA_2009 ',
      issues: [],
      embedded: [],
    });
    expect(accepted(mapped)).toEqual({
      kind: 'message',
      serviceEditionGiven: '2009',
      shortName: ' PSA_2009 ',
      languageCode: '2068',
      messageTitle: 'Header',
      messageSummary: 'Sum & all',
      messageBody: '<p>Hello</p>',
      messageBodyIsMarkup: false,
      visibleDateTime: '2024-02-01Z',
      allowSystemDeleteDateTime: '2034-02-01+01:00',
      dueDateTime: '2024-03-01',
      archiveReference: 'AR1',
      allowForwarding: null,
      caseId: null,
      isReservable: null,
      onBehalfOfOrgNr: null,
      requireConfirmation: true,
      customData: [
        { key: 'Year', value: '2007' },
        { key: 'MunicipalNumber', value: '0301' },
      ],
      attachments: [
        {
          fileName: 'a.pdf',
          name: 'A',
          encrypted: false,
          data: Buffer.from([1, 2, 3]),
          sendersReference: null,
          functionType: 'Invoice',
          attachmentType: 'application_pdf',
          destinationType: null,
        },
        {
          fileName: 'b.txt',
          name: 'B',
          encrypted: false,
          data: Buffer.alloc(0),
          sendersReference: null,
          functionType: null,
          attachmentType: null,
          destinationType: null,
        },
      ],
      xmlAttachments: [],
      replyOptions: [
        { kind: 'Service', serviceCode: 'NOT1', serviceEdition: '7' },
        { kind: 'ArchiveReference', archiveReference: 'AR2' },
      ],
      notifications: [
        {
          fromAddress: null,
          shipmentDateTime: '2024-02-01Z',
          languageCode: '2068',
          notificationType: 'General',
          useServiceOwnerShortNameAsSenderOfSms: null,
          participantId: 'p1',
          textTokens: [],
          endPoints: [
            { transportType: 'SMS', receiverAddress: '91234567' },
            { transportType: 'SMS', receiverAddress: '+47 91234568' },
            { transportType: 'Email', receiverAddress: 'a@example.no' },
          ],
        },
        expect.objectContaining({
          participantId: null,
          endPoints: [{ transportType: 'Email', receiverAddress: 'b@example.no' }],
        }),
      ],
      sdpOptions: null,
    });
  });

  test('with only what it must have is accepted', () => {
    expect(accepted(map())).toMatchObject({
      messageSummary: null,
      messageBody: null,
      visibleDateTime: null,
      archiveReference: null,
      customData: [],
      attachments: [],
      replyOptions: [],
      notifications: [],
    });
  });

  test('keeps a summary longer than a correspondence may have whole', () => {
    const summary = 'å'.repeat(2000);
    expect(accepted(map({ content: `<MessageSummery>${summary}</MessageSummery>` })).messageSummary).toBe(summary);
  });

  test('keeps a body of markup as it stands in the file', () => {
    const content = "<HTML><p class='a'>1 &lt; 2<br/></p></HTML>";
    expect(accepted(map({ content }))).toMatchObject({
      messageBody: "<p class='a'>1 &lt; 2<br/></p>",
      messageBodyIsMarkup: true,
    });
  });

  test('is notified of at the time of intake when it has no VisibleDate', () => {
    const rest = '<NotificationMessages><NotificationMessage/></NotificationMessages>';
    expect(accepted(map({ rest })).notifications).toMatchObject([
      { shipmentDateTime: '2024-05-06T07:08:09', notificationType: '', languageCode: '1044', endPoints: [] },
    ]);
  });

  test('gets the need for a confirmation from its service, whatever the file says', () => {
    const participant = '<RequireConfirmation>true</RequireConfirmation>';
    expect(accepted(map({ participant, shortName: 'PSA 2010' })).requireConfirmation).toBe(false);
    expect(accepted(map({ participant }, { ...CONTEXT, catalogue: null })).requireConfirmation).toBeNull();
  });
});

describe('the shortName of an AltUt message', () => {
  test('that is an old free-text name fails it, and names no service', () => {
    const mapped = map({ shortName: 'Skatteoppgjør 2007' });
    expect(mapped).toMatchObject({
      serviceCode: null,
      serviceEditionCode: null,
      shortName: 'Skatteoppgjør 2007',
      content: null,
    });
    const only = onlyIssue(mapped);
    expect(only).toMatchObject({ code: 30003, level: 'Error', line: 10, position: 3, reference: 'ref-1' });
    expect(only.message).toContain("'Skatteoppgjør 2007'");
  });

  test.each([
    ['', 30003],
    ['XXX 1', 40013],
    ['PSA 1', 30006],
    ['PSA_02009', 30006],
    ['1051_201010', 40019],
    ['OTHERS_1', 30005],
  ])('%j fails it with its code', (shortName, code) => {
    const mapped = map({ shortName });
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code, level: 'Error' });
  });

  test.each(['PSA  2009', 'PSA&#10;2009', 'PSA\u00a02009', 'PSA-2009', 'PSA _2009'])(
    'that looks right but for its separator fails it, and the text says what is wrong with it: %j',
    (shortName) => {
      const { code, message } = onlyIssue(map({ shortName }));
      expect(code).toBe(30003);
      expect(message).toContain('between its service code and its edition code stands something else');
    },
  );

  test('is not looked up without a catalogue', () => {
    const mapped = map({ shortName: 'XXX 1' }, { ...CONTEXT, catalogue: null });
    expect(mapped).toMatchObject({ serviceCode: 'XXX', serviceEditionCode: '1', issues: [] });
  });
});

describe('an AltUt message fails', () => {
  test.each([
    ['no reportee', { reportee: ' ' }, 40007, 11],
    ['a bad organisation number', { reportee: '910000005' }, 50008, 11],
    ['a bad person number', { reportee: '01810100017' }, 40016, 11],
    ['a reportee of letters', { reportee: 'ABC' }, 60012, 11],
    ['an empty language', { language: '' }, 40001, 12],
    ['an unknown language', { language: '1030' }, 60003, 12],
    ['no body when its service demands one', { shortName: 'BODY 1' }, 40002, 12],
    ['an empty body when its service demands one', { shortName: 'BODY 1', content: '<HTML> </HTML>' }, 40002, 14],
    ['no header when its service has no title', { header: '' }, 40003, 12],
    ['an empty header when its service has no title', { header: '<MessageHeader> </MessageHeader>' }, 40003, 13],
  ] as const)('with %s', (_, parts, code, line) => {
    const mapped = map(parts);
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code, level: 'Error', line, reference: 'ref-1' });
  });

  test.each([
    ['SMSPhoneNumber', 'SMSPhoneNumbers', 'me@example.no'],
    ['EmailAddress', 'EmailAddresses', '91234567'],
  ])('with an %s that is none', (name, list, value) => {
    const rest = `<NotificationMessages><NotificationMessage><${list}><${name}>${value}</${name}></${list}></NotificationMessage></NotificationMessages>`;
    const only = onlyIssue(map({ rest }));
    expect(only).toMatchObject({ code: 40015, level: 'Error', line: 15 });
    expect(only.message).toContain(`${name} '${value}'`);
  });

  test('with all that is wrong named at once and no whole person number told', () => {
    const mapped = map({ shortName: PERSON, reportee: '01810100017', language: PERSON, header: '' });
    expect(codes(mapped)).toEqual([30003, 40016, 60003]);
    expect(JSON.stringify(mapped.issues)).not.toMatch(/018101\d/);
  });
});

describe('the title of an AltUt message', () => {
  test("is its service's when that has one, with a MessageHeader or without", () => {
    expect(accepted(map({ shortName: 'TITLE 1' })).messageTitle).toBe('Title of the service');
    expect(accepted(map({ shortName: 'TITLE 1', header: '' })).messageTitle).toBe('Title of the service');
  });

  test('is only warned of when it is missing and there is no catalogue to tell', () => {
    const mapped = map({ header: '' }, { ...CONTEXT, catalogue: null });
    expect(onlyIssue(mapped)).toMatchObject({ code: 40003, level: 'Warning' });
    expect(accepted(mapped).messageTitle).toBe('');
  });
});

describe('an AltUt message without messageReference', () => {
  test.each(['', ' messageReference=" "'])('is warned of when its service asks for confirmations (%j)', (reference) => {
    const mapped = map({ reference });
    expect(mapped.sendersReference).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code: 0, level: 'Warning', line: 10, reference: null });
    expect(accepted(mapped).messageTitle).toBe('A header');
  });

  test('is accepted without a word when its service asks for none, or there is no catalogue', () => {
    expect(map({ reference: '', shortName: 'PSA 2010' }).issues).toEqual([]);
    expect(onlyIssue(map({ reference: '', shortName: 'CONFIRM 1' }))).toMatchObject({ code: 0, level: 'Warning' });
    expect(map({ reference: '' }, { ...CONTEXT, catalogue: null }).issues).toEqual([]);
  });
});

describe('attachments of an AltUt message', () => {
  test.each(['functionType', 'type'])('may have an unknown %s, with a Warning', (name) => {
    const content = `<Attachments><Attachment id="1" ${name}="Odd" filename="f" name="n">AQID</Attachment></Attachments>`;
    const mapped = map({ content });
    expect(onlyIssue(mapped)).toMatchObject({ code: 0, level: 'Warning', line: 14 });
    expect(Object.values(accepted(mapped).attachments[0] ?? {})).toContain('Odd');
  });
});

describe('a ReplyMessage', () => {
  const reply = (form: string) =>
    map({ rest: `<ReplyMessages><ReplyMessage>\n${form}</ReplyMessage></ReplyMessages>` });

  test.each(['NOT1 7', 'NOT1_7', '\n NOT1 7 '])(
    'with the ServiceCode %j refers to a service that need not exist',
    (code) => {
      expect(accepted(reply(`<Form><ServiceCode>${code}</ServiceCode></Form>`)).replyOptions).toEqual([
        { kind: 'Service', serviceCode: 'NOT1', serviceEdition: '7' },
      ]);
    },
  );

  test.each([
    ['an Altinn I form', '<Form formNumber="RF-1030" version="1"/>'],
    ['nothing', '<Form/>'],
    ['an empty ServiceCode', '<Form><ServiceCode/></Form>'],
    ['an empty ServiceURL', '<Form formNumber="1"><ServiceURL> </ServiceURL></Form>'],
    ['an empty ArchiveReference', '<Form><ArchiveReference/></Form>'],
    ['a ServiceCode without edition', '<Form><ServiceCode>NOT1</ServiceCode></Form>'],
    ['a ServiceCode with a hyphen', '<Form><ServiceCode>NOT1-7</ServiceCode></Form>'],
  ])('that names %s fails the item', (_, form) => {
    const mapped = reply(form);
    expect(mapped.content).toBeNull();
    expect(onlyIssue(mapped)).toMatchObject({ code: 30003, level: 'Error', line: 16 });
  });

  test('with only a ServiceURL is left out with a Warning', () => {
    const mapped = reply('<Form formNumber="1"><ServiceURL>https://example.no</ServiceURL></Form>');
    expect(onlyIssue(mapped)).toMatchObject({ code: 0, level: 'Warning', line: 16, position: 1 });
    expect(accepted(mapped).replyOptions).toEqual([]);
  });
});

describe('what a failed AltUt message is known by', () => {
  const identify = (source: string) => altutMapper.identify(parseItem(source, { line: 1, position: 1 }), CONTEXT);

  test('is read from what is there', () => {
    expect(identify(message())).toEqual({
      serviceCode: 'PSA',
      serviceEditionCode: '2009',
      reportee: ORGANISATION,
      sendersReference: 'ref-1',
      shortName: 'PSA 2009',
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
    for (const source of ['<Message/>', '<Message>', '<Message', '', 'text', '<Message><Participant/></Message>']) {
      expect(identify(source)).toEqual(nothing);
    }
  });
});
