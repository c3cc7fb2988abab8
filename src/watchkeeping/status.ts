/** How a home stands: what `status` prints and metrics tell. Nothing is made, changed or kept waiting for it. */
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { readCatalogueFile } from '../config/catalogue-file.js';
import type { Home } from '../config/home.js';
import { productVersion } from '../config/version.js';
import { localDateTime, toInstant } from '../domain/dates.js';
import { Fault } from '../domain/faults.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { onDisk } from '../intake/file-system.js';
import { checkFreeDisk } from '../intake/free-disk.js';
import { lockHolder } from '../intake/lock.js';
import type { Store } from '../store/store.js';
import type { BatchTotal } from '../store/totals-store.js';
import { type DailyWork, dailyWorkToday } from './daily-work.js';
import { type Expected, expectedToday } from './expectations.js';
import { type Reason, reasonsOf } from './health.js';
import { shownPath, type WaitingFiles, waitingIn } from './inboxes.js';
import { type FileInWork, filesInWork } from './work.js';

/** The keys and their order are those of `status --json`. */
export interface Status extends Shown {
  readonly healthy: boolean;
  /** Why it is not. */
  readonly reasons: readonly Reason[];
}

interface Shown {
  readonly version: string;
  readonly home: string;
  /** UTC. */
  readonly at: string;
  readonly inboxes: readonly WaitingFiles[];
  readonly inWork: { readonly files: number; readonly bytes: number; readonly oldestSeconds: number | null };
  /** Batches claimed since midnight in the home's time zone, by status. */
  readonly today: { readonly day: string; readonly batches: TodaysBatches };
  /** The last batch with the status OK, and the last with another. */
  readonly lastSuccess: LastBatch | null;
  readonly lastFailure: LastBatch | null;
  /** Of the store's file and of its write-ahead log. */
  readonly store: { readonly bytes: number; readonly walBytes: number };
  readonly unpublishedReceipts: number;
  /** Batches that were prepared to go out longer ago than `maxWaitingSeconds`, and are not in the outbox. */
  readonly unpublishedOutbound: number;
  /** On the disks of the data folder and of each outbox. */
  readonly freeDisk: readonly { readonly folder: string; readonly bytes: number }[];
  /** The `run` or `watch` that holds the home. */
  readonly lock: { readonly pid: number } | null;
  readonly expected: readonly Expected[];
  readonly daily: readonly DailyWork[];
}

export type TodaysBatches = Readonly<Record<ReceiptStatusCode | 'unfinished', number>>;

export interface LastBatch {
  readonly batchId: number;
  /** Null when the batch is no longer kept. */
  readonly file: string | null;
  readonly status: ReceiptStatusCode;
  /** When it was committed, UTC. */
  readonly at: string;
}

/** What health is judged by. */
export interface Facts {
  readonly shown: Shown;
  readonly work: readonly FileInWork[];
  readonly lastBatch: LastBatch | null;
  /** Why there is no room for the largest file that waits in an inbox. */
  readonly noRoom: readonly string[];
  /** What can't be looked at, or will stop every run. */
  readonly faults: readonly Reason[];
}

/** The store, or why it can't be opened; null: nothing has been run yet, so there is none. */
export type StoreToLookAt = Store | { readonly fault: string } | null;

/** @param nowMs milliseconds since 1970 */
export function statusOf(home: Home, store: StoreToLookAt, nowMs: number): Status {
  const facts = factsOf(home, store, nowMs);
  const reasons = reasonsOf(facts, home.settings);
  return { healthy: reasons.length === 0, reasons, ...facts.shown };
}

