import { maskPersonNumbers } from '../domain/mask.js';

/** Tells why files are left in the inbox: of each once, however often it is met again, unless the reason is another. */
export class LeftNotices {
  readonly #onNotice: (text: string) => void;
  readonly #told = new Map<string, string>();

  constructor(onNotice: (text: string) => void) {
    this.#onNotice = onNotice;
  }

  tell(name: string, why: string): void {
    // How much of a disk is free changes all the time, and is no other reason.
    const reason = why.replace(/[0-9]+/g, '');
    if (this.#told.get(name) === reason) return;
    this.#told.set(name, reason);
    this.#onNotice(`Left in the inbox: ${maskPersonNumbers(name)}: ${why}.`);
  }

  /** Forgets those that are there no more: a file that comes again is another one. */
  keep(present: ReadonlySet<string>): void {
    for (const name of this.#told.keys()) if (!present.has(name)) this.#told.delete(name);
  }
}
