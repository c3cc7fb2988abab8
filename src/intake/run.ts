/** Intake from cron: all that is in the inbox now, then the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Home } from '../config/home.js';
import { tellOverdue } from '../watchkeeping/tell-overdue.js';
import type { Engine, IntakeStep } from './engine.js';
import { type Candidate, type LeftInInbox, listCandidates } from './inbox.js';
import { withEngine } from './open-engine.js';
import { Pass } from './pass.js';
import { publishChanged } from './publish-batch.js';
import { publishOutboundLeft } from './publish-outbound-left.js';
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
    const standing = await standStill(engine);
    for (const candidate of standing.settling) {
      pass.leave(candidate, 'it is still being written: it changed, or came, while this run stood by');
    }
    for (const one of standing.left) pass.leave(one, one.why);
    const recovered = await recover(engine);
    publishChanged(engine);
    await publishOutboundLeft(engine);
    await pass.process(recovered, standing.stable);
    await tellOverdue(engine);
    return pass.summary();
  });
}

/** Looks at the inboxes, stands by for `stableSeconds`, and tells what stood still. */
async function standStill({ home, signal, troubles }: Engine): Promise<{
  stable: readonly Candidate[];
  settling: readonly Candidate[];
  left: readonly LeftInInbox[];
}> {
  const list = () => listCandidates(home, (mailbox, look) => troubles.attempt(mailbox, look));
  const stability = new Stability(home.settings.stableSeconds);
  const first = list();
  let seen = stability.observe(first.candidates, performance.now());
  let { left } = first;
  if (seen.settling.length > 0) {
    await pause(home.settings.stableSeconds, signal);
    const again = list();
    // None is taken any more, whether or not it is complete.
    if (signal?.aborted) return { stable: again.candidates, settling: [], left: again.left };
    seen = stability.observe(again.candidates, performance.now());
    left = again.left;
  }
  return { ...seen, left };
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
