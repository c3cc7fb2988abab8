/** Intake as a service: the inboxes are watched until the signal comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Home } from '../config/home.js';
import { IoFault } from '../domain/faults.js';
import { DailyTasks } from '../schedule/daily-tasks.js';
import { dailyTasks } from '../schedule/tasks.js';
import { tellOverdue } from '../watchkeeping/tell-overdue.js';
import type { Engine } from './engine.js';
import { listCandidates } from './inbox.js';
import { withEngine } from './open-engine.js';
import { Pass } from './pass.js';
import { publishChanged } from './publish-batch.js';
import { publishOutboundLeft } from './publish-outbound-left.js';
import { recover } from './recover.js';
import type { RunSummary } from './results.js';
import type { IntakeOptions } from './run.js';
import { Stability } from './stability.js';
import { watchInboxes } from './watch-inbox.js';

/**
 * Processes files as they become complete. A broken disk does not end it: it says so, waits and tries again.
 * @returns when the signal has come and the current chunk is done
 * @throws LockedFault, ConfigFault as run does
 */
export function watchInbox(home: Home, options: IntakeOptions): Promise<RunSummary> {
  return withEngine(home, options, async (engine) => {
    const bell = new Bell(options.signal);
    const watching = await watchInboxes(home, () => bell.ring());
    try {
      return await watchUntilStopped(engine, bell);
    } finally {
      await watching.close();
    }
  });
}

async function watchUntilStopped(engine: Engine, bell: Bell): Promise<RunSummary> {
  const { home, signal, troubles } = engine;
  const stability = new Stability(home.settings.stableSeconds);
  const total = { shipments: 0, notAccepted: false };
  const { timeZone, retrySeconds } = home.settings;
  const daily = new DailyTasks(dailyTasks(engine), { ...taskOptions(engine), timeZone, retrySeconds });
  const told = new Set<string>();
  let hasRecovered = false;
  let recoverFrom = 0;
  while (!signal?.aborted) {
    const pass = new Pass(engine, () => false);
    let settling = 0;
    let isBusy = false;
    try {
      if (troubles.tryAgain(home.settings.retrySeconds)) hasRecovered = false;
      const mayRecover: boolean = !hasRecovered && performance.now() >= recoverFrom;
      const recovered = mayRecover ? await recover(engine) : [];
      hasRecovered ||= mayRecover;
      publishChanged(engine);
      await publishOutboundLeft(engine, told);
      await engine.refreshCatalogue();
      const { candidates } = listCandidates(home, (mailbox, look) => troubles.attempt(mailbox, look));
      const seen = stability.observe(candidates, performance.now());
      settling = seen.settling.length;
      await pass.process(recovered, seen.stable);
      if (settling === 0) await tellOverdue(engine);
      isBusy = await daily.runDue();
    } catch (error) {
      if (!(error instanceof IoFault)) throw error;
      engine.onNotice(`${error.message} Trying again in ${home.settings.retrySeconds} s.`);
      hasRecovered = false;
      await bell.wait(home.settings.retrySeconds * 1000, true);
    }
    const summary = pass.summary();
    if (summary.exitCode === 70) hasRecovered = false;
    if (pass.hasUnchecked) {
      hasRecovered = false;
      recoverFrom = performance.now() + home.settings.retrySeconds * 1000;
    }
    total.shipments += summary.shipments;
    total.notAccepted ||= summary.notAccepted;
    const pause =
      settling > 0 ? Math.min(home.settings.stableSeconds, home.settings.rescanSeconds) : home.settings.rescanSeconds;
    await bell.wait(isBusy ? 0 : Math.max(pause * 1000, 20), false);
  }
  return { ...total, leftInInbox: [], stopped: true, exitCode: 0 };
}

function taskOptions({ store, log, signal, onNotice }: Engine) {
  return { store, log, signal, onNotice };
}

/** Wakes a sleeper, also one that falls asleep just after the ring. */
class Bell {
  readonly #signal: AbortSignal | undefined;
  #rung = false;
  #wake: AbortController | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', () => this.ring());
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.abort();
  }

  /** @param deaf whether only the end of the watch may cut it short */
  async wait(ms: number, deaf: boolean): Promise<void> {
    if (this.#signal?.aborted || (this.#rung && !deaf)) {
      this.#rung = false;
      return;
    }
    const wake = deaf ? null : new AbortController();
    this.#wake = wake;
    const signal = AbortSignal.any([this.#signal, wake?.signal].filter((one) => one !== undefined));
    try {
      await sleep(ms, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#wake = null;
      this.#rung = false;
    }
  }
}
