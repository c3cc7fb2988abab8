import { statfsSync } from 'node:fs';
import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { onDisk } from './file-system.js';

/**
 * Whether there is room to process a file of this size: `freeDiskFactor` times its size and `minFreeBytes` besides
 * where the store and the work folder are, `minFreeBytes` where its receipts go.
 * @returns null, or why not, for the operator
 * @throws IoFault when a disk can't be asked
 */
export function checkFreeDisk(home: Home, { outbox }: Mailbox, fileBytes: number): string | null {
  const { freeDiskFactor, minFreeBytes } = home.settings;
  return lack(home.data, Math.ceil(freeDiskFactor * fileBytes) + minFreeBytes) ?? lack(outbox, minFreeBytes);
}

function lack(folder: string, needed: number): string | null {
  const { bavail, bsize } = onDisk('ask for the free room of', folder, () => statfsSync(folder));
  const free = bavail * bsize;
  if (free >= needed) return null;
  return maskPersonNumbers(
    `Too little disk at ${folder}: ${mebibytes(needed)} must be free, and only ${mebibytes(free)} are. ` +
      'Make room there, or change freeDiskFactor or minFreeBytes in the settings.',
  );
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}
