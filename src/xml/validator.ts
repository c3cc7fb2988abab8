/** The parent's end of the validating child: jobs go out in order, answers come back as promises. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConfigFault, InternalFault } from '../domain/faults.js';
import type {
  Answer,
  CheckFormsAnswer,
  EmbeddedRanges,
  Job,
  SchemaKey,
  SetUp,
  ValidateAnswer,
  ValidateJob,
} from './validator-protocol.js';

type JobAnswer = ValidateAnswer | CheckFormsAnswer;
type Waiting = { resolve(answer: JobAnswer): void; reject(error: Error): void };
type SetUpValues = Omit<SetUp, 'kind'>;

const NO_LINES = new Float64Array();
const CHILD = fileURLToPath(new URL('./validator-child.js', import.meta.url));

export class Validator {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #closing = false;
  #broken: Error | null = null;
  readonly #ready: Promise<void>;
  #settleReady: { resolve(): void; reject(error: Error): void } = { resolve: () => {}, reject: () => {} };

  /** Starts the child, which takes a while: others have the time to get ready, too. */
  constructor() {
    this.#ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject };
    });
    this.#child = fork(CHILD, [], {
      serialization: 'advanced',
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#take(message as Answer));
    this.#child.on('error', (error) => this.#fail(this.#ended(error.message, error)));
    this.#child.on('exit', (code, signal) => {
      if (!this.#closing) this.#fail(this.#ended(signal ?? `exit code ${code}`));
    });
    // Whoever sets it up hears of what went wrong before.
    this.#ready.catch(() => {});
  }

  /**
   * To be awaited before the first job.
   * @throws ConfigFault when a schema can't be used, InternalFault when the child could not be started
   */
  async setUp(values: SetUpValues): Promise<void> {
    if (this.#broken === null) this.#child.send({ kind: 'set-up', ...values } satisfies SetUp);
    await this.#ready;
  }

  /** @throws InternalFault when the child died; ConfigFault when a schema can't be used */
  validate(
    schema: SchemaKey,
    document: ValidateJob['document'],
    huge: boolean,
    embedded: readonly EmbeddedRanges[] = [],
    partLines = NO_LINES,
  ): Promise<ValidateAnswer> {
    const id = this.#nextId++;
    return this.#send<ValidateAnswer>({ kind: 'validate', id, schema, document, huge, embedded, partLines });
  }

  /**
   * Which of these forms are not valid by an XSD, and why.
   * @param schema path relative to the home; one of those that it was set up with
   * @throws as validate
   */
  async checkForms(documents: readonly string[], schema: string): Promise<CheckFormsAnswer['failures']> {
    const id = this.#nextId++;
    return (await this.#send<CheckFormsAnswer>({ kind: 'check-forms', id, schema, documents })).failures;
  }

  #send<A extends JobAnswer>(job: Job): Promise<A> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.set(job.id, { resolve: (answer) => resolve(answer as A), reject });
      this.#child.send(job, (error) => {
        if (error !== null) this.#fail(this.#ended(error.message, error));
      });
    });
  }

  /** Whether the child has died: it answers nothing any more. */
  get isBroken(): boolean {
    return this.#broken !== null;
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  #take(message: Answer): void {
    if ('ready' in message) {
      this.#settleReady.resolve();
    } else if ('broken' in message) {
      const fault = message.isConfiguration ? new ConfigFault(message.broken) : new InternalFault(message.broken);
      if (message.id === null) this.#fail(fault);
      else this.#settle(message.id)?.reject(fault);
    } else {
      this.#settle(message.id)?.resolve(message);
    }
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    this.#settleReady.reject(error);
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }

  #ended(how: string, cause?: unknown): InternalFault {
    return new InternalFault(
      `The validating child process ended (${how}). The file is kept where the next run goes on; if it happens again, report the file.`,
      { cause },
    );
  }
}
