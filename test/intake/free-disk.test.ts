import { rmSync, statfsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Mailbox } from '../../src/config/mailboxes.js';
import { IoFault } from '../../src/domain/faults.js';
import { checkFreeDisk } from '../../src/intake/free-disk.js';
import { type FreshHome, freshHome } from './fresh-home.js';

const GIBIBYTE = 2 ** 30;

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

const check = (home: FreshHome, fileBytes: number, mailbox: Mailbox | undefined = home.mailboxes[0]) =>
  mailbox === undefined ? 'no mailbox' : checkFreeDisk(home, mailbox, fileBytes);

it('is content with room enough', () => {
  expect(check(freshHome({ freeDiskFactor: 1, minFreeBytes: 0 }), 1000)).toBeNull();
});

it('reckons with freeDiskFactor times the file', () => {
  const free = freeBytes(freshHome().data);
  expect(check(freshHome({ freeDiskFactor: 3, minFreeBytes: 0 }), free / 2)).toMatch(
    /^Too little disk at .*data: \d+ MiB must be free, and only \d+ MiB are\. Make room/,
  );
  expect(check(freshHome({ freeDiskFactor: 0, minFreeBytes: 0 }), free * 100)).toBeNull();
});

it('keeps minFreeBytes besides', () => {
  const free = freeBytes(freshHome().data);
  expect(check(freshHome({ minFreeBytes: free + GIBIBYTE }), 0)).toMatch(/^Too little disk/);
});

it('asks the disk that the receipts of the file go to, and no other', () => {
  const home = freshHome({ mailboxes: [{ owner: 'SKD', inbox: 'skd/in', outbox: 'skd/out' }], minFreeBytes: 0 });
  const [common, own] = home.mailboxes;
  rmSync(home.outbox, { recursive: true });
  expect(check(home, 0, own)).toBeNull();
  expect(() => check(home, 0, common)).toThrow(IoFault);
});

it('says what is wrong when there is no disk to ask', () => {
  const home = freshHome();
  rmSync(home.outbox, { recursive: true });
  expect(() => check(home, 0)).toThrow(IoFault);
});
