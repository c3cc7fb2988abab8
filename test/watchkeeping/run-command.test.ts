import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type CommandToRun, runCommand } from '../../src/watchkeeping/run-command.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = () => temporaryFolder();

function shell(script: string, more: Partial<CommandToRun> = {}) {
  return runCommand({
    program: '/bin/sh',
    args: ['-c', script, 'sh', 'two words', '$HOME'],
    input: '{"a":1}\n',
    folder: '/',
    environment: { ALTINN_BATCH_HOME: '/srv/altinn' },
    timeoutSeconds: 60,
    ...more,
  });
}

test('a command has its arguments as they stand, its input, its folder and our environment', async () => {
  const end = await shell('read line; echo "$line|$1|$2|$PWD|$ALTINN_BATCH_HOME|$PATH"');
  expect(end).toEqual({
    kind: 'exited',
    code: 0,
    lastLine: `{"a":1}|two words|$HOME|/|/srv/altinn|${process.env.PATH}`,
  });
});

test.each([
  ['the last line of stdout', 'echo one; echo "  two  "; echo; exit 3', { kind: 'exited', code: 3, lastLine: 'two' }],
  ['the last line of stderr', 'echo one; sleep 0.1; echo two >&2', { kind: 'exited', code: 0, lastLine: 'two' }],
  ['nothing', 'exit 1', { kind: 'exited', code: 1, lastLine: '' }],
  [
    'what it said before it was killed',
    'echo so far; kill -9 $$',
    { kind: 'killed', by: 'SIGKILL', lastLine: 'so far' },
  ],
])('a command ends with %s', async (_what, script, end) => {
  expect(await shell(script)).toEqual(end);
});

test('a command that is not there says so', async () => {
  const end = await shell('', { program: '/nowhere/at/all' });
  expect(end).toEqual({ kind: 'not started', why: 'ENOENT', lastLine: '' });
});

test('a command that does not read megabytes of input is none the worse for it', async () => {
  expect(await shell('exit 0', { input: 'x'.repeat(4_000_000) })).toEqual({ kind: 'exited', code: 0, lastLine: '' });
});

test('a command that has ended is not waited for because a child of its own still holds its output open', async () => {
  const end = await shell('sleep 30 & echo $!');
  process.kill(Number(end.lastLine), 'SIGKILL');
  expect(end).toMatchObject({ kind: 'exited', code: 0 });
});

test('a command that floods its output and ignores SIGTERM is ended with its children when its time is up', async () => {
  const file = join(folder(), 'pids');
  const flood = 'trap "" TERM; yes $(seq 500) & echo $$ $! >"$PIDS"; wait';
  const end = await shell(flood, { timeoutSeconds: 1, environment: { PIDS: file } });
  expect(end.kind).toBe('timed out');
  expect(end.lastLine).not.toBe('');
  await gone(file);
});

test('a command is ended with its children when the signal comes, and not begun after it', async () => {
  const file = join(folder(), 'pids');
  const abort = new AbortController();
  const ending = shell('sleep 30 & echo $$ $! >"$PIDS"; wait', {
    environment: { PIDS: file },
    signal: abort.signal,
  });
  while (!existsSync(file) || !readFileSync(file, 'utf8').endsWith('\n')) await sleep(10);
  abort.abort();
  expect(await ending).toMatchObject({ kind: 'stopped' });
  await gone(file);
  expect(await shell('echo begun', { signal: abort.signal })).toEqual({ kind: 'stopped', lastLine: '' });
});

/** Waits until none of the processes in that file is there; the test's own limit of time is the limit of this. */
async function gone(file: string): Promise<void> {
  const pids = readFileSync(file, 'utf8').trim().split(' ');
  expect(pids).toHaveLength(2);
  while (pids.some(isThere)) await sleep(10);
}

/** One that has ended and waits for its parent to notice counts as gone. */
function isThere(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
