/** The story of one claimed file, top to bottom: read and stage, commit, publish, archive. */
import { largestFileBytes } from '../config/owner-settings.js';
import { localDateTime } from '../domain/dates.js';
import { ConfigFault, IoFault } from '../domain/faults.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { isEventFile } from '../messages/event-lines.js';
import { refuseEventFile, takeEventFile } from '../messages/take-event-file.js';
import { detectReceiptSave } from '../receipt-save/layout.js';
import { takeReceiptSave } from '../receipt-save/take-receipt-save.js';
import type { Batch } from '../store/batch-store.js';
import { StageClock } from '../watchkeeping/stage-clock.js';
import { encodingOf, transcodeToUtf8, utf8Blocks } from '../xml/decode.js';
import { Refusal } from '../xml/refusal.js';
import { archiveWork } from './archive.js';
import { type Attempt, beginAttempt } from './attempt.js';
import { dropOldPlace } from './bring-back.js';
import { commitRefusedFile, commitShipments, commitUnexpectedError, failedTooOften } from './commit.js';
import { type Engine, nowLocal, nowUtc } from './engine.js';
import { checkFileBytes } from './file-bytes.js';
import { digestFile, look } from './file-system.js';
import { publishReceipts, shipmentResults } from './publish-batch.js';
import { Interrupted, readSubmission, UnknownRoot } from './read-submission.js';
import type { ShipmentResult } from './results.js';
import { Sha256 } from './sha256.js';
import { AheadOfSequence, Staging } from './staging.js';
import { type Claimed, scratchFile } from './work-folder.js';

export type FileOutcome =
  | { readonly kind: 'done'; readonly results: readonly ShipmentResult[] }
  /** Waits for the other files: what shares its sequence, and its number. */
  | { readonly kind: 'ahead'; readonly key: string; readonly sequenceValue: number };

export interface ProcessOptions {
  /** Whether all other files have been tried, so that a gap in the sequence is final. */
  readonly isLastTry: boolean;
  /** Whether it is tried again in this run after a fault, so that this one is not to be counted. */
  readonly willRetry: boolean;
  /** Has measured what was done for the file before. */
  readonly clock: StageClock;
}

/**
 * Takes a claimed file to its end, from wherever an earlier attempt at it has left off.
 * @throws Interrupted when the signal came; a Fault when something is broken: the file then stays where the next run goes on
 */
export async function processFile(
  engine: Engine,
  work: Claimed,
  { isLastTry, willRetry, clock }: ProcessOptions,
): Promise<FileOutcome> {
  const { store } = engine;
  const batch = store.batches.claim({
    workKey: work.workKey,
    mailbox: work.mailbox.owner,
    fileName: work.fileName,
    bytes: work.size,
    modifiedAt: new Date(work.mtimeMs).toISOString(),
    claimedAt: nowUtc(),
  });
  // One that was done with before is tried again: it is in work for good now, and waits for no other.
  const isRetry = store.receipts.ofBatch(batch.id).length > 0;
  if (!isCommitted(batch)) dropOldPlace(engine.home, store, batch);
  const attempt = beginAttempt(engine, batch, work);
  try {
    if (!isCommitted(batch)) {
      const isFinal = isLastTry || isRetry;
      await takeIn(engine, batch, work, { killedBefore: attempt.killedBefore, isLastTry: isFinal, clock });
      engine.onStep('commit');
      engine.checkpointer.onCommit();
    }
    const results = await finishCommitted(engine, batch, work, clock);
    attempt.end('done', null);
    return { kind: 'done', results };
  } catch (error) {
    if (error instanceof AheadOfSequence) {
      store.batches.setState(batch.id, 'waiting');
      attempt.end('waiting', error.message);
      return { kind: 'ahead', key: error.key, sequenceValue: error.sequenceValue };
    }
    endAfterFault(error, attempt, willRetry, () => store.totals.addDurations(batch.id, clock.take()));
    throw error;
  }
}

