import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { onDisk } from './file-system.js';

const BLOCK_BYTES = 1024 * 1024;

/** A running SHA-256, lower-case hex at the end. */
export class Sha256 {
  readonly #hash = createHash('sha256');

  update(bytes: Buffer): void {
    this.#hash.update(bytes);
  }

  /** Adds all the bytes of a file. @throws IoFault when it can't be read */
  ofFile(path: string): void {
    onDisk('read', path, () => {
      const fd = openSync(path, 'r');
      try {
        const block = Buffer.allocUnsafe(BLOCK_BYTES);
        for (let read = readSync(fd, block); read > 0; read = readSync(fd, block)) this.update(block.subarray(0, read));
      } finally {
        closeSync(fd);
      }
    });
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}
