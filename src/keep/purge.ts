/** Keep and forget: what has had its day, by the ages in the settings, goes; the record of it stays. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { ContentKind } from '../store/expiring-content.js';
import type { PurgeCount, PurgeKind } from '../store/purge-store.js';
import type { Store } from '../store/store.js';
import { expiredContent } from './expired-content.js';
import { FileRemoval } from './file-removal.js';
import { oldAnswerFiles } from './old-answer-files.js';
import { oldFiles, tidyFolders } from './old-files.js';
import { oldOutboundFiles } from './old-outbound-files.js';
import { oldRawXml } from './old-raw-xml.js';
import { oldReceiptFiles } from './old-receipt-files.js';
import { type Purging, type Swept, sweep, takeTurns } from './sweep.js';

/** What came of one kind. */
export interface PurgeResult extends Swept {
  readonly kind: PurgeKind;
  /** As the settings say; null: kept for ever. */
  readonly days: number | null;
}

export interface PurgeOptions extends Purging {
  /** Told each kind when it is done. */
  onResult(result: PurgeResult): void;
  /** Enters what was removed in the audit log; within the transaction that takes it off the count. */
  onCount(count: PurgeCount, wasInterrupted: boolean): void;
}

export interface PurgeSummary {
  readonly bytesGivenBack: number;
  /** Files that could not be removed; what was wrong has been told. */
  readonly failed: number;
}

/**
 * Purges a home, beside a running intake. One that was killed or stopped leaves nothing half done: the next one goes on.
 * Only one may be at work: the caller holds the lock of purges (with dryRun, which only counts, none is needed).
 * @throws the signal's reason when it comes; IoFault when the store or a folder can't be read or written
 */
export async function purge(options: PurgeOptions): Promise<PurgeSummary> {
  const { store, dryRun } = options;
  if (!dryRun) {
    enterCounts(options, true);
    store.purge.eraseWhatIsDeleted();
  }
  const files = new FileRemoval((text) => options.onNotice(text));
  try {
    for (const [kind, days] of Object.entries(options.home.settings.keepDays) as [PurgeKind, number | null][]) {
      const { removed, bytes } = days === null ? NOTHING : await purgeKind(options, kind, days, files);
      if (!dryRun) enterCounts(options, false);
      options.onResult({ kind, days, removed, bytes });
    }
  } catch (error) {
    if (!dryRun) tryToEnterCounts(options);
    throw error;
  }
  const bytesGivenBack = dryRun ? 0 : await giveBack(options);
  tellOfCopies(options);
  return { bytesGivenBack, failed: files.failed };
}

const NOTHING: Swept = { removed: 0, bytes: 0 };

function together(one: Swept, other: Swept): Swept {
  return { removed: one.removed + other.removed, bytes: one.bytes + other.bytes };
}

async function purgeKind(purging: Purging, kind: PurgeKind, days: number, files: FileRemoval): Promise<Swept> {
  switch (kind) {
    case 'archivedFiles':
    case 'rejectedFiles': {
      const swept = await sweep(purging, oldFiles(purging, kind, days, files));
      tidyFolders(purging, kind, days);
      return swept;
    }
    case 'receiptFiles':
      return together(
        await sweep(purging, oldReceiptFiles(purging, days, files)),
        await sweep(purging, oldAnswerFiles(purging, days, files)),
      );
    case 'outboundFiles':
      return sweep(purging, oldOutboundFiles(purging, days, files));
    case 'messages':
    case 'prefill':
    case 'subscriptions':
      return purgeContent(purging, kind, days);
    case 'rawXml':
      return sweep(purging, oldRawXml(purging, days));
  }
}

/** A kind may be in more tables than one. */
async function purgeContent(purging: Purging, kind: ContentKind, days: number): Promise<Swept> {
  let removed = 0;
  for (const content of purging.store.purge.contents.filter((one) => one.kind === kind)) {
    removed += (await sweep(purging, expiredContent(purging, content, days))).removed;
  }
  return { removed, bytes: 0 };
}

/** From the count, which a kill leaves behind, into the audit log. */
function enterCounts({ store, onCount }: PurgeOptions, wasInterrupted: boolean): void {
  if (store.purge.counts().length === 0) return;
  store.transaction(() => {
    for (const count of store.purge.counts()) {
      onCount(count, wasInterrupted);
      store.purge.clearCount(count.kind);
    }
  });
}

/** Where this fails, too, the next purge does it; what led here is the error to tell. */
function tryToEnterCounts(options: PurgeOptions): void {
  try {
    enterCounts(options, true);
  } catch {}
}

/** 8 MiB of a store's pages: what is moved to the front for them is written in one transaction. */
const PAGES_PER_TURN = 512;

async function giveBack({ store, signal }: { store: Store; signal: AbortSignal }): Promise<number> {
  let total = 0;
  for (;;) {
    const begun = performance.now();
    const bytes = store.purge.giveBack(PAGES_PER_TURN);
    if (bytes === 0) return total;
    total += bytes;
    await takeTurns(performance.now() - begun, signal);
  }
}

/** Copies of the store, from before a migration or a restore, hold what has been purged from the store. */
function tellOfCopies({ home, onNotice }: Purging): void {
  const start = `${basename(home.store)}.`;
  const copies = readdirSync(dirname(home.store)).filter(
    (name) => name.startsWith(`${start}before-`) || name.startsWith(`${start}replaced-`),
  );
  if (copies.length === 0) return;
  onNotice(
    `Copies of the store lie beside it and hold what was purged: ${copies.join(', ')}. Remove them when they are not needed any more.`,
  );
}