/** Publishes a committed batch whose file is in work, tells of it, and archives it. */
export async function finishCommitted(
  engine: Engine,
  batch: Batch,
  work: Claimed,
  clock: StageClock = new StageClock(),
): Promise<readonly ShipmentResult[]> {
  const { home, store } = engine;
  if (batch.state !== 'archived') dropOldPlace(home, store, batch);
  clock.enter('publish');
  const isAccepted = publishReceipts(engine, batch);
  if (batch.state !== 'published') {
    // On the disk before the file goes: after a power cut the store must not know less than the folders show.
    store.durableTransaction(() => {
      store.batches.setState(batch.id, 'published');
      store.totals.addDurations(batch.id, clock.take());
    });
    engine.onStep('publish');
  }
  await tellOfShipments(engine, batch, clock);
  clock.enter('archive');
  archiveWork(home, work, isAccepted ? 'archive' : 'rejected', nowLocal(engine).slice(0, 10), {
    onArchived: (archivedAs) => {
      engine.onStep('archive');
      store.transaction(() => {
        store.batches.setState(batch.id, 'archived', { archivedAs, endedAt: nowUtc() });
        store.totals.addDurations(batch.id, clock.take());
      });
    },
  });
  return shipmentResults(engine, batch);
}

/** Before the file is archived, so that the next run tells of it again when this one is cut off. @throws Interrupted */
async function tellOfShipments(engine: Engine, batch: Batch, clock: StageClock): Promise<void> {
  if (engine.home.settings.hooks.afterShipment === null) return;
  clock.enter('hook');
  for (const result of shipmentResults(engine, batch)) {
    if ((await engine.hooks.afterShipment(result)) === 'stopped') throw new Interrupted();
  }
}

/** Whether there is nothing left to do with its file but to publish its receipts and archive it. */
export function isCommitted({ state }: Batch): boolean {
  return state === 'committed' || state === 'published' || state === 'archived';
}

async function takeIn(
  engine: Engine,
  batch: Batch,
  work: Claimed,
  { killedBefore, isLastTry, clock }: { killedBefore: number; isLastTry: boolean; clock: StageClock },
): Promise<void> {
  if (isEventFile(work.fileName)) {
    await takeInEvents(engine, batch, work, { killedBefore, clock });
    return;
  }
  const { maxKilledAttempts, timeZone } = engine.home.settings;
  if (killedBefore >= maxKilledAttempts) {
    commitUnexpectedError(engine, batch, killedBefore);
    return;
  }
  const hash = new Sha256();
  let staging: Staging | null = null;
  let file: Utf8Source | null = null;
  try {
    checkFileBytes(work.size, largestFileBytes(engine.home.settings, engine.catalogue));
    await screen(engine, batch, work, clock);
    clock.enter('read');
    file = asUtf8(engine, work);
    const { path, firstOffset, utf8File, rehash } = file;
    if (rehash !== null) hash.ofFile(rehash);
    staging = new Staging(engine, batch, path, isLastTry);
    const reading = staging;
    let read = 0;
    const blocks = utf8Blocks(path, {
      reuseBlocks: true,
      onRaw: (raw) => {
        if (rehash === null) hash.update(raw);
        read += raw.length;
        engine.onProgress({ file: work.fileName, bytes: read, totalBytes: work.size, items: reading.items });
      },
    });
    engine.store.batches.setState(batch.id, 'staging');
    const options = {
      settings: engine.home.settings,
      validator: await engine.validator(),
      catalogue: engine.catalogue,
      timeOfIntake: localDateTime(Date.parse(batch.claimedAt), timeZone),
      signal: engine.signal,
    };
    await readSubmission({ blocks, firstOffset, utf8File, fileBytes: work.size }, options, staging);
    clock.enter('commit');
    commitShipments(engine, batch, staging, hash.digest());
  } catch (error) {
    if (error instanceof UnknownRoot && file !== null && isReceiptSave(error)) {
      clock.enter('read');
      await takeReceiptSave(engine, batch, { ...file, bytes: work.size });
      return;
    }
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    clock.enter('commit');
    // Most were not read to their end, so the hash is taken of the file itself.
    const { sha256 } = digestFile(work.workFile);
    commitRefusedFile(engine, batch, staging, { ...refusal, sha256 });
  } finally {
    clock.enter(null);
    engine.onProgress(null);
  }
}

