import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtModule, type CliResult, finished } from '../support/cli.js';

const SCRIPT = fileURLToPath(new URL('fixtures/run-to-step.mjs', import.meta.url));

export interface Stop {
  /** `any` counts the steps of every kind. */
  readonly step: 'claim' | 'chunk' | 'commit' | 'publish' | 'archive' | 'any' | 'none';
  readonly nth?: number;
  readonly act?: 'kill' | 'block-outbox';
  /** Whose outbox is blocked; without it the first one. */
  readonly mailbox?: string;
}

export interface Stopped extends CliResult {
  readonly steps: readonly string[];
}

/** Runs a home in a process of its own that is killed, or finds its outbox blocked, at a step of a file's way. */
export async function runToStep(home: string, { step, nth = 1, act = 'kill', mailbox = '' }: Stop): Promise<Stopped> {
  const flags = { dist: builtModule(''), home, step, nth: String(nth), act, mailbox };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const result = await finished(spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
  return { ...result, steps: result.stdout.split('\n').filter((line) => line !== '') };
}
