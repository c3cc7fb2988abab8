import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { put, query } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { DocumentedMachine } from './documented-machine.js';

const references = (home: string) => query(home, 'SELECT reference FROM shipment ORDER BY id');

/** As the account of the intake, whatever else the test is. */
function run(machine: DocumentedMachine): void {
  const [command = '', ...words] = [
    ...machine.asAccount,
    process.execPath,
    machine.main,
    'run',
    '--home',
    machine.home,
  ];
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

test('a home is backed up, upgraded and restored by the commands of docs/operations.md', () => {
  const machine = new DocumentedMachine();
  const { home, backups } = machine;
  machine.carryOut('Install', 'As a service');
  put(home, 'altinn-batch.json', readFileSync(join(home, 'altinn-batch.json'), 'utf8').replace('10', '0'));
  const take = (reference: string) => {
    put(home, 'sftp/inbox/letters.xml', correspondences({ reference }, correspondence('M-1')));
    run(machine);
  };
  take('FIRST');
  const old = join(backups, '2020-01-31T013000');
  mkdirSync(old);
  utimesSync(old, 1_580_000_000, 1_580_000_000);
  mkdirSync(join(backups, 'by-hand'));

  machine.carryOut('Backup');
  const [name = '', ...others] = readdirSync(backups).filter((one) => one !== 'by-hand');
  expect([name, others]).toEqual([expect.stringMatching(/^20\d\d-\d\d-\d\dT\d{6}$/), []]);
  expect(readdirSync(join(backups, name)).sort()).toEqual(['altinn-batch.db', 'home.tar.gz']);
  expect(statSync(join(backups, name)).mode & 0o777).toBe(0o700);
  const kept = execFileSync('tar', ['-tzf', join(backups, name, 'home.tar.gz')], { encoding: 'utf8' }).split('\n');
  expect(kept).toEqual(
    expect.arrayContaining(['./altinn-batch.json', './services.json', './forms/890-10451.xsd', './sftp/inbox/']),
  );
  expect(kept.filter((path) => path.startsWith('./data') || path.endsWith('.receipt.xml'))).toEqual([]);

  take('SECOND');
  machine.nameLastBackup();
  machine.carryOut('Restore');
  expect(references(home)).toEqual([{ reference: 'FIRST' }]);
  expect(readdirSync(join(home, 'data')).filter((one) => one.includes('.replaced-'))).toHaveLength(1);
  const store = statSync(join(home, 'data/altinn-batch.db'));
  expect(store.uid).toBe(statSync(join(home, 'data')).uid);
  take('THIRD');
  machine.carryOut('Upgrade');
  expect(readdirSync(backups).length).toBeGreaterThan(2);
});
