import { type ChildProcess, spawn } from 'node:child_process';

/** A command of the operator's, run without a shell. */
export interface CommandToRun {
  readonly program: string;
  readonly args: readonly string[];
  /** What it is given on stdin. */
  readonly input: string;
  readonly folder: string;
  /** Besides our own environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined;
}

/** How it ended, and the last line that it printed on stdout or stderr; empty when there was none. */
export type CommandEnd = { readonly lastLine: string } & (
  | { readonly kind: 'exited'; readonly code: number }
  /** Killed by a signal that was not ours. */
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'timed out' }
  | { readonly kind: 'stopped' }
  /** Why, as the system says it: `ENOENT`. */
  | { readonly kind: 'not started'; readonly why: string }
);

/** How long a command that was told to end has for it, and what it printed has to come in after its end. */
const LAST_MOMENTS_MS = 2000;
const LAST_WORDS_MS = 500;

/**
 * Runs a command to its end, or ends it with all its children: by SIGTERM when its time is up or the signal comes, and by
 * SIGKILL soon after. It is a process group of its own, so that nothing of it is left; what it prints is read and, but for
 * the end, forgotten. Never throws.
 */
export function runCommand(command: CommandToRun): Promise<CommandEnd> {
  return new Promise((resolve) => {
    if (command.signal?.aborted) {
      resolve({ kind: 'stopped', lastLine: '' });
      return;
    }
    const child = start(command);
    const printed = new Printed(child);
    const timers: NodeJS.Timeout[] = [];
    let why: 'timed out' | 'stopped' | null = null;

    const finish = (end: EndKind) => {
      for (const timer of timers) clearTimeout(timer);
      command.signal?.removeEventListener('abort', onStop);
      if (child.pid !== undefined) running.delete(child.pid);
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      resolve({ ...end, lastLine: printed.lastLine() });
    };
    const end = (reason: 'timed out' | 'stopped') => {
      if (why !== null) return;
      why = reason;
      signalGroup(child, 'SIGTERM');
      timers.push(
        setTimeout(() => {
          signalGroup(child, 'SIGKILL');
          // One that even this does not end at once, since the disk it waits for is gone, is not waited for.
          timers.push(setTimeout(() => finish({ kind: reason }), LAST_MOMENTS_MS));
        }, LAST_MOMENTS_MS),
      );
    };
    const onStop = () => end('stopped');

    command.signal?.addEventListener('abort', onStop);
    timers.push(setTimeout(() => end('timed out'), command.timeoutSeconds * 1000));
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) finish({ kind: 'not started', why: error.code ?? error.message });
    });
    child.once('exit', (code, signal) => {
      if (why !== null) signalGroup(child, 'SIGKILL');
      const kind: EndKind =
        why !== null
          ? { kind: why }
          : code !== null
            ? { kind: 'exited', code }
            : { kind: 'killed', by: String(signal) };
      // A child of its own may hold its pipes open for ever.
      timers.push(setTimeout(() => finish(kind), LAST_WORDS_MS));
      child.once('close', () => finish(kind));
    });
  });
}

type EndKind =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'timed out' | 'stopped' }
  | { readonly kind: 'not started'; readonly why: string };

function start({ program, args, input, folder, environment }: CommandToRun): ChildProcess {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  if (child.pid !== undefined) {
    running.add(child.pid);
    endWithUs();
  }
  // Whoever does not read it need not.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return child;
}

const MOST_KEPT_BYTES = 16 * 1024;

/** The end of what a command prints on both its streams. */
class Printed {
  readonly #tails = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  #latest: 'stdout' | 'stderr' = 'stdout';

  constructor(child: ChildProcess) {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (piece: Buffer) => {
        this.#latest = name;
        this.#tails[name] = Buffer.from(Buffer.concat([this.#tails[name], piece]).subarray(-MOST_KEPT_BYTES));
      });
    }
  }

  lastLine(): string {
    const { stdout, stderr } = this.#tails;
    const [latest, other] = this.#latest === 'stdout' ? [stdout, stderr] : [stderr, stdout];
    return lastLineOf(latest) || lastLineOf(other);
  }
}

function lastLineOf(bytes: Buffer): string {
  return (
    bytes
      .toString('utf8')
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1)
      ?.trim() ?? ''
  );
}

/** Process groups that are under way. */
const running = new Set<number>();
let endsWithUs = false;

/** However this process ends, unless it is killed, what it started ends with it. */
function endWithUs(): void {
  if (endsWithUs) return;
  endsWithUs = true;
  process.on('exit', () => {
    for (const pid of running) killGroup(pid, 'SIGKILL');
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) killGroup(child.pid, signal);
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nothing of it is there any more.
  }
}
