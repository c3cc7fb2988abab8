import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.js';
import { ConfigFault, LockedFault, UsageFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { HookFault } from '../watchkeeping/hooks.js';
import { Interrupted } from './read-submission.js';

/**
 * Does work, and does it again after a fault of our own or of the machine: a disk, a locked store, a child process that died.
 * At most `retries` times, each after twice the wait of the one before; then what it threw goes through, and so does the
 * signal's reason when that comes while it waits.
 * @param what names the work in what the operator is told: `x.xml`
 * @param work told whether it will be done again when it throws such a fault
 */
export type Retrying = <T>(what: string, work: (willRetry: boolean) => T | Promise<T>) => Promise<T>;

export function retryingBy(settings: Settings, news: RetryNews): Retrying {
  return (what, work) => withRetries(settings, news, what, work);
}

interface RetryNews {
  readonly signal?: AbortSignal | undefined;
  onNotice(text: string): void;
}

/** However often the wait has been doubled, it is no longer than this. */
const LONGEST_WAIT_SECONDS = 300;

async function withRetries<T>(
  { retries, retryBackoffSeconds }: Settings,
  news: RetryNews,
  what: string,
  work: (willRetry: boolean) => T | Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    const willRetry = tried < retries;
    try {
      return await work(willRetry);
    } catch (error) {
      if (!willRetry || !isWorthAnotherTry(error)) throw error;
      news.signal?.throwIfAborted();
      const seconds = Math.min(retryBackoffSeconds * 2 ** tried, LONGEST_WAIT_SECONDS);
      const why = error instanceof Error ? error.message : String(error);
      news.onNotice(maskPersonNumbers(`${what}: ${why} Trying again in ${seconds} s (${tried + 1} of ${retries}).`));
      await pause(seconds, news.signal);
    }
  }
}

/**
 * Settings and command lines stay wrong, another process that holds the home is waited for elsewhere, and a command of the
 * operator's has had its time.
 */
function isWorthAnotherTry(error: unknown): boolean {
  const isFinal = [Interrupted, ConfigFault, UsageFault, LockedFault, HookFault].some((kind) => error instanceof kind);
  return !isFinal;
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(seconds * 1000, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
