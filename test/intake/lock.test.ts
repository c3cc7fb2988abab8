import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { IoFault, LockedFault } from '../../src/domain/faults.js';
import { acquireLock } from '../../src/intake/lock.js';
import { temporaryFolder } from '../support/cli.js';

const HOLD_LOCK = fileURLToPath(new URL('fixtures/hold-lock.mjs', import.meta.url));
const DIST = new URL('../../dist/', import.meta.url).href;

const lockFile = () => join(temporaryFolder(), 'intake.lock');

/** Another process that has the lock; `child` is the pid of a child of its own. */
async function holder(file: string, ...flags: string[]): Promise<{ process: ChildProcess; child: number }> {
  const process_ = spawn(process.execPath, [HOLD_LOCK, DIST, file, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void process_.kill('SIGKILL'));
  const [line]: Buffer[] = await once(process_.stdout, 'data');
  return { process: process_, child: Number(String(line)) };
}

/** How a text names that process: with its pid where the system lists who has which lock. */
function who(pid: number | undefined): string {
  const listed = existsSync('/proc/locks') && readFileSync('/proc/locks', 'utf8').includes(` ${pid} `);
  return listed ? `Another process (pid ${pid})` : 'Another process';
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

it('is refused at once while another process has it, naming the folder and who', async () => {
  const file = lockFile();
  const other = await holder(file);
  const refused = acquireLock(file, 0);
  await expect(refused).rejects.toBeInstanceOf(LockedFault);
  await expect(refused).rejects.toThrow(`${who(other.process.pid)} is working on ${dirname(file)}`);
  await expect(refused).rejects.toMatchObject({ exitCode: 75 });
});

it('is free at once when its holder is killed', async () => {
  const file = lockFile();
  const other = await holder(file);
  await killed(other.process);
  (await acquireLock(file, 0)).release();
});

it('is not held by a child process that outlives the holder', async () => {
  const file = lockFile();
  const other = await holder(file, '--child');
  onTestFinished(() => void process.kill(other.child, 'SIGKILL'));
  await killed(other.process);
  expect(process.kill(other.child, 0)).toBe(true);
  (await acquireLock(file, 0)).release();
});

it('is waited for as long as asked, and had as soon as its holder lets go', async () => {
  const file = lockFile();
  const other = await holder(file);
  const waiting = acquireLock(file, 600);
  other.process.stdin?.write('let go\n');
  (await waiting).release();
});

it('is refused after the wait when its holder does not let go', async () => {
  const file = lockFile();
  await holder(file);
  await expect(acquireLock(file, 0.25)).rejects.toBeInstanceOf(LockedFault);
});

it('is not waited for any longer once the signal says so', async () => {
  const file = lockFile();
  await holder(file);
  const abort = new AbortController();
  const waiting = acquireLock(file, 600, abort.signal);
  abort.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  await expect(acquireLock(file, 600, abort.signal)).rejects.toThrow('stopped');
});

it('is had by one of two in the same process, too', async () => {
  const file = lockFile();
  const lock = await acquireLock(file, 0);
  await expect(acquireLock(file, 0)).rejects.toBeInstanceOf(LockedFault);
  lock.release();
  lock.release();
  (await acquireLock(file, 0)).release();
});

it('leaves nothing but an empty file with the mode of the settings', async () => {
  const file = lockFile();
  const lock = await acquireLock(file, 0, undefined, 0o660);
  expect(readdirSync(dirname(file))).toEqual(['intake.lock']);
  lock.release();
  expect(readdirSync(dirname(file))).toEqual(['intake.lock']);
  expect(statSync(file).size).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o660);
});

it('says what is wrong when the file can not be made, or is something else', async () => {
  const folder = temporaryFolder();
  await expect(acquireLock(join(folder, 'none', 'intake.lock'), 0)).rejects.toBeInstanceOf(IoFault);
  mkdirSync(join(folder, 'a-folder.lock'));
  await expect(acquireLock(join(folder, 'a-folder.lock'), 0)).rejects.toBeInstanceOf(IoFault);
  writeFileSync(join(folder, 'text.lock'), 'This is no lock. '.repeat(100));
  await expect(acquireLock(join(folder, 'text.lock'), 0)).rejects.toThrow(/stop altinn-batch and remove it/);
});
