/** Intake from cron: all that is in the inbox now, then the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Home } from '../config/home.js';
import type { Validator } from '../xml/validator.js';
import type { IntakeStep } from './engine.js';
import { type Candidate, listCandidates } from './inbox.js';
import { withEngine } from './open-engine.js';
import { Pass } from './pass.js';
import { recover } from './recover.js';
import type { Progress, RunSummary, ShipmentResult } from './results.js';
import { Stability } from './stability.js';

export interface IntakeOptions {
  /** Seconds to wait for another process to let go of the home. */
  readonly wait: number;
  /** After so many seconds no new file is taken; null = no end. */
  readonly maxSeconds: number | null;
  onShipment(result: ShipmentResult): void;
  onNotice(text: string): void;
  onProgress(progress: Progress | null): void;
  readonly signal?: AbortSignal;
  readonly log: Logger;
  /** A child that has been started already, to be used when one is needed. */
  readonly validator?: Validator | null;
  /** Told each step of a file's way when it is done. */
  onStep?(step: IntakeStep): void;
}

/**
 * Processes what earlier runs left in work and all complete files of the inbox.
 * @throws LockedFault when another process holds the home; ConfigFault, IoFault as the Faults say
 */
export function runOnce(home: Home, options: IntakeOptions): Promise<RunSummary> {
  const started = performance.now();
  return withEngine(home, options, async (engine) => {
    const pass = new Pass(engine, () => isOver(started, options.maxSeconds));
    const standing = await standStill(home, options.signal);
    for (const name of standing.settling) {
      pass.leave(name, 'it is still being written: it changed, or came, while this run stood by');
    }
    for (const { name, why } of standing.left) pass.leave(name, why);
    await pass.process(await recover(engine), standing.stable);
    return pass.summary();
  });
}

/** Looks at the inbox, stands by for `stableSeconds`, and tells what stood still. */
async function standStill(
  home: Home,
  signal: AbortSignal | undefined,
): Promise<{
  stable: readonly Candidate[];
  settling: readonly string[];
  left: readonly { name: string; why: string }[];
}> {
  const stability = new Stability(home.settings.stableSeconds);
  const first = listCandidates(home);
  let seen = stability.observe(first.candidates, performance.now());
  let { left } = first;
  if (seen.settling.length > 0) {
    await pause(home.settings.stableSeconds, signal);
    const again = listCandidates(home);
    // None is taken any more, whether or not it is complete.
    if (signal?.aborted) return { stable: again.candidates, settling: [], left: again.left };
    seen = stability.observe(again.candidates, performance.now());
    left = again.left;
  }
  return { stable: seen.stable, settling: seen.settling.map(({ name }) => name), left };
}

async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(seconds * 1000 + 5, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}

function isOver(started: number, maxSeconds: number | null): boolean {
  return maxSeconds !== null && performance.now() - started >= maxSeconds * 1000;
}
