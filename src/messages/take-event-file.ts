/**
 * The story of a claimed file of message events: chunk by chunk they are carried out, each chunk in one transaction with what
 * its lines are answered and with the checkpoint. So wherever it is killed it goes on from there, and none is done twice.
 */
import { entranceOf } from '../config/mailboxes.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { type Engine, nowUtc } from '../intake/engine.js';
import { Interrupted } from '../intake/read-submission.js';
import { Sha256 } from '../intake/sha256.js';
import type { Claimed } from '../intake/work-folder.js';
import type { Batch } from '../store/batch-store.js';
import { carryOutLines } from './carry-out-lines.js';
import { fileAnswer } from './event-answer.js';
import { type EventLine, eventLines } from './event-lines.js';
import type { EventRules } from './read-event.js';

export const NO_EVENTS = issue(IssueCode.GeneralError, 'Error', 'The file holds no message event.', {
  line: 1,
  position: 1,
});

/** Takes a file to its commit. @throws Interrupted when the signal came */
export async function takeEventFile(engine: Engine, batch: Batch, work: Claimed): Promise<void> {
  const { store, home, signal } = engine;
  store.batches.setState(batch.id, 'staging');
  const { readUpTo } = store.messageAnswers.open(batch.id);
  const hash = new Sha256();
  let bytes = 0;
  const lines = eventLines(work.workFile, (raw) => {
    hash.update(raw);
    bytes += raw.length;
  });
  for (const chunk of chunksOf(lines, home.settings.chunkItems)) {
    if (signal?.aborted === true) throw new Interrupted();
    const ahead = chunk.filter(({ line }) => line > readUpTo);
    if (ahead.length === 0) continue;
    carryOutChunk(engine, batch, ahead);
    engine.onStep('chunk');
    engine.onProgress({ file: work.fileName, bytes, totalBytes: work.size, items: ahead.at(-1)?.line ?? 0 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  commit(engine, batch, hash.digest());
}

/**
 * Commits a file that is not carried out, or was only as far as the checkpoint says: its answer says why.
 */
export function refuseEventFile(
  { store }: Engine,
  batch: Batch,
  status: ReceiptStatusCode,
  issues: readonly Issue[],
): void {
  store.durableTransaction(() => {
    refuse({ store }, batch, issues);
    store.batches.setState(batch.id, 'committed', { status });
  });
}

function refuse({ store }: Pick<Engine, 'store'>, batch: Batch, issues: readonly Issue[]): void {
  const { readUpTo } = store.messageAnswers.open(batch.id);
  const upTo = readUpTo === 0 ? '' : ` Lines 1 to ${readUpTo} had been dealt with before; the others were not.`;
  const why = issues.map(({ message }) => message).join(' ') + upTo;
  store.messageAnswers.add(batch.id, readUpTo + 1, JSON.stringify(fileAnswer(why)));
  store.batches.addIssues(batch.id, null, issues, nowUtc());
}

function carryOutChunk({ store, home }: Engine, batch: Batch, lines: readonly EventLine[]): void {
  const { timeZone, acceptSyntheticPersons } = home.settings;
  const rules: EventRules = { timeZone, acceptSyntheticPersons, systemUserCode: batch.mailbox };
  const { mailbox, elsewhere } = entranceOf(home, batch.mailbox);
  const mayTouch = (ownerCode: string) => (mailbox === null ? !elsewhere.includes(ownerCode) : ownerCode === mailbox);
  store.transaction(() => {
    const source = { kind: 'inbox', batchId: batch.id } as const;
    const { answers, carriedOut, changed } = carryOutLines(store, lines, rules, { source, mayTouch });
    for (const [at, { line }] of lines.entries()) {
      store.messageAnswers.add(batch.id, line, JSON.stringify(answers[at]));
    }
    const readUpTo = lines.at(-1)?.line ?? 0;
    store.messageAnswers.advance(batch.id, { readUpTo, events: lines.length, carriedOut, changed });
  });
}

function commit({ store }: Engine, batch: Batch, sha256: string): void {
  store.durableTransaction(() => {
    const { events, carriedOut } = store.messageAnswers.open(batch.id);
    if (events === 0) refuse({ store }, batch, [NO_EVENTS]);
    const status = events > 0 && carriedOut === events ? 'OK' : carriedOut > 0 ? 'ValidationFailed' : 'Rejected';
    store.batches.setState(batch.id, 'committed', { sha256, status });
  });
}

function* chunksOf(lines: Iterable<EventLine>, size: number): Generator<readonly EventLine[]> {
  let chunk: EventLine[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
