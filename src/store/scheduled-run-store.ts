import type { Database, Statement } from './database.js';

/** A task that has been done on a day. */
export interface ScheduledRun {
  readonly task: string;
  /** Local, yyyy-MM-dd. */
  readonly day: string;
  /** Both UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Which of the tasks that are due once a day have been done. */
export class ScheduledRunStore {
  readonly #isDone: Statement<[string, string], number>;
  readonly #add: Statement<[string, string, string, string], never>;

  constructor(db: Database) {
    this.#isDone = db.prepareValue('SELECT count(*) FROM scheduled_run WHERE task = ? AND day = ?');
    this.#add = db.prepare(
      'INSERT INTO scheduled_run (task, day, started_at, ended_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
  }

  isDone(task: string, day: string): boolean {
    return this.#isDone.get(task, day) === 1;
  }

  add({ task, day, startedAt, endedAt }: ScheduledRun): void {
    this.#add.run(task, day, startedAt, endedAt);
  }
}
