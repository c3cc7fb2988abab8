import { resolve } from 'node:path';
import type { AnswerFile } from '../store/message-answer-store.js';
import { type FileRemoval, sizeOfFile } from './file-removal.js';
import { countEach, type Purging, type Sweep } from './sweep.js';

const DAY = 86_400_000;
const FILES_PER_PAGE = 500;

/**
 * Answers to files of message events, so many days after they were written into the outbox, and what the store had of them. They count as receipt files.
 * The events themselves stay.
 */
export function oldAnswerFiles({ home, store, now }: Purging, days: number, files: FileRemoval): Sweep<AnswerFile> {
  const before = new Date(now - days * DAY).toISOString();
  const at = new Date(now).toISOString();
  const { messageAnswers } = store;
  const candidates = function* () {
    let page: readonly AnswerFile[] = [];
    do {
      page = messageAnswers.files(before, page.at(-1) ?? null, FILES_PER_PAGE);
      yield* page;
    } while (page.length === FILES_PER_PAGE);
  };
  return {
    kind: 'receiptFiles',
    days,
    candidates,
    count: () => countEach(candidates(), ({ publishedAs }) => sizeOfFile(resolve(home.root, publishedAs))),
    remove(file) {
      if (!messageAnswers.markPurged(file, at)) return null;
      const size = files.remove(resolve(home.root, file.publishedAs));
      if (size === undefined) messageAnswers.markPurged(file, null);
      else messageAnswers.forget(file.batchId);
      return size ?? null;
    },
    settle: () => files.settle(),
  };
}
