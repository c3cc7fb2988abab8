import type { Stage, StageSeconds } from '../domain/stage.js';

/** Measures how long a file is at each stage of its way. */
export class StageClock {
  readonly #now: () => number;
  #seconds: Partial<Record<Stage, number>> = {};
  #stage: Stage | null = null;
  #since = 0;

  /** @param now milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The stage before ends here; null: none begins. */
  enter(stage: Stage | null): void {
    const now = this.#now();
    if (this.#stage !== null) {
      this.#seconds[this.#stage] = (this.#seconds[this.#stage] ?? 0) + (now - this.#since) / 1000;
    }
    this.#stage = stage;
    this.#since = now;
  }

  /** What has been measured since the last call; the stage that is under way goes on. */
  take(): StageSeconds {
    this.enter(this.#stage);
    const seconds = this.#seconds;
    this.#seconds = {};
    return seconds;
  }
}
