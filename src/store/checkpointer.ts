import { Worker } from 'node:worker_threads';

const THREAD = new URL('./checkpoint-thread.js', import.meta.url);
/** Each is mostly some hundred items and less than a megabyte. A small file so never starts the thread. */
const CHUNKS_BETWEEN = 8;

/**
 * Has the write-ahead log copied into the store while intake goes on, on a thread of its own: of a checkpoint most is
 * waiting for the disk. Nothing depends on it. What it leaves, or fails to do, SQLite does itself when the log has grown
 * to `wal_autocheckpoint`, or when the store is closed; and there what is wrong with the disk comes to light, too.
 */
export class Checkpointer {
  readonly #file: string;
  #thread: Worker | null = null;
  #ended: Promise<void> = Promise.resolve();
  #isBusy = false;
  #chunks = 0;

  /** @param file the store's, which must be there when the first chunk has been staged */
  constructor(file: string) {
    this.#file = file;
  }

  onChunk(): void {
    this.#chunks++;
    if (this.#chunks % CHUNKS_BETWEEN !== 0) return;
    if (this.#thread === null) this.#start();
    this.#checkpoint();
  }

  onCommit(): void {
    this.#checkpoint();
  }

  /** To be awaited before the store is closed, so that the store is the last to close the file and leaves no log. */
  async close(): Promise<void> {
    this.#thread?.ref();
    this.#thread?.postMessage('end');
    await this.#ended;
  }

  #start(): void {
    const thread = new Worker(THREAD, { workerData: this.#file, resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    this.#thread = thread;
    this.#ended = new Promise((resolve) => thread.once('exit', () => resolve()));
    thread.on('message', () => {
      this.#isBusy = false;
    });
    // It stays busy, and so is asked for nothing any more.
    thread.on('error', () => {});
    thread.unref();
  }

  #checkpoint(): void {
    if (this.#thread === null || this.#isBusy) return;
    this.#isBusy = true;
    this.#thread.postMessage('checkpoint');
  }
}
