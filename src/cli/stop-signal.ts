import { constants } from 'node:os';

/** How long a repeated signal counts as the same one: a terminal and npm both pass on one Ctrl-C. */
const SAME_SIGNAL_MS = 2000;

/** Why a command ended before its work was done; the exit code is the one that shells give for that signal. */
export class StoppedBySignal extends Error {
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`Stopped by ${signal}. The next run goes on from here.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * A signal that is aborted by the first SIGINT or SIGTERM, so that the work under way ends at its next checkpoint; its
 * reason is a StoppedBySignal.
 * Pressed again after two seconds, Ctrl-C ends the process at once: the next run goes on from the last checkpoint.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (signal: 'SIGINT' | 'SIGTERM') => {
    if (controller.signal.aborted) return;
    controller.abort(new StoppedBySignal(signal));
    setTimeout(() => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    }, SAME_SIGNAL_MS).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
