import { closeSync } from 'node:fs';
import type { AttemptOutcome, Batch } from '../store/batch-store.js';
import { type Engine, nowUtc } from './engine.js';
import { createFile, look, onDisk, removeIfThere } from './file-system.js';
import { attemptMark, type Claimed } from './work-folder.js';

/** A run at a batch, on record from its beginning, so that one that is killed counts. */
export interface Attempt {
  /** How many earlier ones were killed, or ended by a fault that may be the file's. */
  readonly killedBefore: number;
  /** @param detail why, for the operator */
  end(outcome: AttemptOutcome, detail: string | null): void;
}

/**
 * Begins an attempt. While it lasts a mark lies in the work folder: on a full disk the store can't take the end of an
 * attempt, but a file can always be removed. So an attempt without end counts as killed only if its mark is there.
 * @throws IoFault when it can't be put on record; then it has not begun
 */
export function beginAttempt({ home, store }: Engine, batch: Batch, work: Claimed): Attempt {
  const mark = attemptMark(work.workFolder);
  if (look(mark) === null) {
    store.batches.endUnended(batch.id, nowUtc());
    onDisk('write', mark, () => closeSync(createFile(mark, home.settings.fileMode)));
  }
  const { attemptId, killedBefore } = store.batches.beginAttempt(batch.id, nowUtc(), process.pid);
  return {
    killedBefore,
    end(outcome, detail) {
      removeIfThere(mark);
      store.batches.endAttempt(attemptId, nowUtc(), outcome, detail);
    },
  };
}