function factsOf(home: Home, toLookAt: StoreToLookAt, nowMs: number): Facts {
  const { timeZone, expect, maxWaitingSeconds } = home.settings;
  const faults: Reason[] = [];
  const tried = <T>(code: Reason['code'], look: () => T, otherwise: T): T => {
    try {
      return look();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push({ code, text: error.message });
      return otherwise;
    }
  };
  const inStore = <T>(look: (store: Store) => T, otherwise: T): T => {
    if (toLookAt === null || 'fault' in toLookAt) return otherwise;
    return tried('store', () => look(toLookAt), otherwise);
  };

  if (toLookAt !== null && 'fault' in toLookAt) faults.push({ code: 'store', text: toLookAt.fault });
  tried('catalogue', () => readCatalogueFile(home.catalogue, home.root), null);
  const holder = lockHolder(home.lock);
  const inboxes = home.mailboxes.flatMap((mailbox) => tried('inbox', () => [waitingIn(home, mailbox, nowMs)], []));
  const unfinished = inStore((store) => store.status.unfinished(), []);
  const work = tried('work', () => filesInWork(home, unfinished, holder, nowMs), []);
  const totals = inStore((store) => store.totals.batches(), []);
  const last = (isWanted: (total: BatchTotal) => boolean) =>
    inStore((store) => lastBatchOf(store, totals.filter(isWanted)), null);
  const day = localDateTime(nowMs, timeZone).slice(0, 10);
  const midnight = new Date(toInstant(day, timeZone)).toISOString();
  const waitedSince = localDateTime(nowMs - maxWaitingSeconds * 1000, timeZone);
  const preparedSince = new Date(nowMs - maxWaitingSeconds * 1000).toISOString();
  const folders = [...new Set([home.data, ...home.mailboxes.map(({ outbox }) => outbox)])];
  return {
    shown: {
      version: productVersion(),
      home: home.root,
      at: new Date(nowMs).toISOString(),
      inboxes,
      inWork: {
        files: work.length,
        bytes: work.reduce((sum, { bytes }) => sum + bytes, 0),
        oldestSeconds: work.length === 0 ? null : Math.max(...work.map(({ seconds }) => seconds)),
      },
      today: { day, batches: inStore((store) => store.status.claimedSince(midnight), NONE_TODAY) },
      lastSuccess: last(({ status }) => status === 'OK'),
      lastFailure: last(({ status }) => status !== 'OK'),
      store: { bytes: sizeOf(home.store), walBytes: sizeOf(`${home.store}-wal`) },
      unpublishedReceipts: inStore((store) => store.status.unpublishedBefore(waitedSince), 0),
      unpublishedOutbound: inStore((store) => store.outbound.unpublishedBefore(preparedSince), 0),
      freeDisk: folders.flatMap((folder) =>
        tried('disk', () => [{ folder: shownPath(home, folder), bytes: freeBytesAt(thatIsThere(folder)) }], []),
      ),
      lock: holder === null ? null : { pid: holder },
      // Of a store that can't be read nothing is known; before the first run nothing has come.
      expected:
        toLookAt === null
          ? expectedToday(expect, null, timeZone, nowMs)
          : inStore((store) => expectedToday(expect, store.status, timeZone, nowMs), []),
      daily: inStore((store) => dailyWorkToday(home.settings, store.scheduledRuns, nowMs), []),
    },
    work,
    lastBatch: last(() => true),
    noRoom: tried('disk', () => lackOfRoom(home, inboxes), []),
    faults,
  };
}

const NONE_TODAY: TodaysBatches = { OK: 0, ValidationFailed: 0, Rejected: 0, UnExpectedError: 0, unfinished: 0 };

/** The one that was committed last; times are of one clock and so long that their letters are in their order. */
function lastBatchOf(store: Store, totals: readonly BatchTotal[]): LastBatch | null {
  const [newest] = [...totals].sort((a, b) =>
    a.lastAt === b.lastAt ? b.lastBatchId - a.lastBatchId : a.lastAt < b.lastAt ? 1 : -1,
  );
  if (newest === undefined) return null;
  const { lastBatchId: batchId, status, lastAt: at } = newest;
  return { batchId, file: store.batches.byId(batchId)?.fileName ?? null, status, at };
}

/** Each lack is told once: the mailboxes share the data folder, and mostly the disk. */
function lackOfRoom(home: Home, inboxes: readonly WaitingFiles[]): readonly string[] {
  const lacks = home.mailboxes.map((mailbox) => {
    const largest = inboxes.find((inbox) => inbox.mailbox === mailbox.owner)?.largestBytes ?? 0;
    const outbox = thatIsThere(mailbox.outbox);
    return checkFreeDisk({ ...home, data: thatIsThere(home.data) }, { ...mailbox, outbox }, largest);
  });
  return [...new Set(lacks.filter((lack) => lack !== null))];
}

/** The folder itself, or where it would be made. */
function thatIsThere(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : thatIsThere(dirname(folder));
}

function freeBytesAt(folder: string): number {
  const { bavail, bsize } = onDisk('ask for the free room of', folder, () => statfsSync(folder));
  return bavail * bsize;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
