import { rmSync, statfsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { checkFreeDisk } from '../../src/intake/free-disk.js';
import { freshHome } from './fresh-home.js';

const GIBIBYTE = 2 ** 30;

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

it('is content with room enough', () => {
  expect(checkFreeDisk(freshHome({ freeDiskFactor: 1, minFreeBytes: 0 }), 1000)).toBeNull();
});

it('reckons with freeDiskFactor times the file', () => {
  const free = freeBytes(freshHome().data);
  expect(checkFreeDisk(freshHome({ freeDiskFactor: 3, minFreeBytes: 0 }), free / 2)).toMatch(
    /^Too little disk at .*data: \d+ MiB must be free, and only \d+ MiB are\. Make room/,
  );
  expect(checkFreeDisk(freshHome({ freeDiskFactor: 0, minFreeBytes: 0 }), free * 100)).toBeNull();
});

it('keeps minFreeBytes besides', () => {
  const free = freeBytes(freshHome().data);
  expect(checkFreeDisk(freshHome({ minFreeBytes: free + GIBIBYTE }), 0)).toMatch(/^Too little disk/);
});

it('says what is wrong when there is no disk to ask', () => {
  const home = freshHome();
  rmSync(home.outbox, { recursive: true });
  expect(() => checkFreeDisk(home, 0)).toThrow(IoFault);
});