/** The same for a file of message events. */
async function takeInEvents(
  engine: Engine,
  batch: Batch,
  work: Claimed,
  { killedBefore, clock }: { killedBefore: number; clock: StageClock },
): Promise<void> {
  if (killedBefore >= engine.home.settings.maxKilledAttempts) {
    refuseEventFile(engine, batch, 'UnExpectedError', [failedTooOften(killedBefore)]);
    return;
  }
  try {
    checkFileBytes(work.size, engine.home.settings.maxFileBytes);
    await screen(engine, batch, work, clock);
    clock.enter('read');
    await takeEventFile(engine, batch, work);
  } catch (error) {
    if (error instanceof RefusedByHook) refuseEventFile(engine, batch, 'Rejected', [error.issue]);
    else if (error instanceof Refusal) refuseEventFile(engine, batch, 'Rejected', error.issues);
    else throw error;
  } finally {
    clock.enter(null);
    engine.onProgress(null);
  }
}

function isReceiptSave({ root }: UnknownRoot): boolean {
  return detectReceiptSave(root.namespace, root.name) !== undefined;
}

/** Null when it is no refusal of the file. */
function refusalOf(
  error: unknown,
): { readonly status: 'Rejected' | 'ValidationFailed'; readonly issues: readonly Issue[] } | null {
  if (error instanceof RefusedByHook || error instanceof UnknownRoot) {
    return { status: 'Rejected', issues: [error.issue] };
  }
  if (!(error instanceof Refusal)) return null;
  return { status: error.isNotXml ? 'Rejected' : 'ValidationFailed', issues: error.issues };
}

/** The operator's own check, such as a virus scanner. @throws RefusedByHook, Interrupted, HookFault */
async function screen(engine: Engine, batch: Batch, work: Claimed, clock: StageClock): Promise<void> {
  if (!engine.hooks.screensFiles) return;
  clock.enter('hook');
  const found = await engine.hooks.beforeAcceptance(work, batch.id);
  if (found.kind === 'stopped') throw new Interrupted();
  if (found.kind === 'refused') throw new RefusedByHook(found.reason);
}

class RefusedByHook extends Error {
  readonly issue: Issue;

  constructor(reason: string) {
    const why = reason === '' ? 'It gave no reason.' : `It said: ${reason}`;
    super(why);
    this.issue = issue(IssueCode.GeneralError, 'Error', `A check that every file has to pass refused this one. ${why}`);
  }
}

interface Utf8Source {
  /** What is read, as UTF-8. */
  readonly path: string;
  readonly firstOffset: number;
  /** The same file, where the bytes in it are UTF-8. */
  readonly utf8File: string | null;
  /** The file that the hash is to be taken of, when it is not the one that is read. */
  readonly rehash: string | null;
}

/** The file itself when it is UTF-8; else its UTF-8 form beside it. */
function asUtf8(engine: Engine, work: Claimed): Utf8Source {
  const { encoding, bomBytes } = encodingOf(work.workFile);
  if (encoding === 'UTF-8') {
    return { path: work.workFile, firstOffset: bomBytes, utf8File: work.workFile, rehash: null };
  }
  const path = scratchFile(work.workFolder, 'utf8');
  try {
    if (look(path) === null) transcodeToUtf8(work.workFile, path, engine.home.settings.fileMode);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // It will be refused for the same reason when it is read; until then it may tell whose it is.
    return { path: work.workFile, firstOffset: 0, utf8File: null, rehash: null };
  }
  return { path, firstOffset: 0, utf8File: path, rehash: work.workFile };
}

/**
 * A broken disk, wrong settings or a signal are not the file's doing: only what may be counts towards setting it aside,
 * and of a run that tries several times only the last time.
 */
function endAfterFault(error: unknown, attempt: Attempt, willRetry: boolean, keepDurations: () => void): void {
  const isOutside =
    willRetry || error instanceof Interrupted || error instanceof IoFault || error instanceof ConfigFault;
  const detail = error instanceof Error ? error.message : String(error);
  try {
    attempt.end(isOutside ? 'interrupted' : 'faulted', detail || 'stopped by a signal');
    keepDurations();
  } catch {
    // The store can't take it either; the fault that brought us here is the one to tell.
  }
}
