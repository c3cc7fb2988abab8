import { expect, test } from 'vitest';
import { expectItemFaults, type FaultyItem } from '../support/faulty-items.js';
import { exampleCatalogue, intakeHome, put, query, take } from '../support/intake-home.js';
import {
  binaryAttachment,
  correspondence,
  correspondences,
  elements,
  endPoint,
  notification,
  ORGANISATION,
  PERSON,
  type Values,
} from '../support/submissions.js';

test('each rule fails its own item with its code, line, reference and remedy; the neighbours are accepted', async () => {
  const home = homeWithBodyService();
  const notified = (...points: string[]) => ({ Notifications: notification({ RecieverEndPoints: points.join('') }) });
  const sdp = (name: string) => ({
    SdpOptions: elements({ SdpSetting: 'CopyAltinn', PrimaryDocumentFileName: name }),
  });
  const xmlAttachment = (formData: string) => ({
    Attachments: elements({
      XmlAttachments: `<XmlAttachment>${elements({
        SendersReference: 'X-1',
        DataFormatID: '890',
        DataFormatVersion: '10451',
        FormDataXml: formData,
      })}</XmlAttachment>`,
    }),
  });
  const items = [
    correspondence('GOOD-1'),
    fault('NO-CODE', { ServiceCode: '' }, {}, 40006, /service code is empty/),
    fault('UNKNOWN', { ServiceCode: 'NONE' }, {}, 40013, /'NONE' is not in the service catalogue/),
    fault('EDITION', { ServiceEdition: '1999' }, {}, 30006, /no edition '1999'; the editions .* 2009/),
    fault('TYPE', { ServiceCode: '1051', ServiceEdition: '201010' }, {}, 40019, /type Correspondence is expected/),
    fault('OWNER', { ServiceCode: 'ARSREG', ServiceEdition: null }, {}, 30005, /belongs to the service owner BRG/),
    fault('NO-REPORTEE', { Reportee: '' }, {}, 40007, /reportee is empty/),
    fault('PERSON', { Reportee: '14909021148' }, {}, 40016, /149090\*{5} is not a valid national identity number/),
    fault('ORG', { Reportee: '310123456' }, {}, 50008, /310123456 is not a valid organisation number/),
    fault('REPORTEE', { Reportee: 'Kari' }, {}, 60012, /other characters than digits/),
    correspondence('GOOD-2', { ServiceEdition: null, Reportee: PERSON }),
    fault('NO-LANGUAGE', {}, { LanguageCode: '' }, 40001, /LanguageCode is empty\. Expected 1033/),
    fault('LANGUAGE', {}, { LanguageCode: '1045' }, 60003, /'1045' is not a language of messages\. Expected 1033/),
    fault('NO-TITLE', {}, { MessageTitle: ' ' }, 40003, /MessageTitle is empty/),
    fault('NO-BODY', { ServiceCode: 'BODY', ServiceEdition: '1' }, {}, 40002, /the service demands a message body/),
    fault(
      'BLANK-BODY',
      { ServiceCode: 'BODY', ServiceEdition: '1' },
      { MessageBody: ' ' },
      40002,
      /MessageBody is empty/,
    ),
    fault('CASE', { CaseId: '0' }, {}, 60001, /Expected a number of 1 or more/),
    fault('SUMMARY', {}, { MessageSummary: 'x'.repeat(513) }, 0, /512/),
    fault(
      'SDP',
      { ...sdp('other.pdf') },
      { Attachments: binaryAttachment() },
      0,
      /'other\.pdf' names none of the binary/,
    ),
    fault('FORM', {}, xmlAttachment('<![CDATA[<Other/>]]>'), 40012, /FormDataXml of XML attachment 'X-1'/),
    fault('NOT-XML', {}, xmlAttachment('nothing'), 40012, /FormDataXml of XML attachment 'X-1'/),
    fault('FROM', { Notifications: notification({ FromAdress: 'skd' }) }, {}, 40020, /'skd' is not an e-mail address/),
    fault(
      'SMS',
      notified(endPoint('SMS', 'a@example.no')),
      {},
      40015,
      /is not a phone number\. Expected 5 to 15 digits/,
    ),
    fault('EMAIL', notified(endPoint('Email', '99999999')), {}, 40015, /is not an e-mail address/),
    fault(
      'BOTH',
      notified(endPoint('Both', 'a@example.no')),
      {},
      40015,
      /must be empty when the TransportType is Both/,
    ),
    fault('PREFERRED', notified(endPoint('SMSPreferred', '99999999')), {}, 40015, /must be empty/),
    fault('EMAIL-PREFERRED', notified(endPoint('EmailPreferred', 'a@example.no')), {}, 40015, /must be empty/),
    fault('TRANSPORT', notified(endPoint('Pigeon')), {}, 40015, /'Pigeon' is not known\. Expected SMS, Email, Both/),
    fault('BASE64', {}, { Attachments: binaryAttachment({ Data: '-_-_' }) }, 0, /Data of attachment 'brev\.txt'/),
    fault('ON-BEHALF', { OnBehalfOfOrgNr: '310123456' }, {}, 50008, /OnBehalfOfOrgNr '310123456'/),
    correspondence('GOOD-3', {
      ...notified(
        endPoint('SMS', '+47 912 34 567'),
        endPoint('SMS'),
        endPoint('Email', 'kåre@example.no'),
        endPoint('Both'),
        endPoint('SMSPreferred', ''),
        endPoint('EmailPreferred'),
        endPoint('PriorityEmailSMSReminder'),
      ),
      ReplyOptions: '<ReplyOption><Service><ServiceCode>NOBODYS</ServiceCode></Service></ReplyOption>',
    }),
    correspondence('GOOD-4', sdp('brev.txt'), { Attachments: binaryAttachment() }),
    correspondence('GOOD-5', {}, xmlAttachment('&lt;Skjema/&gt;')),
  ];
  const file = correspondences({ reference: 'RULES' }, ...items.map(xmlOf));
  const [taken] = await take(home, file);
  if (taken === undefined) throw new Error('no receipt');
  expectItemFaults(home, taken.shipment, file, items);
  expect(taken.receipt.typeName).toBe('Correspondence');
  expect(taken.receipt.subReceipts[0]?.references).toStrictEqual([
    'SendersReference=GOOD-1',
    `PartyReference=${ORGANISATION}`,
  ]);
  expect(
    query(home, 'SELECT service_edition_code AS e FROM visible_message WHERE senders_reference = ?', 'GOOD-2'),
  ).toStrictEqual([{ e: '2009' }]);
  // What failed is kept as it was sent, in a document of its own.
  const raw = query<{ raw: string }>(
    home,
    `SELECT raw_xml AS raw FROM item_raw_xml JOIN item ON item.id = item_id WHERE senders_reference = 'NO-TITLE'`,
  );
  expect(raw[0]?.raw).toContain('<ShipmentReference>RULES</ShipmentReference>');
  expect(raw[0]?.raw).toContain('<MessageTitle> </MessageTitle>');
});

