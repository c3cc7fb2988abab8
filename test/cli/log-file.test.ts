import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { altinnBatch, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const file = (reference: string) => correspondences({ reference }, correspondence('M-1'));
const log = (path: string) => jsonLines<{ level: string; msg: string; file?: string }>(readFileSync(path, 'utf8'));

describe('a log file', () => {
  test('has what stderr has, is made with fileMode, and is opened anew on SIGHUP without losing a line', async () => {
    const home = intakeHome({ fileMode: '0600' });
    const path = join(home, 'altinn.log');
    const child = startAltinnBatch(['watch', '-v', '--json', '--log-file', path, '--home', home]);
    const ended = finished(child);
    const processed = async (name: string) => {
      drop(home, `${name}.xml`, file(name));
      while (!readdirSync(join(home, 'outbox')).some((receipt) => receipt.startsWith(name))) await sleep(10);
    };
    while (!readdirSync(home).includes('outbox')) await sleep(10);
    await processed('before');
    renameSync(path, `${path}.1`);
    await processed('rotated');
    child.kill('SIGHUP');
    while (!readdirSync(home).includes('altinn.log')) await sleep(10);
    await processed('after');
    while (!readFileSync(path, 'utf8').includes('after.xml')) await sleep(10);
    child.kill('SIGTERM');
    const { exitCode, stderr } = await ended;
    expect(exitCode).toBe(0);
    const files = (lines: ReturnType<typeof log>) => lines.flatMap((line) => line.file ?? []);
    expect(files(log(`${path}.1`))).toEqual(['before.xml', 'rotated.xml']);
    expect(files(log(path))).toEqual(['after.xml']);
    expect(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')).toBe(stderr);
    expect([path, `${path}.1`].map((one) => statSync(one).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test('of the settings is appended to, and has as JSON what is said in words, what -q leaves out, and why a run ended', async () => {
    const home = intakeHome({ logFile: 'logs.jsonl', logLevel: 'info' });
    drop(home, 'a.xml', file('C-1'));
    const first = await altinnBatch(['run', '-q', '--home', home]);
    expect(first).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const holder = startAltinnBatch(['watch', '--home', home]);
    const held = finished(holder);
    drop(home, 'b.xml', file('C-2'));
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    expect((await run(home)).exitCode).toBe(75);
    holder.kill('SIGTERM');
    await held;
    const lines = log(join(home, 'logs.jsonl'));
    expect(lines[0]).toMatchObject({ level: 'warn', msg: expect.stringContaining('service catalogue was taken in') });
    expect(lines[1]).toMatchObject({ level: 'info', file: 'a.xml' });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'fatal', exitCode: 75, msg: expect.stringContaining('is working on') }),
    );
  });

  test('that can not be made ends a run with 74 before a file is touched', async () => {
    const home = intakeHome();
    drop(home, 'a.xml', file('C-1'));
    const { exitCode, stderr } = await run(home, '--log-file', join(home, 'nowhere', 'log'));
    expect(exitCode).toBe(74);
    expect(stderr).toMatch(
      /^altinn-batch: The log file .*nowhere\/log can't be written \(ENOENT\)\. Make its folder.*\n$/,
    );
    expect(readdirSync(join(home, 'inbox'))).toEqual(['a.xml']);
  });

  test('on a full disk is told of once, and the run goes on', async () => {
    const home = intakeHome();
    drop(home, 'a.xml', file('C-1'));
    drop(home, 'b.xml', file('C-2'));
    const { exitCode, stderr, shipments } = await run(home, '-v', '--log-file', '/dev/full');
    expect([exitCode, shipments.length]).toEqual([0, 2]);
    expect(stderr.split('\n').filter((line) => line.includes('/dev/full'))).toEqual([
      "altinn-batch: The log file /dev/full can't be written (ENOSPC). Until that is mended the log is on stderr alone.",
    ]);
  });

  test('is not made by a command that has nothing to log', async () => {
    const home = intakeHome({ logFile: 'logs.jsonl' });
    expect((await altinnBatch(['status', '--home', home])).exitCode).toBe(0);
    expect(readdirSync(home)).not.toContain('logs.jsonl');
  });
});
