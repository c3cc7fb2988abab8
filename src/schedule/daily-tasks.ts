/** Tasks that `watch` does once a day, from a local time on. */
import type { Logger } from 'pino';
import { localDateTime, toInstant } from '../domain/dates.js';
import type { Store } from '../store/store.js';

/** The settings that say when each is due. */
export type TaskName = 'activateAt' | 'confirmationsAt' | 'usageDataAt';

export interface DailyTask {
  readonly name: TaskName;
  /** Local time of day, `05:00`. */
  readonly at: string;
  /** How a text names it: `Activating subscriptions`. */
  readonly title: string;
  /**
   * Does it, or a part of it that takes some seconds at most.
   * @param day local, yyyy-MM-dd
   * @returns whether it is done; otherwise it is called again, after the files that have come meanwhile
   */
  run(day: string): Promise<boolean>;
}

export interface DailyTasksOptions {
  readonly store: Store;
  readonly timeZone: string;
  readonly retrySeconds: number;
  readonly log: Logger;
  readonly signal: AbortSignal | undefined;
  onNotice(text: string): void;
}

/**
 * A task is due once a local day, from its time on, whenever somebody is there to do it: a watch that was down at that time
 * does it when it starts later that day, and one that has been started again does not do it twice. What a task throws is
 * told, and it is tried again after `retrySeconds`: it ends neither the other tasks nor the intake.
 */
export class DailyTasks {
  readonly #tasks: readonly DailyTask[];
  readonly #options: DailyTasksOptions;
  readonly #states = new Map<TaskName, TaskState>();

  constructor(tasks: readonly DailyTask[], options: DailyTasksOptions) {
    this.#tasks = tasks;
    this.#options = options;
  }

  /** Does what is due. @returns whether there is more to do at once */
  async runDue(): Promise<boolean> {
    let hasMore = false;
    for (const task of this.#tasks) {
      if (this.#options.signal?.aborted) return false;
      hasMore = (await this.#attend(task)) || hasMore;
    }
    return hasMore;
  }

  async #attend(task: DailyTask): Promise<boolean> {
    const { store, timeZone } = this.#options;
    const now = Date.now();
    const day = dueDay(task.at, now, timeZone);
    const state = this.#states.get(task.name);
    if (day === null || state?.doneOn === day || performance.now() < (state?.notBefore ?? 0)) return false;
    const startedAt = state?.day === day ? state.startedAt : new Date(now).toISOString();
    try {
      // Another process may have done it, or this one before it was started again.
      if (!store.scheduledRuns.isDone(task.name, day)) {
        this.#states.set(task.name, { day, startedAt, doneOn: null, notBefore: 0 });
        if (!(await task.run(day))) return !this.#options.signal?.aborted;
        store.scheduledRuns.add({ task: task.name, day, startedAt, endedAt: new Date().toISOString() });
        this.#options.log.info({ task: task.name, day }, 'daily task done');
      }
      this.#states.set(task.name, { day, startedAt, doneOn: day, notBefore: 0 });
    } catch (error) {
      if (this.#options.signal?.aborted) return false;
      this.#tell(task, error);
      const notBefore = performance.now() + this.#options.retrySeconds * 1000;
      this.#states.set(task.name, { day, startedAt, doneOn: null, notBefore });
    }
    return false;
  }

  #tell({ name, title }: DailyTask, error: unknown): void {
    const { log, onNotice, retrySeconds } = this.#options;
    log.error({ task: name, err: error }, 'daily task failed');
    const message = error instanceof Error ? error.message : String(error);
    onNotice(`${title} (${name}) failed: ${message} Trying again in ${retrySeconds} s.`);
  }
}

interface TaskState {
  /** The day for which it was begun. */
  readonly day: string;
  readonly startedAt: string;
  readonly doneOn: string | null;
  /** As performance.now() has it. */
  readonly notBefore: number;
}

/**
 * The local day for which a task is due by now; null before its time. A time that the clocks jump over comes as much later
 * as they jump, and of one that they pass twice the first is meant.
 * @param nowMs milliseconds since 1970
 */
export function dueDay(at: string, nowMs: number, timeZone: string): string | null {
  const day = localDateTime(nowMs, timeZone).slice(0, 10);
  return nowMs >= toInstant(`${day}T${at}:00`, timeZone) ? day : null;
}
