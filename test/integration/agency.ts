import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';
import { inMemory } from '../support/in-memory.js';
import { expectValid } from './outbox-file.js';

const CLOCK = new URL('../support/fake-clock.mjs', import.meta.url).href;

export interface Step {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The objects of --json. */
  readonly lines: readonly Record<string, unknown>[];
  /** Files that were not in the outbox before, by name. */
  readonly appeared: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** A home whose commands run at a time of the test's choice, and whose outbox is looked through after each of them. */
export class Agency {
  readonly home = inMemory(temporaryFolder);
  /** What lies in the outbox, by name, with what it holds. */
  #outbox = new Map<string, string>();

  get outbox(): ReadonlyMap<string, string> {
    return this.#outbox;
  }

  /** What a file of the outbox holds. */
  content(name: string): string {
    const content = this.#outbox.get(name);
    if (content === undefined) throw new Error(`${name} is not in the outbox: ${[...this.#outbox.keys()].join(', ')}`);
    return content;
  }

  /** The name of the receipt file of a batch that went out, or of a file that came in. */
  receiptOf(name: string): string {
    const found = [...this.#outbox.keys()].filter((one) => one.startsWith(`${name}.`) && one.endsWith('.receipt.xml'));
    expect(found).toHaveLength(1);
    return found[0] as string;
  }

  /** Runs a command that prints --json at an instant such as 2024-01-31T05:00+01:00. */
  async at(now: string, ...args: readonly string[]): Promise<Step> {
    const step = await this.textAt(now, ...args, '--json');
    return { ...step, lines: jsonLines(step.stdout) };
  }

  /** The same without --json. */
  async textAt(now: string, ...args: readonly string[]): Promise<Step> {
    const options = { nodeArguments: ['--import', CLOCK], env: { FAKE_NOW: now } };
    const { exitCode, stdout, stderr } = await altinnBatch([...args, '--home', this.home], options);
    const before = this.#outbox;
    this.#outbox = outboxOf(this.home);
    const names = [...this.#outbox.keys()];
    const appeared = names.filter((name) => !before.has(name));
    const changed = names.filter((name) => before.has(name) && before.get(name) !== this.#outbox.get(name));
    const gone = [...before.keys()].filter((name) => !this.#outbox.has(name));
    for (const name of [...appeared, ...changed]) expectValid(name, this.content(name));
    return { exitCode, stdout, stderr, lines: [], appeared, changed, gone };
  }
}

function outboxOf(home: string): Map<string, string> {
  const outbox = join(home, 'outbox');
  if (!existsSync(outbox)) return new Map();
  const names = readdirSync(outbox).sort();
  return new Map(names.map((name) => [name, readFileSync(join(outbox, name), 'utf8')]));
}
