import type { Logger } from 'pino';
import { maskPersonNumbers } from '../domain/mask.js';
import { createLogger } from './logger.js';
import { plain, withoutControls } from './plain.js';
import { ProgressBar } from './progress.js';

/** Where a command's words go: results to stdout, everything about the way there to stderr; person numbers masked. */
export interface Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly log: Logger;
  readonly progress: ProgressBar;
  /** One result: as a JSON line with --json, otherwise as `text` says. */
  result(value: object, text: () => string): void;
  /** The same with person numbers whole: only for what somebody asked for by name, and what is put on record. */
  unmaskedResult(value: object, text: () => string): void;
  /** One line about the run, to stderr. With -q it is kept back until `releaseNotices`. */
  notice(text: string): void;
  /** Prints what -q kept back: called when a run ends in a way that needs explaining. */
  releaseNotices(): void;
}

const MOST_KEPT_BACK = 1000;

export function createOutput(options: { json: boolean; quiet: boolean }, logLevel: string): Output {
  const { json, quiet } = options;
  const log = createLogger(logLevel);
  const progress = new ProgressBar(!json && !quiet && process.stdout.isTTY === true ? process.stderr : null);
  const keptBack: string[] = [];
  const print = (text: string) => {
    if (json) log.warn(text);
    else writeError(text, progress);
  };
  return {
    json,
    quiet,
    log,
    progress,
    result(value, text) {
      progress.clear();
      process.stdout.write(`${json ? jsonLine(value) : plain(text())}\n`);
    },
    unmaskedResult(value, text) {
      progress.clear();
      process.stdout.write(`${json ? JSON.stringify(value) : withoutControls(text())}\n`);
    },
    notice(text) {
      if (!quiet) print(text);
      else if (keptBack.length < MOST_KEPT_BACK) keptBack.push(text);
    },
    releaseNotices() {
      for (const text of keptBack.splice(0)) {
        if (json) log.error(text);
        else writeError(text, progress);
      }
    },
  };
}

/** Paths that a script goes by: it must find the files as they are. */
const NAMES = new Set(['file', 'receipt', 'path']);

/** One line of JSON with the person numbers in its texts masked. */
export function jsonLine(value: object): string {
  return JSON.stringify(value, (key, one: unknown) =>
    typeof one === 'string' && !NAMES.has(key) ? maskPersonNumbers(one) : one,
  );
}

function writeError(text: string, progress: ProgressBar): void {
  progress.clear();
  process.stderr.write(`${plain(text)}\n`);
}
