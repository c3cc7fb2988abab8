import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { Home } from '../config/home.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { publishAtomically } from '../receipts/publish.js';
import type { Store } from '../store/store.js';

/** There are no personal data in it, and another account reads it. */
const FILE_MODE = 0o644;

/** The file of metrics while a `run` or `watch` is at work: written every so often, and at the end. */
export class MetricsFile {
  readonly #home: Home;
  readonly #file: string;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();
  /** What kept it from being written last, so that it is told once. */
  #fault: string | null = null;

  private constructor(home: Home, file: string, store: Store, log: Logger) {
    this.#home = home;
    this.#file = file;
    this.#store = store;
    this.#log = log;
    this.#timer = setInterval(() => this.#write(), home.settings.metricsSeconds * 1000);
    this.#timer.unref();
    removeLeftovers(file);
    this.#write();
  }

  /** Null when the settings name none. */
  static begin(home: Home, store: Store, log: Logger): MetricsFile | null {
    return home.metricsFile === null ? null : new MetricsFile(home, home.metricsFile, store, log);
  }

  /** Writes it a last time. Never throws: metrics are not what the intake is for. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#write();
    await this.#writing;
  }

  #write(): void {
    this.#writing = this.#writing.then(() => this.#tryToWrite());
  }

  async #tryToWrite(): Promise<void> {
    try {
      const { metricsText } = await import('./metrics.js');
      publishAtomically(this.#file, [await metricsText(this.#home, this.#store, Date.now())], FILE_MODE);
      this.#fault = null;
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault === this.#fault) return;
      this.#fault = fault;
      this.#log.error({ err: error }, maskPersonNumbers(`The metrics can't be written: ${fault}`));
    }
  }
}

/** What a killed process had begun: whoever holds the home is the only one to write the file. */
function removeLeftovers(file: string): void {
  try {
    const names = readdirSync(dirname(file)).filter((name) => name.startsWith(`.${basename(file)}.tmp-`));
    for (const name of names) rmSync(join(dirname(file), name), { force: true });
  } catch {
    // What is wrong with the folder is told when the file is written.
  }
}
