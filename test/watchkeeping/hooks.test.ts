import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { altinnBatch, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, put, query, receiptOf, run, type Shipment } from '../support/intake-home.js';
import { correspondence, correspondences, PERSON } from '../support/submissions.js';

const file = (reference: string, title = 'Brev') =>
  correspondences({ reference }, correspondence('M-1', {}, { MessageTitle: title }));

/** Refuses what holds EICAR, stumbles over what holds BROKEN, as a scanner does; keeps what it was given. */
const SCANNER = `cat >>scanned.jsonl; echo "$1" >>scanned.paths
if grep -q EICAR "$1"; then echo "$1: Eicar of ${PERSON} FOUND"; exit 1; fi
if grep -q BROKEN "$1"; then echo "no signatures for ${PERSON}" >&2; exit 2; fi`;

const scanner = (script = SCANNER, more: object = {}) => ({
  hooks: { beforeAcceptance: ['/bin/sh', '-c', script, 'scanner'] },
  ...more,
});

const archived = (home: string) => query(home, 'SELECT file_name AS name, status FROM batch ORDER BY id');
const inWork = (home: string) => readdirSync(join(home, 'data/work')).length;

describe('the hook beforeAcceptance', () => {
  test('refuses a file in its own words, keeps one that it could not check in work, and lets the others through', async () => {
    const home = intakeHome(scanner());
    drop(home, 'broken.xml', file('BROKEN'), 30);
    drop(home, 'virus.xml', file('C-1', 'EICAR'), 20);
    drop(home, 'good.xml', file('C-2'), 10);
    const { exitCode, shipments, stderr } = await run(home);
    expect(exitCode).toBe(74);
    expect(shipments.map((one) => [one.file, one.status])).toEqual([
      ['virus.xml', 'Rejected'],
      ['good.xml', 'OK'],
    ]);
    expect(stderr).toMatch(
      /broken\.xml could not be checked: .*hooks\.beforeAcceptance \(\/bin\/sh\) ended with exit code 2/,
    );
    expect(stderr).toMatch(/It said: no signatures for \d{6}\*{5} It was not accepted, and stays in work\. Mend/);

    const receipt = receiptOf(home, shipments[0] as Shipment);
    expect(receipt).toMatchObject({ status: 'Rejected', subReceipts: [] });
    expect(receipt.text).toContain('refused this one. It said: virus.xml: Eicar of 149090***** FOUND');
    expect(receipt.text).not.toContain('data/work');
    expect(query(home, 'SELECT count(*) AS items FROM item')).toEqual([{ items: 1 }]);
    expect(archived(home)).toEqual([
      { name: 'broken.xml', status: null },
      { name: 'virus.xml', status: 'Rejected' },
      { name: 'good.xml', status: 'OK' },
    ]);
    expect(inWork(home)).toBe(1);
    expect(query(home, 'SELECT outcome FROM attempt WHERE batch_id = 1')).toEqual([{ outcome: 'interrupted' }]);

    const paths = readFileSync(join(home, 'scanned.paths'), 'utf8').trimEnd().split('\n');
    expect(paths.every((path) => path.startsWith(join(home, 'data/work/')))).toBe(true);
    expect(jsonLines(readFileSync(join(home, 'scanned.jsonl'), 'utf8'))[1]).toEqual({
      file: 'virus.xml',
      mailbox: null,
      batchId: 2,
      bytes: file('C-1', 'EICAR').length,
    });

    put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0, ...scanner('exit 0') }));
    const mended = await run(home);
    expect([mended.exitCode, mended.shipments.map((one) => [one.file, one.status])]).toEqual([
      0,
      [['broken.xml', 'OK']],
    ]);
  });

  test('that can check no file ends the run after three, and one that does not end in time is as broken', async () => {
    const home = intakeHome(scanner('sleep 60', { hookTimeoutSeconds: 0.2 }));
    for (const name of ['1', '2', '3', '4']) drop(home, `${name}.xml`, file(`C-${name}`), 10 - Number(name));
    const { exitCode, shipments, stderr } = await run(home);
    expect([exitCode, shipments]).toEqual([74, []]);
    expect(stderr).toContain('did not end within 0.2 s (hookTimeoutSeconds)');
    expect(stderr).toContain('3 files in a row could not be checked, so no more are taken.');
    expect(readdirSync(join(home, 'inbox'))).toEqual(['4.xml']);
    expect(inWork(home)).toBe(3);

    const script = 'case "$1" in *4.xml) exit 0;; *) exit 2;; esac';
    put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0, ...scanner(script) }));
    const next = await run(home);
    expect([next.exitCode, next.shipments.map((one) => one.file)]).toEqual([74, ['4.xml']]);
  });

  test('that is not there ends the run with 78 before a file is touched', async () => {
    const home = intakeHome({ hooks: { beforeAcceptance: ['./scan.sh'] } });
    drop(home, 'a.xml', file('C-1'));
    const missing = await run(home);
    expect(missing.exitCode).toBe(78);
    expect(missing.stderr).toContain('hooks.beforeAcceptance names ./scan.sh, which is not there');
    expect(readdirSync(join(home, 'inbox'))).toEqual(['a.xml']);
    writeFileSync(join(home, 'scan.sh'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    expect((await run(home)).exitCode).toBe(0);
  });

  test('is asked once about a file that waits for its turn in the sequence', async () => {
    const home = intakeHome(scanner());
    const numbered = (sequenceNo: string) =>
      correspondences({ reference: `C-${sequenceNo}`, sequenceNo }, correspondence('M-1'));
    drop(home, 'second.xml', numbered('2'), 20);
    drop(home, 'first.xml', numbered('1'), 10);
    expect((await run(home)).exitCode).toBe(0);
    expect(readFileSync(join(home, 'scanned.paths'), 'utf8').trimEnd().split('\n')).toHaveLength(2);
  });

  test('that fails in watch keeps no other file waiting, and is asked again', async () => {
    const settings = { rescanSeconds: 0.1, retrySeconds: 0.2 };
    const script = `if [ -e mended ]; then exit 0; fi; ${SCANNER}`;
    const home = intakeHome(scanner(script, settings));
    drop(home, 'broken.xml', file('BROKEN'), 30);
    drop(home, 'good.xml', file('C-2'), 10);
    const child = startAltinnBatch(['watch', '--json', '--home', home]);
    const ended = finished(child);
    await until(() => existsSync(join(home, 'outbox')) && readdirSync(join(home, 'outbox')).length === 1);
    await until(() => readFileSync(join(home, 'scanned.paths'), 'utf8').split('broken.xml').length > 3);
    writeFileSync(join(home, 'mended'), '');
    await until(() => readdirSync(join(home, 'outbox')).length === 2);
    child.kill('SIGTERM');
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(0);
    expect(jsonLines<Shipment>(stdout).map((one) => one.file)).toEqual(['good.xml', 'broken.xml']);
  });

  test('does not keep a run from being stopped, whatever it does with signals, and ends with it', async () => {
    const home = intakeHome(scanner('trap "" TERM; echo $$ >pid; yes'));
    drop(home, 'a.xml', file('C-1'));
    const child = startAltinnBatch(['run', '--home', home]);
    const ended = finished(child);
    await until(() => existsSync(join(home, 'pid')) && readFileSync(join(home, 'pid'), 'utf8').endsWith('\n'));
    child.kill('SIGTERM');
    expect((await ended).exitCode).toBe(143);
    expect(existsSync(`/proc/${readFileSync(join(home, 'pid'), 'utf8').trim()}`)).toBe(false);
    expect(inWork(home)).toBe(1);
  });
});

