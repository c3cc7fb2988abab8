import { expect, it } from 'vitest';
import type { Mailbox } from '../../src/config/mailboxes.js';
import type { Candidate } from '../../src/intake/inbox.js';
import { Stability } from '../../src/intake/stability.js';

const mailboxOf = (owner: string | null): Mailbox => {
  const permissions = { mode: 0o640, user: null, group: null };
  return { owner, inbox: '/in', outbox: '/out', files: permissions, folders: permissions, alsoCommon: false };
};
const COMMON = mailboxOf(null);

const file = (changes: Partial<Candidate> = {}): Candidate => ({
  mailbox: COMMON,
  name: 'x.xml',
  size: 10,
  mtimeMs: 1000,
  ino: 7,
  dev: 1,
  ...changes,
});
const stableNames = (stability: Stability, nowMs: number, ...files: Candidate[]) =>
  stability.observe(files, nowMs).stable.map((one) => one.name);

it('takes a file that has been seen to stand still for stableSeconds, and not before', () => {
  const stability = new Stability(2);
  expect(stableNames(stability, 100, file())).toEqual([]);
  expect(stableNames(stability, 2099, file())).toEqual([]);
  expect(stableNames(stability, 2100, file())).toEqual(['x.xml']);
});

it('takes no account of how old a file says it is, or how far ahead', () => {
  const stability = new Stability(2);
  expect(stableNames(stability, 0, file({ mtimeMs: 0 }), file({ name: 'y.xml', mtimeMs: 9e15 }))).toEqual([]);
  const later = stability.observe([file({ mtimeMs: 0 }), file({ name: 'y.xml', mtimeMs: 9e15 })], 2000);
  expect(later.stable.map((one) => one.name)).toEqual(['x.xml', 'y.xml']);
});

it.each([
  ['its size', { size: 11 }],
  ['its modification time', { mtimeMs: 1001 }],
  ['the file under the name', { ino: 8 }],
])('begins anew when %s changes', (_what, changes) => {
  const stability = new Stability(2);
  stability.observe([file()], 0);
  expect(stability.observe([file(changes)], 2000).settling).toEqual([file(changes)]);
  expect(stableNames(stability, 3999, file(changes))).toEqual([]);
  expect(stableNames(stability, 4000, file(changes))).toEqual(['x.xml']);
});

it('begins anew when a file was away in between', () => {
  const stability = new Stability(2);
  stability.observe([file()], 0);
  stability.observe([], 1000);
  expect(stableNames(stability, 2000, file())).toEqual([]);
});

it('takes a file at once when stableSeconds is 0', () => {
  expect(stableNames(new Stability(0), 0, file())).toEqual(['x.xml']);
});

it('keeps the order that it is given', () => {
  const stability = new Stability(0);
  const given = ['c', 'a', 'b'].map((name) => file({ name }));
  expect(stability.observe(given, 0).stable).toEqual(given);
});

it('keeps files of one name in two inboxes apart', () => {
  const stability = new Stability(2);
  const [here, there] = [file(), file({ mailbox: mailboxOf('SKD') })];
  stability.observe([here], 0);
  expect(stability.observe([here, there], 2000)).toEqual({ stable: [here], settling: [there] });
  expect(stability.observe([here, there], 4000).settling).toEqual([]);
});
