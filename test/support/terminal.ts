import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A program on a terminal of its own (util-linux' `script` makes one), to be typed at. */
export interface Terminal {
  /** Types, and waits until so many lines of what came out since match. */
  type(keys: string, answer: RegExp): Promise<string>;
}

/** @param command a shell command line */
export async function onTerminal(command: string, folder: string, env: Record<string, string>): Promise<Terminal> {
  const child = spawn('script', ['-qfc', command, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, TERM: 'dumb', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let fault: Error | null = null;
  let output = '';
  child.on('error', (error) => {
    fault = error;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  return {
    async type(keys, answer) {
      const from = output.length;
      child.stdin.write(keys);
      for (;;) {
        const found = answer.exec(output.slice(from));
        if (found !== null) return found[1] ?? found[0];
        if (fault !== null) throw fault;
        await sleep(20);
      }
    },
  };
}
