/** One way through a set of files: each is claimed and processed, those ahead of their sequence last. */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { ConfigFault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { loadXmlBuilder } from '../receipts/xml-builder.js';
import { HookFault } from '../watchkeeping/hooks.js';
import { StageClock } from '../watchkeeping/stage-clock.js';
import { claim } from './claim.js';
import type { Engine } from './engine.js';
import { errorCode } from './file-system.js';
import { checkFreeDisk } from './free-disk.js';
import type { Candidate } from './inbox.js';
import type { LeftNotices } from './left-notices.js';
import { MailboxFault } from './mailbox-troubles.js';
import { Interrupted } from './read-submission.js';
import { release } from './release.js';
import type { RunSummary, ShipmentResult } from './results.js';
import { type Retrying, retryingBy } from './retries.js';
import type { Claimed } from './work-folder.js';

/** After so many files in a row that could not be checked it is not the files' doing. */
const MOST_UNCHECKED = 3;

interface Waiting {
  readonly work: Claimed;
  readonly clock: StageClock;
  readonly key: string;
  readonly sequenceValue: number;
}

export class Pass {
  readonly #engine: Engine;
  readonly #isOver: () => boolean;
  readonly #notices: LeftNotices;
  readonly #retrying: Retrying;
  readonly #left = new Set<string>();
  #shipments = 0;
  #stopped = false;
  #notAccepted = false;
  #exitCode: 0 | 70 | 74 = 0;
  #uncheckedInARow = 0;
  #hasUnchecked = false;

  /**
   * @param isOver whether no new file may be taken any more
   * @param notices tells of the files that are left; of several passes the same one
   */
  constructor(engine: Engine, isOver: () => boolean, notices: LeftNotices) {
    this.#engine = engine;
    this.#isOver = isOver;
    this.#notices = notices;
    this.#retrying = retryingBy(engine.home.settings, engine);
  }

  /**
   * @param recovered files that earlier runs left in work, first
   * @throws Fault when what is broken would stop the files of every mailbox; the summary then says what was done before
   */
  async process(recovered: readonly Claimed[], candidates: readonly Candidate[]): Promise<void> {
    if (recovered.length > 0 || candidates.length > 0) await this.#retrying('Getting ready', () => this.#getReady());
    const waiting: Waiting[] = [];
    for (const work of recovered) {
      if (this.#isStopped()) return;
      // What a check has stumbled over before must not keep it from new files.
      if (this.#uncheckedInARow >= MOST_UNCHECKED) break;
      await this.#one(work, new StageClock(), false, waiting);
    }
    this.#uncheckedInARow = 0;
    for (const candidate of candidates) {
      if (this.#isStopped()) return;
      if (this.#isOver()) {
        this.leave(candidate, 'the time for this run is up');
        continue;
      }
      const clock = new StageClock();
      clock.enter('claim');
      const work = await this.#claimWithRetries(candidate);
      clock.enter(null);
      if (work !== null) await this.#one(work, clock, false, waiting);
      if (this.#uncheckedInARow >= MOST_UNCHECKED) throw checkIsBroken();
    }
    await this.#filesAhead(waiting);
  }

  /** Whether files stay in work that a hook could not check. */
  get hasUnchecked(): boolean {
    return this.#hasUnchecked;
  }

  leave(file: Pick<Candidate, 'mailbox' | 'name'>, why: string): void {
    const { mailbox, name } = file;
    const left = mailbox.owner === null ? name : `${mailbox.owner}: ${name}`;
    if (this.#left.has(left)) return;
    this.#left.add(left);
    this.#notices.tell(file, why);
  }

  /** Something could not be taken in that has no result of its own. */
  countNotAccepted(): void {
    this.#notAccepted = true;
  }

  summary(): RunSummary {
    const failed = this.#exitCode === 0 && this.#engine.troubles.any ? 74 : this.#exitCode;
    return {
      shipments: this.#shipments,
      notAccepted: this.#notAccepted,
      leftInInbox: [...this.#left],
      stopped: this.#stopped,
      exitCode: failed !== 0 ? failed : this.#notAccepted ? 65 : 0,
    };
  }

  /** What takes long to load, the receipts' XML builder, is loaded while the child starts. */
  async #getReady(): Promise<void> {
    const validator = this.#engine.validator();
    loadXmlBuilder();
    await Promise.all([validator, import('./process-file.js')]);
  }

  /** Asked when there is more to do. */
  #isStopped(): boolean {
    this.#stopped ||= this.#engine.signal?.aborted === true;
    return this.#stopped;
  }

  /** Null also when it was stopped while it waited to try again, and when the mailbox is out. */
  async #claimWithRetries(candidate: Candidate): Promise<Claimed | null> {
    const { troubles } = this.#engine;
    if (troubles.isOut(candidate.mailbox)) return null;
    try {
      return await this.#retrying(candidate.name, () => this.#claim(candidate));
    } catch (error) {
      if (this.#isSignal(error)) return null;
      if (!(error instanceof IoFault)) throw error;
      troubles.note(candidate.mailbox, error);
      return null;
    }
  }

  #isSignal(error: unknown): boolean {
    const { signal } = this.#engine;
    return error instanceof Interrupted || (signal?.aborted === true && error === signal.reason);
  }

  #claim(candidate: Candidate): Claimed | null {
    const { mailbox, name } = candidate;
    const noRoom = checkFreeDisk(this.#engine.home, mailbox, candidate.size);
    if (noRoom !== null) {
      this.leave(candidate, noRoom.replace(/\.$/, ''));
      this.#exitCode = 74;
      return null;
    }
    if (!isReadable(join(mailbox.inbox, name))) {
      this.leave(candidate, 'altinn-batch may not read it: give its account the right to, then it is taken');
      this.#exitCode = 74;
      return null;
    }
    const work = claim(this.#engine.home, candidate);
    if ('notClaimed' in work) {
      if (work.notClaimed === 'changed') this.leave(candidate, 'it changed while it was being taken');
      return null;
    }
    this.#engine.onStep('claim');
    return work;
  }

  async #one(work: Claimed, clock: StageClock, isLastTry: boolean, waiting: Waiting[]): Promise<void> {
    const { log, troubles } = this.#engine;
    if (troubles.isOut(work.mailbox)) return;
    const about = { file: maskPersonNumbers(work.fileName), mailbox: work.mailbox.owner, workKey: work.workKey };
    try {
      const { processFile } = await import('./process-file.js');
      const outcome = await this.#retrying(work.fileName, (willRetry) =>
        processFile(this.#engine, work, { isLastTry, willRetry, clock }),
      );
      this.#uncheckedInARow = 0;
      if (outcome.kind === 'ahead') waiting.push({ work, clock, ...outcome });
      else for (const result of outcome.results) this.tell(result);
    } catch (error) {
      if (this.#isSignal(error)) {
        this.#stopped = true;
        log.info(about, 'stopped by a signal; the next run goes on from here');
        return;
      }
      if (error instanceof HookFault) {
        this.#leaveUnchecked(error);
        return;
      }
      if (error instanceof MailboxFault) {
        troubles.note(error.mailbox, error);
        return;
      }
      if (error instanceof IoFault || error instanceof ConfigFault) throw error;
      // The file may be what breaks us: the others are still worth a try, and after some tries it is set aside.
      this.#exitCode = 70;
      const message = error instanceof Error ? maskPersonNumbers(error.message) : 'unknown';
      log.error({ ...about, err: error }, 'our own fault');
      this.#engine.onNotice(
        `${about.file} could not be processed, by a fault of altinn-batch itself: ${message} It stays in work; the next run tries again.`,
      );
    }
  }

  /** One file that the check stumbles over must not stop the others; several in a row say that it is broken. */
  #leaveUnchecked(fault: HookFault): void {
    this.#hasUnchecked = true;
    this.#uncheckedInARow += 1;
    this.#exitCode = 74;
    this.#engine.onNotice(fault.message);
  }

  /** Takes a result into the summary, and passes it on. */
  tell(result: ShipmentResult): void {
    this.#shipments++;
    if (result.status !== 'OK' || result.items.failed > 0) this.#notAccepted = true;
    if (result.status === 'UnExpectedError') {
      this.#exitCode = 70;
      this.#engine.onNotice(
        `${maskPersonNumbers(result.file)} was set aside in data/rejected: each time it was processed, altinn-batch failed or was killed. Its attempts are in the store; report the file.`,
      );
    }
    this.#engine.log.info(
      {
        file: result.file,
        batchId: result.batchId,
        format: result.format,
        reference: result.reference,
        status: result.status,
        items: result.items,
        receiptId: result.receiptId,
      },
      'shipment processed',
    );
    this.#engine.onShipment(result);
  }

  /**
   * What is ahead of its sequence, when all the others have been tried: the lowest number of each sequence first. With
   * the time up, others may still be in the inbox, and they go back to it.
   */
  async #filesAhead(waiting: readonly Waiting[]): Promise<void> {
    const inOrder = [...waiting].sort((a, b) => a.sequenceValue - b.sequenceValue);
    const isOver = this.#left.size > 0 && this.#isOver();
    for (const { work, clock } of inOrder) {
      if (this.#isStopped()) return;
      if (isOver) this.#engine.troubles.attempt(work.mailbox, () => this.#putBack(work));
      else await this.#one(work, clock, true, []);
    }
  }

  #putBack(work: Claimed): void {
    const { home, store } = this.#engine;
    const batch = store.batches.findByWorkKey(work.workKey);
    release(home, work);
    if (batch !== undefined) store.batches.forget(batch.id);
    this.leave(
      { mailbox: work.mailbox, name: work.fileName },
      'it is ahead of its sequence, and the time for this run is up',
    );
  }
}

function checkIsBroken(): HookFault {
  return new HookFault(
    `${MOST_UNCHECKED} files in a row could not be checked, so no more are taken. ` +
      'Mend the command of hooks.beforeAcceptance, then run again.',
  );
}

/** A rename needs no right to the file itself, so this is asked before the claim. One that is gone is the claim's to tell. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    return errorCode(error) === 'ENOENT';
  }
}
