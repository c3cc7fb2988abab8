import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { builtModule, finished } from '../support/cli.js';

/** Says when it is ready and when it has been asked to stop, and ends by itself once its input is closed. */
const worker = () => `import { stopSignal } from '${builtModule('cli/stop-signal.js')}';
  const signal = stopSignal();
  signal.addEventListener('abort', () => process.stdout.write('stopping '));
  process.stdin.on('data', () => {}).on('end', () => { process.stdout.write('done'); process.exit(0); });
  process.stdout.write('ready ');`;

describe('a process that is asked to stop', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s finishes what it does, also when the signal comes twice',
    async (name) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', worker()]);
      const end = finished(child);
      await once(child.stdout, 'data');
      child.kill(name);
      await once(child.stdout, 'data');
      child.kill(name);
      child.stdin.end();
      expect(await end).toStrictEqual({ exitCode: 0, signal: null, stdout: 'ready stopping done', stderr: '' });
    },
  );
});
