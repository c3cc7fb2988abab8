import { closeSync, fchmodSync, openSync, writeSync } from 'node:fs';
import { IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';

/**
 * A file that log lines are appended to, one write each, so that several processes may share it. It is made with the first
 * line. The work goes on when it can't be written: that is told once on stderr, where the log stands as well.
 */
export class LogFile {
  readonly #path: string;
  readonly #mode: number;
  #descriptor: number | null = null;
  #isBroken = false;

  constructor(path: string, mode: number) {
    this.#path = path;
    this.#mode = mode;
  }

  /** @throws IoFault when it can't be opened */
  open(): void {
    try {
      this.#descriptor ??= openToAppend(this.#path, this.#mode);
    } catch (cause) {
      this.#isBroken = true;
      throw new IoFault(this.#problem(cause, 'Make its folder, and give the account the right to write there'), {
        cause,
      });
    }
  }

  write(line: string): void {
    try {
      this.#descriptor ??= openToAppend(this.#path, this.#mode);
      writeSync(this.#descriptor, line);
      this.#isBroken = false;
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Another file may stand under its name by now, and this one be rotated away. Where it can't be opened, this one stays. */
  reopen(): void {
    try {
      const descriptor = openToAppend(this.#path, this.#mode);
      if (this.#descriptor !== null) closeSync(this.#descriptor);
      this.#descriptor = descriptor;
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    process.stderr.write(`altinn-batch: ${this.#problem(error, 'Until that is mended the log is on stderr alone')}\n`);
  }

  #problem(error: unknown, remedy: string): string {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return maskPersonNumbers(`The log file ${this.#path} can't be written (${code}). ${remedy}.`);
  }
}

function openToAppend(path: string, mode: number): number {
  try {
    const descriptor = openSync(path, 'ax', mode);
    fchmodSync(descriptor, mode); // the umask has no say: the mode is a setting
    return descriptor;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return openSync(path, 'a');
  }
}
