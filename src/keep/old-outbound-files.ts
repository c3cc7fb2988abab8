import { resolve } from 'node:path';
import type { OutboundFile } from '../store/purge-store.js';
import { type FileRemoval, sizeOfFile } from './file-removal.js';
import { countEach, type Purging, type Sweep } from './sweep.js';

const DAY = 86_400_000;
const FILES_PER_PAGE = 500;

/**
 * Files of batches sent out, so many days after they were written into the outbox. What stands in the store of them stays,
 * and so do their receipts.
 */
export function oldOutboundFiles({ home, store, now }: Purging, days: number, files: FileRemoval): Sweep<OutboundFile> {
  const before = new Date(now - days * DAY).toISOString();
  const at = new Date(now).toISOString();
  const candidates = function* () {
    let page: readonly OutboundFile[] = [];
    do {
      page = store.purge.outboundFiles(before, page.at(-1) ?? null, FILES_PER_PAGE);
      yield* page;
    } while (page.length === FILES_PER_PAGE);
  };
  return {
    kind: 'outboundFiles',
    days,
    candidates,
    count: () => countEach(candidates(), ({ publishedAs }) => sizeOfFile(resolve(home.root, publishedAs))),
    remove(file) {
      if (!store.purge.markOutboundFile(file, at)) return null;
      const size = files.remove(resolve(home.root, file.publishedAs));
      if (size === undefined) store.purge.markOutboundFile(file, null);
      return size ?? null;
    },
    settle: () => files.settle(),
  };
}
