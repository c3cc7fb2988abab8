import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type CliResult, finished } from './cli.js';

const SSHD = '/usr/sbin/sshd';

/** A real sshd on a free port of this machine only; it ends with the test. */
export interface Sshd {
  /** Runs an sftp client's commands as an account, until one fails. */
  sftp(user: string, commands: readonly string[], cwd: string, flags?: readonly string[]): Promise<CliResult>;
  /** What it has logged. */
  log(): string;
}

/**
 * A folder that belongs to root as all above it do, for chroots and authorized keys: sshd trusts none below /tmp. It
 * goes with the test.
 */
export function rootOwnedFolder(): string {
  needRootAndSshd();
  const folder = mkdtempSync('/srv/altinn-batch-test-');
  execFileSync('chmod', ['755', folder]);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A name for an account that nobody has yet; the account, and its group, go with the test when it has made them. */
export function accountName(purpose: string): string {
  const name = `ab${process.pid}-${purpose}`.slice(0, 31);
  onTestFinished(() => {
    for (const [database, command] of [
      ['passwd', 'userdel'],
      ['group', 'groupdel'],
    ] as const) {
      if (isIn(database, name)) execFileSync(command, [name], { stdio: 'ignore' });
    }
  });
  return name;
}

/** The number of an account or group. */
export function idOf(database: 'passwd' | 'group', name: string): number {
  return Number(execFileSync('getent', [database, name], { encoding: 'utf8' }).split(':')[2]);
}

/** Makes a key pair, and gives the line of its public key for a file of authorized keys. */
export function makeKey(file: string): string {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  return readFileSync(`${file}.pub`, 'utf8');
}

/**
 * Only root can shut accounts into folders; anybody else's sshd lets in nobody but that account.
 * @param config what follows the port, the address and the host key
 * @param folder for what is sshd's own, and the keys of the accounts: `<user>.key`
 */
export async function startSshd(config: string, folder: string): Promise<Sshd> {
  needSshd();
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  makeKey(join(folder, 'host.key'));
  const port = await freePort();
  const own = [`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(folder, 'host.key')}`, 'PidFile none'];
  const file = join(folder, 'sshd_config');
  writeFileSync(file, `${own.join('\n')}\n${config}`);
  execFileSync(SSHD, ['-t', '-f', file]);
  const child = spawn(SSHD, ['-D', '-e', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGTERM'));
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  await answers(port, child, () => log);
  return {
    sftp: (user, commands, cwd, flags = []) => sftp({ user, port, folder, flags }, commands, cwd),
    log: () => log,
  };
}

function sftp(
  { user, port, folder, flags }: { user: string; port: number; folder: string; flags: readonly string[] },
  commands: readonly string[],
  cwd: string,
): Promise<CliResult> {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'LogLevel=ERROR'];
  const args = [
    ...['-b', '-', '-P', String(port), '-i', join(folder, `${user}.key`)],
    ...options.flatMap((one) => ['-o', one]),
    ...flags,
    `${user}@127.0.0.1`,
  ];
  const client = spawn('sftp', args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  client.stdin.end(`${commands.join('\n')}\n`);
  return finished(client);
}

function needRootAndSshd(): void {
  if (process.getuid?.() !== 0) throw new Error('This test has sshd shut accounts into folders: it needs root.');
  needSshd();
}

function needSshd(): void {
  if (existsSync(SSHD)) return;
  throw new Error('This test starts a real sshd: it needs OpenSSH (apt-get install openssh-server openssh-client).');
}

function isIn(database: string, name: string): boolean {
  try {
    execFileSync('getent', [database, name], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function answers(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}: ${log()}`);
    if (await accepts(port)) return;
    await sleep(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
