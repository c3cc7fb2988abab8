import type { Logger } from 'pino';
import { jsonLine } from '../domain/json-line.js';
import { LogFile } from './log-file.js';
import { createFileLogger, createLogger } from './logger.js';
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
  /** A document that may be of any size, as it is: a piece is asked for when the reader of stdout has room for it. */
  document(pieces: Iterable<string>): Promise<void>;
  /** One line about the run, to stderr. With -q it is kept back until `releaseNotices`. */
  notice(text: string): void;
  /** Prints what -q kept back: called when a run ends in a way that needs explaining. */
  releaseNotices(): void;
  /**
   * For what runs long: opens the log file, if there is one, and opens it anew on each SIGHUP.
   * @throws IoFault when it can't be written
   */
  keepLogFile(): void;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  /** From which level on stderr has the log. */
  readonly level: string;
  /** A file that has the log as well, with the mode that it is made with; null: none. */
  readonly logFile: { readonly path: string; readonly level: string; readonly mode: number } | null;
}

const MOST_KEPT_BACK = 1000;

export function createOutput({ json, quiet, level, logFile }: OutputOptions): Output {
  const file = logFile === null ? null : new LogFile(logFile.path, logFile.mode);
  const inFile = file && logFile && { level: logFile.level, file };
  const toFile = inFile && createFileLogger(inFile);
  if (toFile !== null) recordFaultsIn(toFile);
  const toStderr = createLogger(level);
  const log = inFile === null ? toStderr : createLogger(level, inFile);
  const progress = new ProgressBar(!json && !quiet && process.stdout.isTTY === true ? process.stderr : null);
  const keptBack: string[] = [];
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
    document(pieces) {
      progress.clear();
      return writeTo(process.stdout, pieces);
    },
    notice(text) {
      if (json && !quiet) {
        log.warn(text);
        return;
      }
      toFile?.warn(text);
      if (!quiet) writeError(text, progress);
      else if (keptBack.length < MOST_KEPT_BACK) keptBack.push(text);
    },
    releaseNotices() {
      for (const text of keptBack.splice(0)) {
        if (json) toStderr.error(text);
        else writeError(text, progress);
      }
    },
    keepLogFile() {
      if (file === null) return;
      file.open();
      process.on('SIGHUP', () => file.reopen());
    },
  };
}

let faults: Logger | null = null;

function recordFaultsIn(log: Logger): void {
  faults = log;
}

/** Puts why the command ends into its log file, if it has one. */
export function recordFault(text: string, exitCode: number): void {
  faults?.fatal({ exitCode }, text);
}

/** Ends early, and is content, when the reader has seen enough (`| head`). */
async function writeTo(stream: NodeJS.WriteStream, pieces: Iterable<string>): Promise<void> {
  for (const piece of pieces) {
    if (stream.errored !== null) return;
    if (!stream.write(piece)) await roomIn(stream);
  }
}

function roomIn(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'error', 'close'];
    const go = () => {
      for (const event of events) stream.off(event, go);
      resolve();
    };
    for (const event of events) stream.on(event, go);
  });
}

function writeError(text: string, progress: ProgressBar): void {
  progress.clear();
  process.stderr.write(`${plain(text)}\n`);
}
