import type { Progress } from '../intake/results.js';
import { plain } from './plain.js';

const SHOWN_AFTER_MS = 1000;
const REDRAWN_EVERY_MS = 100;
const BAR_WIDTH = 20;
const STANDARD_COLUMNS = 80;

/** The part of a terminal that the bar needs. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line on a terminal for a file that takes longer than a second; nothing at all where there is no terminal. */
export class ProgressBar {
  readonly #stream: ProgressStream | null;
  readonly #clock: () => number;
  #file: string | null = null;
  #since = 0;
  #drawnAt = 0;
  #onScreen = false;

  /** @param clock milliseconds */
  constructor(stream: ProgressStream | null, clock: () => number = () => performance.now()) {
    this.#stream = stream?.isTTY === true ? stream : null;
    this.#clock = clock;
  }

  /** @param progress null when the file is done */
  update(progress: Progress | null): void {
    if (this.#stream === null) return;
    if (progress === null) {
      this.clear();
      this.#file = null;
      return;
    }
    const now = this.#clock();
    if (progress.file !== this.#file) {
      this.clear();
      this.#file = progress.file;
      this.#since = now;
      this.#drawnAt = 0;
    }
    if (now - this.#since < SHOWN_AFTER_MS || now - this.#drawnAt < REDRAWN_EVERY_MS) return;
    const columns = (this.#stream.columns || STANDARD_COLUMNS) - 1; // a full line would wrap
    this.#stream.write(`\r\u001B[K${progressText(progress, (now - this.#since) / 1000, columns)}`);
    this.#drawnAt = now;
    this.#onScreen = true;
  }

  /** Makes room for a line of text; the bar comes back with the next update. */
  clear(): void {
    if (!this.#onScreen) return;
    this.#stream?.write('\r\u001B[K');
    this.#onScreen = false;
    this.#drawnAt = 0;
  }
}

/** `x.xml [#####...............]  25 %  1.2 of 4.8 MB  3,000 items  1,500 items/s`; a long name gives way first. */
export function progressText(progress: Progress, seconds: number, columns: number): string {
  const share = progress.totalBytes > 0 ? Math.min(progress.bytes / progress.totalBytes, 1) : 1;
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '.');
  const percent = String(Math.floor(share * 100)).padStart(3);
  const bytes = `${megabytes(progress.bytes)} of ${megabytes(progress.totalBytes)} MB`;
  const rate = seconds > 0 ? Math.round(progress.items / seconds) : 0;
  const numbers = ` [${bar}] ${percent} %  ${bytes}  ${grouped(progress.items)} items  ${grouped(rate)} items/s`;
  const name = plain(progress.file).slice(0, Math.max(columns - numbers.length, 0));
  return (name + numbers).slice(0, columns);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
