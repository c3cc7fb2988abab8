import { describe, expect, it } from 'vitest';
import {
  anyMarkup,
  base64,
  boolean,
  date,
  gYear,
  many,
  maybe,
  one,
  optional,
  optionalChoice,
  padded,
  required,
  some,
  string,
  stringOf,
} from './facts.js';
import { proveFacts } from './prove.js';
import { faults } from './xsd.js';

const content = one(
  'Content',
  [
    maybe('MessageHeader', stringOf(0, 512)),
    maybe('MessageSubject', string),
    maybe('MessageSummery', stringOf(0, 2000)),
    maybe('Invoice', anyMarkup),
    maybe('Attachments', [
      some('Attachment', base64, [
        required('id', string),
        optional('functionType', string),
        optional('type', string),
        required('filename', string),
        required('name', string),
      ]),
    ]),
    maybe('HTML', anyMarkup),
  ],
  [required('languageCode', string)],
);

const participant = one(
  'Participant',
  [
    maybe('VisibleDate', padded(date)),
    maybe('DueDate', padded(date)),
    maybe('AltinnArchive', string),
    maybe('LoginSecurityLevel', string),
    maybe('AllowUserDeleteDate', padded(date)),
    maybe('AllowSystemDeleteDate', padded(date)),
    maybe('VisibleInClientReport', boolean),
    maybe('RequireConfirmation', boolean),
    maybe('Year', padded(gYear)),
    maybe('MunicipalNumber', string),
    content,
  ],
  [required('id', string)],
);

const notificationMessages = maybe(
  'NotificationMessages',
  [
    some(
      'NotificationMessage',
      [
        maybe('SMSPhoneNumbers', [some('SMSPhoneNumber', string)]),
        maybe('EmailAddresses', [some('EmailAddress', string)]),
      ],
      [optional('participantId', string)],
    ),
  ],
  [optional('NotificationTypeName', string)],
);

const replyMessages = maybe('ReplyMessages', [
  some('ReplyMessage', [
    one(
      'Form',
      optionalChoice(one('ServiceCode', string), one('ServiceURL', string), one('ArchiveReference', string)),
      [optional('formNumber', string), optional('version', string)],
    ),
  ]),
]);

const message = many(
  'Message',
  [
    maybe('RoleReqRead', string),
    maybe('RoleReqDeleteConfirm', string),
    maybe('RoleReqGovAgency', string),
    one('Sender', [one('Name', string)]),
    participant,
    notificationMessages,
    replyMessages,
  ],
  [
    required('shortName', string),
    optional('messageReference', string),
    optional('viewFormat', string),
    optional('allowDelete', boolean),
    required('persistent', boolean),
  ],
);

const govOrgan = one(
  'GovOrgan',
  [one('AltUt', [message], [optional('sequenceno', string)])],
  [required('name', string)],
);

describe('altut.xsd', () => {
  proveFacts('altut.xsd', govOrgan, null);

  it('refuses a GovOrgan of a namespace', () => {
    expect(faults('altut.xsd', '<GovOrgan xmlns="urn:x" name="SKD"><AltUt/></GovOrgan>')).not.toEqual([]);
  });

  it('refuses a Message as a document', () => {
    expect(faults('altut.xsd', '<Message shortName="PSA 2009" persistent="true"/>')).not.toEqual([]);
  });
});
