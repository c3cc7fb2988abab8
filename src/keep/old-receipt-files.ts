import { dirname, join, resolve } from 'node:path';
import { legacyReceiptFileName } from '../receipts/names.js';
import type { ReceiptFile } from '../store/purge-store.js';
import { type FileRemoval, sizeOfFile } from './file-removal.js';
import { countEach, type Purging, type Sweep } from './sweep.js';

const DAY = 86_400_000;
const RECEIPTS_PER_PAGE = 500;

/**
 * Receipt files in the outbox, so many days after they were published. They are known by what the store says was published: nothing
 * else that lies there is touched. The receipts themselves stay in the store.
 */
export function oldReceiptFiles({ home, store, now }: Purging, days: number, files: FileRemoval): Sweep<ReceiptFile> {
  const before = new Date(now - days * DAY).toISOString();
  const at = new Date(now).toISOString();
  const candidates = function* () {
    let page: readonly ReceiptFile[] = [];
    do {
      page = store.purge.receiptFiles(before, page.at(-1) ?? null, RECEIPTS_PER_PAGE);
      yield* page;
    } while (page.length === RECEIPTS_PER_PAGE);
  };
  return {
    kind: 'receiptFiles',
    days,
    candidates,
    count: () =>
      countEach(candidates(), (receipt) => {
        const sizes = pathsOf(home.root, receipt).map(sizeOfFile);
        return sizes.some((size) => size !== null) ? sum(sizes) : null;
      }),
    remove(receipt) {
      if (!store.purge.markReceiptFile(receipt, at)) return null;
      const sizes = pathsOf(home.root, receipt).map((path) => files.remove(path));
      if (sizes.includes(undefined)) store.purge.markReceiptFile(receipt, null);
      return sizes.some((size) => typeof size === 'number') ? sum(sizes) : null;
    },
    settle: () => files.settle(),
  };
}

/** The receipt, and beside that of an AltUt file the older kind. */
function pathsOf(root: string, { receiptId, publishedAs, sourceFileName, format }: ReceiptFile): readonly string[] {
  const path = resolve(root, publishedAs);
  if (format !== 'altut' || sourceFileName === null) return [path];
  return [path, join(dirname(path), legacyReceiptFileName(sourceFileName, receiptId))];
}

function sum(sizes: readonly (number | null | undefined)[]): number {
  return sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
}
