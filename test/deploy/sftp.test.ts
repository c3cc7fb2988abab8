import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { codeBlocks, document } from '../docs/markdown.js';
import { type CliResult, finished, jsonLines } from '../support/cli.js';
import { query, type Shipment } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { DocumentedMachine } from './documented-machine.js';

const SSHD = '/usr/sbin/sshd';

test('senders that are shut into their folder by sshd upload, in both ways, while the inbox is watched, and fetch receipts', async () => {
  if (!existsSync(SSHD))
    throw new Error('This test needs an OpenSSH server and client: apt-get install openssh-server openssh-client');
  const machine = new DocumentedMachine();
  const { home } = machine;
  const key = newKey(machine);
  machine.carryOut('Install', 'As a service', 'From cron', 'Senders over SFTP');
  const sftp = await startSshd(machine, key);
  const local = join(machine.root, 'local');
  mkdirSync(local);
  const letters = correspondences({ reference: 'LETTERS' }, correspondence('M-1'));
  writeFileSync(join(local, 'letters.xml'), letters, { mode: 0o640 });
  // At the speed below its client pauses for some seconds in the middle of it.
  const slow = correspondences(
    { reference: 'SLOW' },
    ...Array.from({ length: 150 }, (_item, index) =>
      correspondence(`S-${index}`, {}, { MessageBody: 'x'.repeat(2000) }),
    ),
  );
  writeFileSync(join(local, 'slow.xml'), slow, { mode: 0o640 });

  const watch = startWatch(machine);
  const [upload = '', fetch = ''] = shownToSenders(machine).split(/(?=^ls )/m);
  const [quickly, slowly] = await Promise.all([sftp(local, upload), sftp(local, 'put slow.xml\n', '-l', '500')]);
  expect([quickly.stderr, quickly.exitCode, slowly.exitCode]).toEqual(['', 0, 0]);
  await watch.done(2);
  const fetched = await sftp(local, fetch);
  expect([fetched.stderr, fetched.exitCode]).toEqual(['', 0]);
  const outside = await sftp(local, `ls -1 /\n-get ${home}/altinn-batch.json\n-put letters.xml /outbox/mine.xml\n`);
  const { exitCode, stdout } = await watch.stop();

  expect(exitCode).toBe(0);
  const shipments = jsonLines<Shipment>(stdout);
  expect(shipments.map(({ file, status }) => `${file} ${status}`).sort()).toEqual(['letters.xml OK', 'slow.xml OK']);
  expect(query(home, 'SELECT file_name, bytes FROM batch ORDER BY file_name')).toEqual([
    { file_name: 'letters.xml', bytes: letters.length },
    { file_name: 'slow.xml', bytes: slow.length },
  ]);
  const receipt = readdirSync(local).find((name) => /^letters\.\d+\.receipt\.xml$/.test(name));
  expect(readFileSync(join(local, receipt ?? ''), 'utf8')).toContain('<ReceiptStatusCode>OK<');
  expect(readdirSync(join(home, 'sftp/inbox'))).toEqual([]);
  if (!machine.isRoot) return;
  expect(outside.stdout.split('\n').filter((line) => /^\/?\w+$/.test(line))).toEqual(['/inbox', '/outbox']);
  expect(outside.stderr).toMatch(/not found[\s\S]*[Pp]ermission denied/);
  expect(statSync(join(home, 'sftp')).uid).toBe(0);
  expect(String(statSync(join(home, 'data/altinn-batch.db')).uid)).toBe(machine.asAccount[2] ?? '0');
});

/** What docs/operations.md tells senders to type; one that is not shut in has to name the outbox as it is. */
function shownToSenders({ isRoot, home }: DocumentedMachine): string {
  const shown = codeBlocks(document('docs/operations.md'), 'text').find(({ text }) => text.startsWith('put '));
  if (shown === undefined) throw new Error('docs/operations.md shows no upload.');
  return isRoot ? shown.text : shown.text.replaceAll('/outbox', `${home}/sftp/outbox`);
}

/** Runs lines of sftp as the sender, in a folder. */
type Sftp = (folder: string, lines: string, ...flags: string[]) => Promise<CliResult>;

/** The sender's key; its public half lies where the documentation's commands find it. */
function newKey({ root }: DocumentedMachine): string {
  const key = join(root, 'skd');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  return key;
}

/** The server with the documented configuration for senders, on a port of its own. */
async function startSshd(machine: DocumentedMachine, key: string): Promise<Sftp> {
  const { isRoot, home, root: beside, sender } = machine;
  const hostKey = join(beside, 'host');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', hostKey]);
  const installed = readFileSync(join(beside, 'etc/ssh/sshd_config.d/altinn-batch.conf'), 'utf8');
  const documented = machine.replaced(installed);
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  const possible = documented
    .replace('Match Group nogroup', `Match Group ${group}`)
    .replace(/^ +ChrootDirectory .*\n/m, '')
    .replace('-d /inbox', `-d ${home}/sftp/inbox`);
  writeFileSync(join(beside, 'senders.conf'), isRoot ? documented : possible);
  const port = await freePort();
  // What stands in Debian's own configuration, as far as it matters.
  const config = [
    `Include ${join(beside, 'senders.conf')}`,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    'PidFile none',
    'UsePAM no',
    'Subsystem sftp /usr/lib/openssh/sftp-server',
    ...(isRoot ? [] : ['StrictModes no']),
  ];
  writeFileSync(join(beside, 'sshd.conf'), `${config.join('\n')}\n`);
  if (isRoot) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const checked = spawnSync(SSHD, ['-t', '-f', join(beside, 'sshd.conf')], { encoding: 'utf8' });
  expect([checked.stderr, checked.status]).toEqual(['', 0]);

  const server = spawn(SSHD, ['-D', '-e', '-f', join(beside, 'sshd.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  onTestFinished(() => void server.kill('SIGTERM'));
  while (!log.includes('Server listening')) {
    if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}: ${log}`);
    await sleep(20);
  }
  writeFileSync(join(beside, 'known'), `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
  const options = {
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    UserKnownHostsFile: join(beside, 'known'),
    BatchMode: 'yes',
  };
  return (folder, lines, ...flags) => {
    const given = Object.entries(options).map(([name, value]) => `-o${name}=${value}`);
    const client = spawn(
      'sftp',
      ['-q', '-F', 'none', '-i', key, '-P', String(port), ...given, ...flags, '-b', '-', `${sender}@127.0.0.1`],
      { cwd: folder },
    );
    client.stdin.end(lines);
    return finished(client);
  };
}

function startWatch({ home, main, asAccount }: DocumentedMachine) {
  const [command = '', ...words] = [...asAccount, process.execPath, main, 'watch', '--json', '--home', home];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = finished(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  return {
    async done(count: number) {
      while (output.split('\n').length <= count) {
        if (child.exitCode !== null) throw new Error(`watch ended with ${child.exitCode}: ${(await ended).stderr}`);
        await sleep(20);
      }
    },
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (address === null || typeof address === 'string') throw new Error('There is no free port.');
  return address.port;
}
