/** The thread of checkpointer.ts. A passive checkpoint keeps nobody from writing, and waits for nobody. */
import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite3 from './sqlite.js';

/** While the log is copied it goes on growing; once it has been caught up with, it is written from its start again. */
const MOST_ROUNDS = 4;

const db = new BetterSqlite3(workerData as string, { fileMustExist: true });
db.pragma('synchronous = NORMAL');
const checkpoint = db.prepare<[], { busy: number; log: number; checkpointed: number }>(
  'PRAGMA wal_checkpoint(PASSIVE)',
);

parentPort?.on('message', (message: 'checkpoint' | 'end') => {
  if (message === 'checkpoint') {
    catchUp();
    parentPort?.postMessage('done');
  } else {
    db.close();
    parentPort?.close();
  }
});

function catchUp(): void {
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) if (isDone()) return;
  } catch {
    // What fails here the store's own connection meets, too, and tells.
  }
}

function isDone(): boolean {
  const result = checkpoint.get();
  return result === undefined || result.busy !== 0 || result.log <= result.checkpointed;
}
