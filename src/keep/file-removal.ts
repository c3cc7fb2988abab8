import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { IoFault } from '../domain/faults.js';
import { look, onDisk, syncFolder } from '../intake/file-system.js';

/** Removes files, and remembers where, so that the folders can be written to the disk together. */
export class FileRemoval {
  readonly #folders = new Set<string>();
  readonly #onFailure: (text: string) => void;
  #failed = 0;

  constructor(onFailure: (text: string) => void) {
    this.#onFailure = onFailure;
  }

  /** How many files could not be removed. */
  get failed(): number {
    return this.#failed;
  }

  /** @returns its size; null when it is no file, or none is there; undefined when it can't be removed, which has been told */
  remove(path: string): number | null | undefined {
    const size = sizeOfFile(path);
    if (size === null) return null;
    try {
      onDisk('remove', path, () => rmSync(path, { force: true }));
    } catch (error) {
      if (!(error instanceof IoFault)) throw error;
      // The others are still worth a try; of many the first tells enough.
      if (this.#failed++ === 0) this.#onFailure(error.message);
      return undefined;
    }
    this.#folders.add(dirname(path));
    return size;
  }

  /** Once the store says that a file is gone, no power cut may bring it back. */
  settle(): void {
    for (const folder of this.#folders) syncFolder(folder);
    this.#folders.clear();
  }
}

/** Null when it is no file: links and folders are nobody's we know. */
export function sizeOfFile(path: string): number | null {
  const found = look(path);
  return found?.isFile() ? found.size : null;
}
