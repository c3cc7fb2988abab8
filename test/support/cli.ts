import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { inject, onTestFinished } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

export { temporaryFolder } from './temporary-folder.js';

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of node itself. */
  readonly nodeArguments?: readonly string[];
}

/** Runs the built command to its end. */
export async function altinnBatch(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startAltinnBatch(args, options);
  return finished(child);
}

/** Starts the built command; the test says when it ends. It is killed with the test when it is still there. */
export function startAltinnBatch(args: readonly string[], options: CliOptions = {}): ChildProcess {
  // A home that the developer's shell names must not be the one that the tests work in.
  const { ALTINN_BATCH_HOME: _home, ...environment } = process.env;
  const spawnOptions: SpawnOptions = {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
  const child = spawn(
    process.execPath,
    [...(options.nodeArguments ?? []), fileURLToPath(builtModule('cli/main.js')), ...args],
    spawnOptions,
  );
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  return child;
}

/** The URL of a module of the build, for a test that runs it in a process of its own. */
export function builtModule(path: string): string {
  const buildFault = inject('buildFault');
  if (buildFault !== '') throw new Error(buildFault);
  return new URL(`../../dist/${path}`, import.meta.url).href;
}

/** What a started command has printed by its end, and how it ended. */
export function finished(child: ChildProcess): Promise<CliResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      resolve({
        exitCode,
        signal,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      });
    });
  });
}

/** A fresh home as `init` makes it, that goes with the test. */
export async function temporaryHome(): Promise<string> {
  const home = temporaryFolder();
  const { exitCode, stderr } = await altinnBatch(['init', '--home', home]);
  if (exitCode !== 0) throw new Error(`init ended with ${exitCode}: ${stderr}`);
  return home;
}

/** The objects of a command's --json output, one a line. */
export function jsonLines<T = Record<string, unknown>>(stdout: string): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
