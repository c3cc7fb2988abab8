/** What a file of message events is answered: a line of JSON for each of its lines, in the outbox of where it came in. */
import { join, relative } from 'node:path';
import { mailboxOf } from '../config/mailboxes.js';
import type { Engine } from '../intake/engine.js';
import { inMailbox } from '../intake/mailbox-troubles.js';
import type { ShipmentResult } from '../intake/results.js';
import { clipBytes } from '../receipts/names.js';
import { publishAtomically } from '../receipts/publish.js';
import type { Batch } from '../store/batch-store.js';
import type { EventFile } from '../store/message-answer-store.js';
import type { Store } from '../store/store.js';
import type { EventAnswer } from './event-answer.js';

/**
 * Writes the answer, unless it is in the outbox already. One that a crash kept from being marked is written again, under the
 * same name and to the same bytes.
 * @throws MailboxFault when the outbox can't be written; ConfigFault when the settings no longer have that mailbox
 */
export function publishAnswer({ home, store }: Engine, batch: Batch, { publishedAs }: EventFile): void {
  if (publishedAs !== null) return;
  const mailbox = mailboxOf(home, batch.mailbox);
  const path = join(mailbox.outbox, answerFileName(batch.fileName, batch.id));
  inMailbox(mailbox, () => publishAtomically(path, linesOf(store, batch), mailbox.files));
  store.transaction(() =>
    store.messageAnswers.markPublished(batch.id, relative(home.root, path), new Date().toISOString()),
  );
}

const MOST_NAME_BYTES = 255;

/** `portal.events.jsonl` of batch 7 is answered by `portal.events.7.answer.jsonl`. */
export function answerFileName(fileName: string, batchId: number): string {
  const ending = `.${batchId}.answer.jsonl`;
  return clipBytes(fileName.replace(/\.jsonl$/i, ''), MOST_NAME_BYTES - ending.length) + ending;
}

function* linesOf(store: Store, batch: Batch): Generator<string> {
  for (const answer of store.messageAnswers.answers(batch.id)) yield `${answer}\n`;
}

/** As `run` prints it. */
export function eventFileResult(store: Store, batch: Batch, file: EventFile): ShipmentResult {
  const { events, carriedOut, publishedAs } = file;
  return {
    file: batch.fileName,
    batchId: batch.id,
    format: null,
    systemUserCode: null,
    reference: null,
    status: store.batches.byId(batch.id)?.status ?? 'UnExpectedError',
    items: { total: events, accepted: carriedOut, failed: events - carriedOut },
    receiptId: null,
    receipt: publishedAs,
    text: textOf(store, batch, file),
  };
}

function textOf(store: Store, batch: Batch, { events, carriedOut, changed }: EventFile): string {
  const about = `File ${batch.fileName}: `;
  if (events > 0) {
    return `${about}${events} message ${events === 1 ? 'event' : 'events'}, ${carriedOut} of them OK (${changed} changed something), ${events - carriedOut} not.`;
  }
  const [first] = store.messageAnswers.answers(batch.id);
  const { why }: Pick<EventAnswer, 'why'> = first === undefined ? { why: null } : JSON.parse(first);
  return about + (why ?? 'its answer says what became of it.');
}