test('unknown types of attachments are a Warning, and kept', async () => {
  const home = intakeHome();
  const values = { FunctionType: 'Gift', AttachmentType: 'video', DestinationType: 'Moon' };
  const known = { FunctionType: 'Invoice', AttachmentType: 'application_zip', DestinationType: 'PortalOnly' };
  const [taken] = await take(
    home,
    correspondences(
      { reference: 'TYPES' },
      correspondence('A', {}, { Attachments: binaryAttachment(values) }),
      correspondence('B', {}, { Attachments: binaryAttachment(known) }),
    ),
  );
  expect(taken?.shipment.status).toBe('OK');
  const [first, second] = taken?.receipt.subReceipts ?? [];
  expect(first?.text.match(/Warning \[0\]/g)).toHaveLength(3);
  expect(second?.text).not.toContain('Warning');
  expect(
    query(home, 'SELECT function_type AS f, attachment_type AS a, destination_type AS d FROM message_attachment'),
  ).toEqual([
    { f: 'Gift', a: 'video', d: 'Moon' },
    { f: 'Invoice', a: 'application_zip', d: 'PortalOnly' },
  ]);
});

/** The example catalogue with a service of SKD's that demands a body. */
function homeWithBodyService(): string {
  const home = intakeHome();
  const catalogue = exampleCatalogue();
  const services = [
    ...catalogue.services,
    { serviceCode: 'BODY', serviceEditionCode: '1', type: 'Correspondence', name: 'B', message: { requireBody: true } },
  ];
  put(home, 'services.json', JSON.stringify({ ...catalogue, services }));
  return home;
}

function fault(reference: string, values: Values, content: Values, code: number, says: RegExp): FaultyItem {
  return { reference: `reference ${reference}`, xml: correspondence(reference, values, content), code, says };
}

function xmlOf(item: string | FaultyItem): string {
  return typeof item === 'string' ? item : item.xml;
}
