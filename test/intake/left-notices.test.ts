import { expect, test } from 'vitest';
import { LeftNotices } from '../../src/intake/left-notices.js';
import { freshHome } from './fresh-home.js';

const MAILBOXES = [
  { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' },
  { owner: 'BRG', inbox: 'inbox/brg', outbox: 'outbox/brg' },
];

function aTelling() {
  const [common, skd, brg] = freshHome({ mailboxes: MAILBOXES }).mailboxes;
  if (common === undefined || skd === undefined || brg === undefined) throw new Error('a home without its mailboxes');
  const told: string[] = [];
  return { notices: new LeftNotices((text) => told.push(text)), told, common, skd, brg };
}

test('of files left in the inboxes each is told once, by its mailbox, and again for another reason', () => {
  const { notices, told, common, skd } = aTelling();
  const reasons = [
    'there are 5 bytes free, and 9 are needed',
    'there are 4 bytes free, and 9 are needed',
    'it is a folder',
  ];
  for (const why of reasons) {
    for (const mailbox of [common, skd]) notices.tell({ mailbox, name: '01010112345.xml' }, why);
  }
  expect(told).toEqual([
    'Left in the inbox: 010101*****.xml: there are 5 bytes free, and 9 are needed.',
    'Left in the inbox of SKD: 010101*****.xml: there are 5 bytes free, and 9 are needed.',
    'Left in the inbox: 010101*****.xml: it is a folder.',
    'Left in the inbox of SKD: 010101*****.xml: it is a folder.',
  ]);
});

test('a file that went and came again is told anew, but for one in a mailbox that nobody could look into', () => {
  const { notices, told, common, skd, brg } = aTelling();
  const files = [common, skd, brg].map((mailbox) => ({ mailbox, name: 'a.xml' }));
  const tellAll = () => {
    for (const file of files) notices.tell(file, 'it is a folder');
    return told.splice(0).map((text) => text.split(':')[0]);
  };
  expect(tellAll()).toHaveLength(3);
  notices.keep(files.slice(0, 1), (mailbox) => mailbox === brg);
  expect(tellAll()).toEqual(['Left in the inbox of SKD']);
});
