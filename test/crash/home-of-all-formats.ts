import { inMemory } from '../support/in-memory.js';
import { drop, intakeHome } from '../support/intake-home.js';
import {
  altut,
  binaryAttachment,
  correspondence,
  correspondences,
  endPoint,
  field,
  formSet,
  message,
  notification,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

const identified = (value: string) => ({ IdentifyingFields: `<IdentifyingField>${value}</IdentifyingField>` });

const BOTH_PARTS = serviceOwner(
  [
    subscriptionPart(
      { reference: 'S-1' },
      reportee(ORGANISATION, ...['1', '2', '3'].map((CaseId) => subscriptionItem({ CaseId }))),
      reportee('123', subscriptionItem()),
      reportee(PERSON, subscriptionItem(identified('x'))),
    ),
    prefillPart(
      { reference: 'P-1', sequenceNo: '1' },
      reportee(
        PERSON,
        formSet('A', { ...identified('1'), Attachments: prefillAttachment() }),
        formSet('B', identified('2')),
        formSet('C', { ExternalServiceCode: 'NONE' }),
        field('F-1'),
        field('F-2', { Value: 'æøå' }),
      ),
      reportee(OTHER_PERSON, formSet('D'), formSet('D')),
    ),
  ].join('\n'),
);

/** Two Reportees with faults of their own, found at the end of one and in the head of the other. */
const FAULTY_REPORTEES = serviceOwner(
  prefillPart(
    { reference: 'P-2' },
    reportee(ORGANISATION, ...['1', '2', '3', '4', '5'].map((name) => formSet(`R-${name}`)), '<Stray/>'),
    reportee(PERSON, ...['1', '2', '3', '4'].map((name) => formSet(`G-${name}`, identified(name)))),
    reportee(OTHER_PERSON, ...['1', '2', '3', '4', '5'].map((name) => formSet(`H-${name}`))).replace(
      '<Reportee>',
      '<Reportee stray="1">',
    ),
  ),
);

const MESSAGES = correspondences(
  { reference: 'C-1', sequenceNo: '1' },
  correspondence(
    'M-1',
    { Notifications: notification({ RecieverEndPoints: endPoint('Email', 'ola@example.no') }) },
    { MessageBody: '<p>Hei på deg</p>', Attachments: binaryAttachment() },
  ),
  correspondence('M-2', { Reportee: '123' }),
  correspondence('M-3', {}, { LanguageCode: '9' }),
  correspondence('M-4', { AllowForwarding: 'perhaps' }),
  correspondence('M-5'),
  correspondence('M-5'),
  correspondence('M-6'),
);

const oldMessages = (sequenceNo: string) =>
  altut(
    { sequenceNo },
    ...['1', '2', '3', '4', '5'].map((name) =>
      message(`${sequenceNo}-${name}`, { shortName: name === '4' ? 'Skatteoppgjør 2007' : 'PSA_2009' }),
    ),
  );

/** How many files the home of all formats has; each makes one receipt, but the first two. */
export const FILES = ['ahead.xml', 'both.xml', 'cut.xml', 'faulty.xml', 'first.xml', 'utf-16.xml'] as const;

const MAILBOXES = [
  { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd', alsoCommon: true },
  { owner: 'BRG', inbox: 'inbox/brg', outbox: 'outbox/brg' },
];

/** The same files and some more in three inboxes: SKD's and the common one, and BRG's, where SKD has no business. */
export function homeOfMailboxes(settings: object = {}): string {
  const home = inMemory(() => intakeHome({ chunkItems: 2, minFreeBytes: 0, mailboxes: MAILBOXES, ...settings }));
  const ofBrg = (text: string) =>
    text.replaceAll('SKD', 'BRG').replaceAll('PSA', 'ARSREG').replaceAll('2009<', '2024<');
  drop(home, 'skd/ahead.xml', oldMessages('2'), 60);
  drop(home, 'both.xml', BOTH_PARTS, 50);
  drop(home, 'brg/ahead.xml', MESSAGES.slice(0, -30), 45);
  drop(home, 'brg/both.xml', BOTH_PARTS, 40);
  drop(home, 'skd/faulty.xml', FAULTY_REPORTEES, 30);
  drop(home, 'skd/first.xml', oldMessages('1'), 20);
  drop(home, 'brg/first.xml', ofBrg(MESSAGES), 10);
  return home;
}

/** A home with files of all formats in its inbox, good and bad, whose every shipment takes several chunks. */
export function homeOfAllFormats(settings: object = {}): string {
  const home = inMemory(() => intakeHome({ chunkItems: 2, chunksAhead: 2, minFreeBytes: 0, ...settings }));
  drop(home, 'ahead.xml', oldMessages('2'), 60);
  drop(home, 'both.xml', BOTH_PARTS, 50);
  drop(home, 'cut.xml', MESSAGES.replace('C-1', 'C-0').slice(0, -30), 40);
  drop(home, 'faulty.xml', FAULTY_REPORTEES, 30);
  drop(home, 'first.xml', oldMessages('1'), 20);
  drop(home, 'utf-16.xml', Buffer.from(`\ufeff${MESSAGES}`, 'utf16le'), 10);
  return home;
}