describe('the hook afterShipment', () => {
  test('is told what `run --json` prints, and its failures are logged and change nothing', async () => {
    const home = intakeHome({
      hooks: { afterShipment: ['/bin/sh', '-c', `cat >>told.jsonl; echo "no mail for ${PERSON}"; exit 9`] },
    });
    drop(home, 'good.xml', file('C-1'), 20);
    drop(home, 'bad.xml', 'no XML', 10);
    const { exitCode, stdout, stderr } = await altinnBatch(['run', '--json', '--home', home]);
    expect(exitCode).toBe(65);
    expect(readFileSync(join(home, 'told.jsonl'), 'utf8')).toBe(stdout);
    const failures = jsonLines(stderr).filter(({ level }) => level === 'error');
    expect(failures).toMatchObject([
      {
        hook: 'afterShipment',
        file: 'good.xml',
        msg: expect.stringMatching(/exit code 9\. It said: no mail for 149090\*{5}/),
      },
      { hook: 'afterShipment', file: 'bad.xml', receiptId: 3 },
    ]);
    expect(archived(home)).toEqual([
      { name: 'good.xml', status: 'OK' },
      { name: 'bad.xml', status: 'Rejected' },
    ]);
  });

  test('that is under way when the run is killed holds no lock, and is told again by the next run', async () => {
    const home = intakeHome({
      hooks: { afterShipment: ['/bin/sh', '-c', 'cat >>told.jsonl; [ -e pid ] || { echo $$ >pid; sleep 60; }'] },
    });
    drop(home, 'a.xml', file('C-1'));
    const child = startAltinnBatch(['run', '--home', home]);
    const ended = finished(child);
    await until(() => existsSync(join(home, 'pid')) && readFileSync(join(home, 'pid'), 'utf8').endsWith('\n'));
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const next = await run(home);
    process.kill(-Number(readFileSync(join(home, 'pid'), 'utf8')), 'SIGKILL');
    expect([next.exitCode, next.shipments.length]).toEqual([0, 1]);
    const told = jsonLines<Shipment>(readFileSync(join(home, 'told.jsonl'), 'utf8'));
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual(told[0]);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(1);
  });
});

describe('the hook overdue', () => {
  test('is run once a day for a sender whose file has not come, and not for one whose file has', async () => {
    const expected = [
      { systemUserCode: 'SKD', by: '00:00' },
      { systemUserCode: 'BRG', by: '00:00', format: 'prefill' },
    ];
    const home = intakeHome({ expect: expected, hooks: { overdue: ['/bin/sh', '-c', 'cat >>overdue.jsonl'] } });
    drop(home, 'a.xml', file('C-1'));
    expect((await run(home)).exitCode).toBe(0);
    expect((await run(home)).exitCode).toBe(0);
    expect(jsonLines(readFileSync(join(home, 'overdue.jsonl'), 'utf8'))).toEqual([
      {
        systemUserCode: 'BRG',
        format: 'prefill',
        by: '00:00',
        day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
        lastAccepted: null,
      },
    ]);
  });
});

/** The test's own limit of time is the limit of this. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}
