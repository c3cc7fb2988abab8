import { closeSync, fdatasync, openSync } from 'node:fs';

const BYTES_BETWEEN = 8 * 1024 * 1024;

/**
 * Sets the disk to work on a file while the rest of it is being made, so that the fsync at its end has little to wait for.
 * It takes nothing from that fsync: the system tells a failure once to each descriptor, and this one is its own.
 */
export class BackgroundSync {
  readonly #descriptor: number;
  #waiting = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
  }

  onWritten(bytes: number): void {
    this.#waiting += bytes;
    if (this.#waiting < BYTES_BETWEEN) return;
    this.#waiting = 0;
    fdatasync(this.#descriptor, () => {});
  }

  /** What has not come to its turn yet is left undone. */
  close(): void {
    closeSync(this.#descriptor);
  }
}
