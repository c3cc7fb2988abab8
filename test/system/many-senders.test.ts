import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { codeBlocks, document } from '../docs/markdown.js';
import { builtModule, finished } from '../support/cli.js';
import { intakeHome } from '../support/intake-home.js';
import { accountName, idOf, makeKey, rootOwnedFolder, type Sshd, startSshd } from '../support/sshd.js';
import { correspondence, correspondences, OTHER_PERSON, PERSON } from '../support/submissions.js';

const SECTION = document('docs/operations.md').text.split('## Many senders')[1] ?? '';

/** The code block of that language that holds a text, with the names and paths of this test in the place of its own. */
function shown(language: string, holds: string, names: Readonly<Record<string, string>>): string {
  const blocks = codeBlocks({ path: 'docs/operations.md', text: SECTION }, language);
  const block = blocks.find(({ text }) => text.includes(holds))?.text;
  if (block === undefined) throw new Error(`The section shows no ${language} with ${holds}.`);
  return Object.entries(names).reduce((text, [name, ours]) => text.replaceAll(name, ours), block);
}

const fileOf = (systemUserCode: string, reference: string, reportee: string) =>
  correspondences(
    { systemUserCode, reference },
    correspondence(reference, { ServiceCode: 'TEST2', ServiceEdition: '1', Reportee: reportee }),
  );

/** Root without any of root's rights, but a member of these groups: what it may, any account may that is. */
function watchAsMemberOf(groups: readonly number[], home: string) {
  const rights = ['--bounding-set=-all', '--inh-caps=-all', `--groups=${groups.join(',')}`];
  const command = [process.execPath, fileURLToPath(builtModule('cli/main.js')), 'watch', '--json', '--home', home];
  const child = spawn('setpriv', [...rights, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: finished(child) };
}

test('two sftp accounts, set up as docs/operations.md says, upload to their mailboxes and see nothing of each other', async () => {
  const [skd, brg, altinn] = ['skd', 'brg', 'altinn'].map(accountName) as [string, string, string];
  const base = rootOwnedFolder();
  const names = {
    'sftp-skd': skd,
    'sftp-brg': brg,
    '/srv/sftp': join(base, 'sftp'),
    '/etc/ssh/authorized_keys': join(base, 'keys'),
  };
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', altinn]);
  const setUp = shown('sh', 'useradd', { ...names, ' altinn': ` ${altinn}` });
  execFileSync('bash', ['-e'], { input: setUp, stdio: ['pipe', 'ignore', 'inherit'] });

  const home = intakeHome();
  const settings = JSON.parse(shown('json', 'mailboxes', names)) as object;
  writeFileSync(
    join(home, 'altinn-batch.json'),
    JSON.stringify({ ...settings, stableSeconds: 0.2, rescanSeconds: 0.2, minFreeBytes: 0 }),
  );
  const senders = join(home, 'senders');
  for (const user of [skd, brg]) {
    mkdirSync(join(senders, user), { recursive: true });
    mkdirSync(join(base, 'own'), { recursive: true });
    writeFileSync(join(base, 'keys', user), makeKey(join(base, 'own', `${user}.key`)));
  }
  const groups = execFileSync('id', ['-G', altinn], { encoding: 'utf8' }).trim().split(' ').map(Number);
  expect(groups).toEqual(expect.arrayContaining([idOf('group', skd), idOf('group', brg)]));
  const sshd = await startSshd(shown('text', 'ChrootDirectory', names), join(base, 'own'));
  const { child, ended } = watchAsMemberOf(groups, home);
  const outbox = (user: string) => readdirSync(join(base, 'sftp', user, 'outbox')).sort();
  const until = async (isSo: () => boolean) => {
    for (let looks = 0; !isSo(); looks++) {
      if (child.exitCode !== null || looks > 600) throw new Error(`nothing came: ${(await ended).stderr}`);
      await sleep(50);
    }
  };

  const upload = (user: string, content: string, name = 'batch.xml') =>
    uploaded(sshd, user, join(senders, user), name, content);
  expect(await upload(skd, fileOf('SKD', 'S-1', PERSON))).toBe(0);
  expect(await upload(brg, fileOf('BRG', 'B-1', OTHER_PERSON))).toBe(0);
  expect(await upload(skd, fileOf('BRG', 'B-2', OTHER_PERSON), 'forged.xml')).toBe(0);
  await until(() => outbox(skd).length === 2 && outbox(brg).length === 1);

  // Each fetches its own receipts, as the document shows it.
  for (const [user, person, others] of [
    [skd, PERSON, OTHER_PERSON],
    [brg, OTHER_PERSON, PERSON],
  ] as const) {
    const cwd = join(senders, user);
    const got = await sshd.sftp(user, ['get /outbox/*.receipt.xml', 'ls -1 /', 'ls -1 /inbox'], cwd);
    expect({ exitCode: got.exitCode, stderr: got.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(got.stdout.split('\n').filter((line) => /^\/?(in|out)box/.test(line.trim()))).toEqual(['/inbox', '/outbox']);
    const receipts = readdirSync(cwd).filter((name) => name.endsWith('.receipt.xml'));
    expect(receipts.sort()).toEqual(outbox(user));
    const texts = receipts.map((name) => readFileSync(join(cwd, name), 'utf8')).join('');
    expect(texts).toContain(person);
    expect(texts).not.toContain(others);
  }
  const forged = outbox(skd).find((name) => name.startsWith('forged.')) ?? '';
  expect(readFileSync(join(base, 'sftp', skd, 'outbox', forged), 'utf8')).toMatch(/Rejected<[\s\S]*\[30005\]/);

  // Neither gets at what is the other's: not through sftp, by whatever way, and not as an account of the machine.
  const [theirs = ''] = outbox(brg);
  const path = join(base, 'sftp', brg, 'outbox', theirs);
  for (const way of [`/outbox/${theirs}`, path, `/../${brg}/outbox/${theirs}`, `../../${brg}/outbox/${theirs}`]) {
    const stolen = await sshd.sftp(skd, [`get ${way} stolen.xml`], join(senders, skd));
    expect(stolen.exitCode).not.toBe(0);
    expect(stolen.stderr).toMatch(/not found|No such file/);
  }
  const linked = await sshd.sftp(skd, [`symlink ${path} /outbox/link.xml`, 'get /outbox/link.xml'], join(senders, skd));
  expect(linked.exitCode).not.toBe(0);
  expect(readdirSync(join(senders, skd)).filter((name) => name === 'stolen.xml' || name === 'link.xml')).toEqual([]);
  const identity = [`--reuid=${idOf('passwd', skd)}`, `--regid=${idOf('group', skd)}`, '--clear-groups'];
  const local = spawnSync('setpriv', [...identity, 'cat', path], { encoding: 'utf8' });
  expect({ status: local.status, stdout: local.stdout }).toEqual({ status: 1, stdout: '' });
  expect(local.stderr).toMatch(/Permission denied/);
  expect(statSync(path).gid).toBe(idOf('group', brg));

  child.kill('SIGTERM');
  expect((await ended).exitCode).toBe(0);
});

/** As the document tells senders to do it. */
async function uploaded(sshd: Sshd, user: string, cwd: string, name: string, content: string): Promise<number | null> {
  writeFileSync(join(cwd, name), content);
  const commands = shown('text', 'put batch.xml', { 'batch.xml': name }).split('\n').slice(0, 2);
  const { exitCode, stderr } = await sshd.sftp(user, commands, cwd);
  return exitCode === 0 ? 0 : Promise.reject(new Error(`${stderr}\n${sshd.log()}`));
}
