import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens to what a started command says on stderr. */
export function told(child: ChildProcess): { until(text: RegExp): Promise<void> } {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return {
    async until(text) {
      while (!text.test(stderr)) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stderr}`);
        await sleep(10);
      }
    },
  };
}
