import { describe, expect, it } from 'vitest';
import { casesOf } from './cases.js';
import {
  anyMarkup,
  base64,
  boolean,
  choice,
  dateTime,
  empty,
  int,
  many,
  maybe,
  nillable,
  one,
  oneOf,
  oneTo,
  optional,
  padded,
  some,
  string,
  stringOf,
} from './facts.js';
import { proveFacts } from './prove.js';
import { faults } from './xsd.js';

const NAMESPACE = 'http://schemas.altinn.no/services/intermediary/correspondence/2009/10';

const content = one('Content', [
  one('LanguageCode', string),
  one('MessageTitle', string),
  maybe('MessageSummary', stringOf(0, 512)),
  maybe('MessageBody', anyMarkup),
  maybe('CustomMessageData', [some('Add', empty, [optional('key', string), optional('value', string)])]),
  maybe('Attachments', [
    maybe('BinaryAttachments', [
      some('BinaryAttachment', [
        one('FileName', string),
        one('Name', string),
        one('Encrypted', boolean),
        one('Data', base64),
        maybe('SendersReference', string),
        maybe('FunctionType', string),
        maybe('AttachmentType', string),
        maybe('DestinationType', string),
      ]),
    ]),
    maybe('XmlAttachments', [
      some('XmlAttachment', [
        one('SendersReference', string),
        one('DataFormatID', string),
        one('DataFormatVersion', padded(int)),
        one('FormDataXml', string),
      ]),
    ]),
  ]),
]);

const replyOptions = maybe('ReplyOptions', [
  some(
    'ReplyOption',
    choice(
      one('Service', [one('ServiceCode', string), maybe('ServiceEdition', string)]),
      one('ArchiveReference', string),
      one('Url', [one('LinkText', string), one('LinkUrl', string)]),
    ),
  ),
]);

const notifications = maybe('Notifications', [
  some('Notification', [
    maybe('FromAdress', string),
    one('ShipmentDateTime', padded(dateTime)),
    one('LanguageCode', string),
    one('NotificationType', string),
    maybe('TextTokens', [some('TextToken', [one('TokenNum', padded(int)), one('TokenValue', string)])]),
    maybe('RecieverEndPoints', [
      some('ReceiverEndPoint', [one('TransportType', string), maybe('ReceiverAdress', string)]),
    ]),
    maybe('UseServiceOwnerShortNameAsSenderOfSms', boolean),
  ]),
]);

const upTo25 = { good: ['7', '0', '25', '025'], bad: ['', '26', '-1', '1.5', 'x'] };
const repetitions = () => one('Repetitions', [oneTo(10, 'DaysDelayed', padded(upTo25))]);

const sdpOptions = maybe('SdpOptions', [
  one('SdpSetting', oneOf('ForwardOnly', 'CopyAltinn')),
  maybe('BackupAltinn', boolean),
  maybe('Title', string),
  maybe('NotSensitiveTitle', string),
  maybe('VisibleDateTime', padded(dateTime)),
  one('PrimaryDocumentFileName', string),
  maybe('SdpNotifications', [
    maybe('EmailNotification', [
      one('NotificationText', stringOf(1, 500)),
      maybe('EmailAddress', string),
      repetitions(),
    ]),
    maybe('SmsNotification', [one('NotificationText', stringOf(1, 160)), maybe('MobileNumber', string), repetitions()]),
  ]),
]);

const correspondences = one('Correspondences', [
  one('SystemUserCode', stringOf(0, 50)),
  one('ShipmentReference', string),
  maybe('SequenceNo', string),
  many('Correspondence', [
    one('ServiceCode', stringOf(0, 7)),
    maybe('ServiceEdition', string),
    one('SendersReference', string),
    one('Reportee', string),
    content,
    maybe('VisibleDateTime', padded(dateTime)),
    maybe('AllowSystemDeleteDateTime', padded(dateTime)),
    maybe('DueDateTime', padded(dateTime)),
    maybe('ArchiveReference', string),
    replyOptions,
    notifications,
    maybe('AllowForwarding', boolean),
    maybe('CaseId', padded(int)),
    maybe('IsReservable', boolean),
    sdpOptions,
    nillable(maybe('OnBehalfOfOrgNr', { good: ['310123455', 'blåbærene'], bad: ['', '12345678', '1234567890'] })),
  ]),
]);

describe('correspondence.xsd', () => {
  proveFacts('correspondence.xsd', correspondences, NAMESPACE);

  it('accepts a MessageBody that says it is a string, as .NET senders write it', () => {
    const [full] = casesOf(correspondences, NAMESPACE);
    const body = '<MessageBody xmlns:xsd="http://www.w3.org/2001/XMLSchema" xsi:type="xsd:string">Hei</MessageBody>';
    const xml = full?.xml.replace(/<MessageBody>.*<\/MessageBody>/s, body) ?? '';
    expect(xml).toContain('xsi:type');
    expect(faults('correspondence.xsd', xml)).toEqual([]);
  });

  it('refuses a Correspondence as a document', () => {
    expect(faults('correspondence.xsd', `<Correspondence xmlns="${NAMESPACE}"/>`)).not.toEqual([]);
  });

  it('refuses a Correspondences of no namespace', () => {
    const xml =
      '<Correspondences><SystemUserCode>SKD</SystemUserCode><ShipmentReference>1</ShipmentReference></Correspondences>';
    expect(faults('correspondence.xsd', xml)).not.toEqual([]);
  });
});
