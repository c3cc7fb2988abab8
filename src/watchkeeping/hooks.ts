/** The operator's own commands that are run on the way of a file, and when one does not come. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Home } from '../config/home.js';
import type { HookName } from '../config/settings.js';
import { ConfigFault, IoFault } from '../domain/faults.js';
import { jsonLine } from '../domain/json-line.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { ShipmentResult } from '../intake/results.js';
import type { Claimed } from '../intake/work-folder.js';
import { clip, oneLine } from '../receipts/issue-text.js';
import type { OverdueFile } from './expectations.js';
import { type CommandEnd, runCommand } from './run-command.js';

/** Thrown when a file could not be checked: it is neither accepted nor refused, and stays where the next run goes on. */
export class HookFault extends IoFault {}

/** What the hook `beforeAcceptance` found. */
export type Screening =
  | { readonly kind: 'passed' }
  /** In the command's own words. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'stopped' };

const MAX_REASON = 300;
const REFUSED = 1;

export class Hooks {
  readonly #home: Home;
  readonly #log: Logger;
  readonly #signal: AbortSignal | undefined;
  /** Files of this process that need not be looked at again when their turn comes a second time. */
  readonly #passed = new WeakSet<Claimed>();

  /** @throws ConfigFault when the command that has to check every file is not there */
  constructor(home: Home, log: Logger, signal: AbortSignal | undefined) {
    this.#home = home;
    this.#log = log;
    this.#signal = signal;
    const command = home.settings.hooks.beforeAcceptance;
    if (command !== null) requireProgram(home, command[0] ?? '');
  }

  get screensFiles(): boolean {
    return this.#home.settings.hooks.beforeAcceptance !== null;
  }

  /**
   * Has a file checked before anything of it is read: exit code 0 lets it pass, 1 refuses it.
   * @throws HookFault for any other end: then nobody knows
   */
  async beforeAcceptance(work: Claimed, batchId: number): Promise<Screening> {
    if (!this.screensFiles || this.#passed.has(work)) return { kind: 'passed' };
    const { workFile, fileName, size, mailbox } = work;
    const input = { file: fileName, mailbox: mailbox.owner, batchId, bytes: size };
    const end = await this.#run('beforeAcceptance', input, [workFile]);
    if (end.kind === 'stopped') return { kind: 'stopped' };
    if (end.kind === 'exited' && end.code === REFUSED) {
      // The sender knows the file by its name, and our folders are none of its business.
      return { kind: 'refused', reason: shortened(end.lastLine.replaceAll(workFile, fileName)) };
    }
    if (end.kind !== 'exited' || end.code !== 0) {
      const what = `${fileName} could not be checked: ${this.#how('beforeAcceptance', end)}`;
      const remedy = 'It was not accepted, and stays in work. Mend the command, then run again.';
      throw new HookFault(maskPersonNumbers(`${what} ${remedy}`));
    }
    this.#passed.add(work);
    return { kind: 'passed' };
  }

  /** Tells what came of a shipment; a failure is logged and changes nothing. 'stopped': it has not been told. */
  async afterShipment(result: ShipmentResult): Promise<'done' | 'stopped'> {
    const about = { file: result.file, batchId: result.batchId, receiptId: result.receiptId };
    return this.#tell('afterShipment', result, about);
  }

  /** Tells of a file that has not come; a failure is logged and changes nothing. */
  async overdue(file: OverdueFile): Promise<'done' | 'stopped'> {
    return this.#tell('overdue', file, { ...file });
  }

  async #tell(hook: HookName, input: object, about: object): Promise<'done' | 'stopped'> {
    if (this.#home.settings.hooks[hook] === null) return 'done';
    const end = await this.#run(hook, input, []);
    if (end.kind === 'stopped') return 'stopped';
    if (end.kind !== 'exited' || end.code !== 0) this.#log.error({ ...about, hook }, this.#how(hook, end));
    return 'done';
  }

  #run(hook: HookName, input: object, more: readonly string[]): Promise<CommandEnd> {
    const { hooks, hookTimeoutSeconds } = this.#home.settings;
    const [program = '', ...args] = hooks[hook] ?? [];
    return runCommand({
      program,
      args: [...args, ...more],
      input: `${jsonLine(input)}\n`,
      folder: this.#home.root,
      environment: { ALTINN_BATCH_HOME: this.#home.root },
      timeoutSeconds: hookTimeoutSeconds,
      signal: this.#signal,
    });
  }

  #how(hook: HookName, end: CommandEnd): string {
    const said = end.lastLine === '' ? '' : ` It said: ${shortened(end.lastLine)}`;
    return maskPersonNumbers(
      `the command of hooks.${hook} (${this.#home.settings.hooks[hook]?.[0]}) ${this.#ended(end)}.${said}`,
    );
  }

  #ended(end: CommandEnd): string {
    switch (end.kind) {
      case 'exited':
        return `ended with exit code ${end.code}`;
      case 'killed':
        return `was killed by ${end.by}`;
      case 'timed out':
        return `did not end within ${this.#home.settings.hookTimeoutSeconds} s (hookTimeoutSeconds)`;
      case 'not started':
        return `could not be started (${end.why})`;
      case 'stopped':
        return 'was stopped';
    }
  }
}

function shortened(line: string): string {
  return clip(oneLine(maskPersonNumbers(line)), MAX_REASON);
}

/** Better now than with the first file. */
function requireProgram(home: Home, program: string): void {
  const searched = (process.env.PATH ?? '').split(delimiter);
  const candidates = program.includes('/') ? [resolve(home.root, program)] : searched.map((one) => join(one, program));
  if (candidates.some(isProgram)) return;
  throw new ConfigFault(
    maskPersonNumbers(
      `hooks.beforeAcceptance names ${program}, which is not there or can't be executed. ` +
        'No file is accepted unchecked: install it, or correct the settings.',
    ),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
