import { expect, test } from 'vitest';
import { expectItemFaults, type FaultyItem } from '../support/faulty-items.js';
import { exampleCatalogue, intakeHome, legacyReceiptOf, put, query, take } from '../support/intake-home.js';
import { altut, type MessageParts, message, ORGANISATION, PERSON } from '../support/submissions.js';

const FORM_ONLY = '<ReplyMessages><ReplyMessage><Form formNumber="1" version="2"/></ReplyMessage></ReplyMessages>';
const NO_CHOICE = '<ReplyMessages><ReplyMessage><Form/></ReplyMessage></ReplyMessages>';
const URL_ONLY =
  '<ReplyMessages><ReplyMessage><Form><ServiceURL>https://example.no</ServiceURL></Form></ReplyMessage></ReplyMessages>';
const TO_SERVICE =
  '<ReplyMessages><ReplyMessage><Form><ServiceCode>1051_201010</ServiceCode></Form></ReplyMessage></ReplyMessages>';

test('each rule fails its own item with its code, line, reference and remedy; both receipts tell', async () => {
  const home = homeWithServices();
  const items = [
    message('GOOD-1', { after: TO_SERVICE }),
    fault('FREE-TEXT', { shortName: 'Skatteoppgjør 2007' }, 30003, /does not name a service\. Expected/),
    fault('HYPHEN', { shortName: 'PSA-2009' }, 30003, /'PSA-2009' does not name a service/),
    fault('UNKNOWN', { shortName: 'NONE 1' }, 40013, /'NONE' is not in the service catalogue/),
    fault('EDITION', { shortName: 'PSA 1' }, 30006, /no edition '1'; the editions .* 2009/),
    fault('TYPE', { shortName: '1051 201010' }, 40019, /type Correspondence is expected/),
    fault('OWNER', { shortName: 'ARSREG 2024' }, 30005, /belongs to the service owner BRG/),
    fault('PERSON', { reportee: '14909021148' }, 40016, /149090\*{5} is not a valid national identity number/),
    fault('ORG', { reportee: '310123456' }, 50008, /310123456 is not a valid organisation number/),
    fault('NO-LANGUAGE', { languageCode: '' }, 40001, /languageCode is empty\. Expected 1033/),
    fault('LANGUAGE', { languageCode: '1' }, 60003, /'1' is not a language of messages/),
    fault('NO-TITLE', { content: { MessageHeader: '' } }, 40003, /MessageHeader is empty or missing/),
    fault('NO-BODY', { shortName: 'BODY 1' }, 40002, /the service demands a message body/),
    fault('FORM-ONLY', { after: FORM_ONLY }, 30003, /form number and version alone can't be referred to/),
    fault('NO-CHOICE', { after: NO_CHOICE }, 30003, /Expected a ServiceCode, an ArchiveReference or a ServiceURL/),
    fault('SMS', { after: notified('SMSPhoneNumber', 'x@example.no') }, 40015, /is not a phone number/),
    fault('EMAIL', { after: notified('EmailAddress', '99999999') }, 40015, /is not an e-mail address/),
    fault('BASE64', { content: attached('QUJD*') }, 0, /content of attachment 'a\.txt' is not valid base64/),
    fault('SHORT', { reportee: '12345' }, 60012, /reportee.*5 digits/),
    message('GOOD-2', { shortName: ' PSA_2009 ', reportee: PERSON, content: attached(' QUJD ') }),
  ];
  const file = altut({ name: 'SKD-PSA', sequenceNo: '017' }, ...items.map(xmlOf));
  const [taken] = await take(home, file);
  if (taken === undefined) throw new Error('no receipt');
  expectItemFaults(home, taken.shipment, file, items);
  expect(taken.shipment).toMatchObject({ format: 'altut', systemUserCode: 'SKD-PSA', reference: 'SKD-PSA/017' });
  expect(taken.receipt.typeName).toBe('Correspondence');
  expect(taken.receipt.references).toStrictEqual([
    'ExternalShipmentReference=SKD-PSA/017',
    `BatchReference=${taken.shipment.batchId}`,
    'OwnerPartyReference=974761076',
  ]);
  expect(taken.receipt.subReceipts[0]?.references).toStrictEqual([
    'SendersReference=GOOD-1',
    `PartyReference=${ORGANISATION}`,
  ]);
  const legacy = legacyReceiptOf(home, taken.shipment);
  expect(legacy).toMatchObject({ receiptType: 'ALTUT', status: 'ValidationFailed' });
  const failed = taken.receipt.subReceipts.filter(({ status }) => status !== 'OK').map(({ text }) => text);
  expect(legacy.entries).toStrictEqual([taken.receipt.text, ...failed]);
  expect(query(home, 'SELECT short_name AS s FROM visible_message WHERE senders_reference = ?', 'GOOD-2')).toEqual([
    { s: ' PSA_2009 ' },
  ]);
});

test("the service's definition decides title and confirmations, and what is not carried over is warned of", async () => {
  const home = homeWithServices();
  const items = [
    message('TITLED', { shortName: 'TITLE 1', content: { MessageHeader: 'The file says', HTML: '<p>Hei</p>' } }),
    message(null, { shortName: 'TITLE 1', content: { MessageHeader: null } }),
    message('URL', { after: URL_ONLY, participant: { RequireConfirmation: 'true' } }),
    message('LONG', { content: { MessageHeader: 'T', MessageSummery: 's'.repeat(2000) } }),
    message('SAME', {}),
    message('SAME', {}),
    message('SAME', { shortName: 'TITLE 1' }),
  ];
  const [taken] = await take(home, altut({ sequenceNo: '1' }, ...items));
  expect(taken?.shipment).toMatchObject({ status: 'OK', items: { total: 7, accepted: 7, failed: 0 } });
  const texts = taken?.receipt.subReceipts.map(({ text }) => text) ?? [];
  expect(texts[0]).not.toContain('Warning');
  expect(texts[1]).toMatch(/accepted\..*Service TITLE\/1.*Warning \[0\].*no messageReference/);
  expect(texts[2]).toMatch(/Warning \[0\].*only a ServiceURL is not carried over/);
  expect(texts[5]).toMatch(/Warning \[0\].*not unique/);
  // Of another shortName, so it is another's.
  expect(texts[6]).not.toContain('Warning');
  const messages = query(
    home,
    `SELECT message_title AS title, require_confirmation AS confirm, length(message_summary) AS summary,
       message_body_is_markup AS markup FROM visible_message ORDER BY item_id LIMIT 4`,
  );
  expect(messages).toStrictEqual([
    { title: 'The title of the service', confirm: 1, summary: null, markup: 1 },
    { title: 'The title of the service', confirm: 1, summary: null, markup: 0 },
    { title: 'Tittel', confirm: 0, summary: null, markup: 0 },
    { title: 'T', confirm: 0, summary: 2000, markup: 0 },
  ]);
});

/** The example catalogue with a service that demands a body, and one that has a title of its own. */
function homeWithServices(): string {
  const home = intakeHome();
  const catalogue = exampleCatalogue();
  const service = { serviceEditionCode: '1', type: 'Correspondence', name: 'Of any owner' };
  const message = { title: 'The title of the service', requireConfirmation: true, confirmations: 'opened' };
  const services = [
    ...catalogue.services,
    { ...service, serviceCode: 'BODY', message: { requireBody: true } },
    { ...service, serviceCode: 'TITLE', message },
  ];
  put(home, 'services.json', JSON.stringify({ ...catalogue, services }));
  return home;
}

function notified(kind: 'SMSPhoneNumber' | 'EmailAddress', value: string): string {
  const list = kind === 'SMSPhoneNumber' ? 'SMSPhoneNumbers' : 'EmailAddresses';
  return `<NotificationMessages><NotificationMessage><${list}><${kind}>${value}</${kind}></${list}></NotificationMessage></NotificationMessages>`;
}

function attached(data: string) {
  return { MessageHeader: 'T', Attachments: `<Attachment id="1" filename="a.txt" name="A">${data}</Attachment>` };
}

function fault(reference: string, parts: MessageParts, code: number, says: RegExp): FaultyItem {
  return { reference: `reference ${reference}`, xml: message(reference, parts), code, says };
}

function xmlOf(item: string | FaultyItem): string {
  return typeof item === 'string' ? item : item.xml;
}
