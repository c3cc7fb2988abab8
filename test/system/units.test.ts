import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeBlocks, document, ROOT } from '../docs/markdown.js';
import { temporaryFolder } from '../support/cli.js';

const UNITS = join(ROOT, 'deploy/systemd');
const NAMES = readdirSync(UNITS);
const OPERATIONS = document('docs/operations.md');

/** The units as they are, but for the commands, which are those of the repository. */
function unitsFolder(): string {
  const folder = temporaryFolder();
  for (const name of NAMES) {
    const unit = readFileSync(join(UNITS, name), 'utf8')
      .replace('=/usr/bin/altinn-batch-backup ', `=${join(ROOT, 'deploy/backup/altinn-batch-backup')} `)
      .replace('=/usr/bin/altinn-batch ', `=${join(ROOT, 'dist/cli/main.js')} `);
    writeFileSync(join(folder, name), unit);
  }
  return folder;
}

/** What systemd has to say against units: nothing. */
function systemdAnalyze(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  if (error !== undefined) throw new Error('systemd-analyze is needed: apt-get install systemd', { cause: error });
  return `${stdout}${stderr}${status === 0 ? '' : `ended with ${status}`}`;
}

describe('the systemd units', () => {
  test('have no fault that systemd would find', () => {
    const folder = unitsFolder();
    expect(systemdAnalyze('verify', '--man=no', ...NAMES.map((name) => join(folder, name)))).toBe('');
  });

  test('would not pass with one', () => {
    const folder = unitsFolder();
    const unit = join(folder, 'altinn-batch.service');
    writeFileSync(unit, readFileSync(unit, 'utf8').replace('PrivateTmp=', 'PrivateTemp='));
    expect(systemdAnalyze('verify', '--man=no', unit)).toContain('PrivateTemp');
  });

  test.each(NAMES.filter((name) => name.endsWith('.service')))('%s reaches no further than it must', (name) => {
    const unit = join(unitsFolder(), name);
    // In tenths: systemd calls up to 2 OK.
    const assessment = systemdAnalyze('security', '--offline=yes', '--no-pager', '--threshold=20', unit);
    expect(assessment).toMatch(/Overall exposure level for .*: [01]\.\d OK/);
    expect(assessment).not.toContain('ended with');
  });

  test('take the drop-ins of docs/operations.md', () => {
    const dropIns = codeBlocks(OPERATIONS, 'ini').filter(({ text }) => /^\[(Unit|Service)\]/.test(text));
    expect(dropIns.length).toBeGreaterThan(1);
    const folder = unitsFolder();
    mkdirSync(join(folder, 'altinn-batch.service.d'));
    for (const [index, { text }] of dropIns.entries()) {
      writeFileSync(join(folder, 'altinn-batch.service.d', `${index}.conf`), text);
    }
    expect(systemdAnalyze('verify', '--man=no', join(folder, 'altinn-batch.service'))).toBe('');
    writeFileSync(join(folder, 'altinn-batch.service.d', 'faulty.conf'), '[Service]\nNoSuchKey=1\n');
    expect(systemdAnalyze('verify', '--man=no', join(folder, 'altinn-batch.service'))).toContain('NoSuchKey');
  });
});

test('the accounts are such as systemd-sysusers makes', () => {
  const file = join(ROOT, 'deploy/altinn-batch.sysusers.conf');
  const root = temporaryFolder();
  mkdirSync(join(root, 'etc'));
  const { status, stderr } = spawnSync('systemd-sysusers', [`--root=${root}`, file], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, expect.stringContaining("Creating user 'altinn'")]);
  const group = readFileSync(join(root, 'etc/group'), 'utf8');
  expect(group).toMatch(/^altinn-senders:x:\d+:altinn$/m);
  expect(readFileSync(join(root, 'etc/passwd'), 'utf8')).toMatch(/^altinn:x:.*:\/srv\/altinn:.*nologin$/m);
});
