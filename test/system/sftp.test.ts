import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { DocumentedMachine } from '../deploy/documented-machine.js';
import { codeBlocks, document } from '../docs/markdown.js';
import { finished, jsonLines } from '../support/cli.js';
import { query, type Shipment } from '../support/intake-home.js';
import { makeKey, type Sshd, startSshd } from '../support/sshd.js';
import { correspondence, correspondences } from '../support/submissions.js';

test('senders that are shut into their folder by sshd upload, in both ways, while the inbox is watched, and fetch receipts', async () => {
  const machine = new DocumentedMachine();
  const { home, sender } = machine;
  // The public half of the sender's key lies where the commands of the documentation find it.
  mkdirSync(join(machine.root, 'own'));
  writeFileSync(join(machine.root, 'skd.pub'), makeKey(join(machine.root, 'own', `${sender}.key`)));
  machine.carryOut('Install', 'As a service', 'From cron', 'Senders over SFTP');
  const sshd = await startServer(machine);
  const sftp = (lines: string, ...flags: string[]) => sshd.sftp(sender, lines.trim().split('\n'), local, flags);
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
  const [quickly, slowly] = await Promise.all([sftp(upload), sftp('put slow.xml', '-l', '500')]);
  expect([quickly.stderr, quickly.exitCode, slowly.exitCode]).toEqual(['', 0, 0]);
  await watch.done(2);
  const fetched = await sftp(fetch);
  expect([fetched.stderr, fetched.exitCode]).toEqual(['', 0]);
  const outside = await sftp(`ls -1 /\n-get ${home}/altinn-batch.json\n-put letters.xml /outbox/mine.xml\n`);
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

/** The server with the documented configuration for senders, and with what else matters of Debian's own. */
async function startServer(machine: DocumentedMachine): Promise<Sshd> {
  const { isRoot, home, root } = machine;
  const installed = readFileSync(join(root, 'etc/ssh/sshd_config.d/altinn-batch.conf'), 'utf8');
  const documented = machine.replaced(installed);
  const group = execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
  const possible = documented
    .replace('Match Group nogroup', `Match Group ${group}`)
    .replace(/^ +ChrootDirectory .*\n/m, '')
    .replace('-d /inbox', `-d ${home}/sftp/inbox`);
  writeFileSync(join(root, 'senders.conf'), isRoot ? documented : possible);
  const debians = ['UsePAM no', 'Subsystem sftp /usr/lib/openssh/sftp-server', ...(isRoot ? [] : ['StrictModes no'])];
  return startSshd(`Include ${join(root, 'senders.conf')}\n${debians.join('\n')}\n`, join(root, 'own'));
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
