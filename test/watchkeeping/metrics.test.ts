import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/watchkeeping/metrics.js';
import { tree } from '../intake/fresh-home.js';
import { altinnBatch, finished, jsonLines, startAltinnBatch, temporaryHome } from '../support/cli.js';
import { drop, intakeHome, put, query, run } from '../support/intake-home.js';
import { altut, correspondence, correspondences, message } from '../support/submissions.js';

const file = (reference: string, ...more: string[]) => correspondences({ reference }, correspondence('M-1'), ...more);
const BAD = correspondence('M-2', { ServiceCode: 'NONE' });

/** Samples by name and labels without `home`, as `items_total{format="altut",state="failed"}`. */
type Exposition = ReadonlyMap<string, number>;

/** Reads the text format, and proves that it is that: each metric with HELP and TYPE before its samples. */
function read(text: string, home: string): Exposition {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  let helped = '';
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, kind, name = '', type = ''] = /^# (HELP|TYPE) (altinn_batch_[a-z_]+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') helped = name;
    else if (kind === 'TYPE') {
      expect(name).toBe(helped);
      types.set(name, type);
    } else {
      const [, sample = '', labels = '', value = ''] = /^(altinn_batch_[a-z_]+)\{(.*)\} ([0-9.e+-]+)$/.exec(line) ?? [];
      expect(types.get(sample), line).toBe(sample.endsWith('_total') ? 'counter' : 'gauge');
      expect(labels).toContain(`home="${home}"`);
      const own = labels.split(',').filter((label) => !label.startsWith('home='));
      samples.set(`${sample.replace('altinn_batch_', '')}{${own}}`, Number(value));
    }
  }
  return samples;
}

async function metrics(home: string): Promise<Exposition> {
  const { exitCode, stdout, stderr } = await altinnBatch(['metrics', '--home', home]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return read(stdout, home);
}

describe('metrics', () => {
  test('are there before anything has been run, and printing them makes nothing', async () => {
    const home = await temporaryHome();
    const before = tree(home);
    const samples = await metrics(home);
    expect(samples.get('inbox_files{mailbox="common"}')).toBe(0);
    expect(samples.get('healthy{}')).toBe(1);
    expect(tree(home)).toEqual(before);
  });

  test('count what several runs have done, and say how it stands now', async () => {
    const home = intakeHome({ maxWaitingSeconds: 0, expect: [{ systemUserCode: 'BRG', by: '00:00' }] });
    drop(home, 'good.xml', file('C-1'), 30);
    drop(home, 'half.xml', file('C-2', BAD, BAD), 20);
    await run(home);
    drop(home, 'old.xml', altut({ sequenceNo: '1' }, message('M-1')), 20);
    drop(home, 'none.xml', '<a/>', 10);
    await run(home);
    drop(home, 'waits.xml', file('C-3'));
    const samples = await metrics(home);
    expect(
      Object.fromEntries([...samples].filter(([name]) => /^(batches|items|issues)/.test(name) && samples.get(name))),
    ).toEqual({
      'batches_total{mailbox="common",format="correspondence",status="OK"}': 1,
      'batches_total{mailbox="common",format="correspondence",status="ValidationFailed"}': 1,
      'batches_total{mailbox="common",format="altut",status="OK"}': 1,
      'batches_total{mailbox="common",format="unknown",status="Rejected"}': 1,
      'items_total{format="correspondence",state="accepted"}': 2,
      'items_total{format="correspondence",state="failed"}': 2,
      'items_total{format="altut",state="accepted"}': 1,
      'issues_total{code="40013",level="Error"}': 2,
      'issues_total{code="0",level="Warning"}': 1,
      'issues_total{code="0",level="Error"}': 1,
    });
    expect(samples.get('bytes_total{mailbox="common",format="unknown",status="Rejected"}')).toBe(4);
    for (const stage of ['claim', 'read', 'commit', 'publish', 'archive']) {
      const seconds = samples.get(`stage_seconds_total{format="correspondence",stage="${stage}"}`);
      const column = `${stage}_seconds`;
      const [kept] = query<{ seconds: number }>(
        home,
        `SELECT sum(${column}) AS seconds FROM batch_duration JOIN batch ON batch.id = batch_id WHERE format = 'correspondence'`,
      );
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeCloseTo(kept?.seconds ?? 0);
    }
    const [last] = query<{ at: string }>(home, "SELECT last_at AS at FROM batch_total WHERE format = 'altut'");
    expect(samples.get('last_success_timestamp_seconds{}')).toBe(Date.parse(last?.at ?? '') / 1000);
    expect(samples.get('inbox_files{mailbox="common"}')).toBe(1);
    expect(samples.get('inbox_bytes{mailbox="common"}')).toBe(file('C-3').length);
    expect(samples.get('inbox_oldest_age_seconds{mailbox="common"}')).toBeGreaterThan(0);
    expect(samples.get('store_bytes{}')).toBe(statSync(join(home, 'data/altinn-batch.db')).size);
    expect(samples.get('expected_overdue{system_user_code="BRG",format="any",by="00:00"}')).toBe(1);
    expect([...samples.keys()].filter((name) => /^unhealthy/.test(name) && samples.get(name) === 1)).toEqual([
      'unhealthy{reason="inbox"}',
      'unhealthy{reason="overdue"}',
    ]);
    expect(samples.get('healthy{}')).toBe(0);

    const { stdout } = await altinnBatch(['metrics', '--json', '--home', home]);
    const objects = jsonLines<Sample>(stdout);
    expect(objects).toHaveLength(samples.size);
    expect(objects).toContainEqual({
      name: 'altinn_batch_items_total',
      labels: { format: 'altut', state: 'accepted', home },
      value: 1,
    });
  });
});

describe('with mailboxes', () => {
  test('metrics and status tell them apart', async () => {
    const mailbox = (owner: string) => ({ owner, inbox: `in/${owner}`, outbox: `out/${owner}` });
    const home = intakeHome({ mailboxes: [mailbox('SKD'), mailbox('BRG')] });
    await run(home);
    put(home, 'in/SKD/a.xml', file('C-1'));
    await run(home);
    put(home, 'in/BRG/waits.xml', file('C-2'));
    const samples = await metrics(home);
    const batches = (mailbox: string) =>
      samples.get(`batches_total{mailbox="${mailbox}",format="correspondence",status="OK"}`);
    expect(['common', 'SKD', 'BRG'].map(batches)).toEqual([0, 1, 0]);
    expect(['common', 'SKD', 'BRG'].map((one) => samples.get(`inbox_files{mailbox="${one}"}`))).toEqual([0, 0, 1]);
    expect(samples.get('free_disk_bytes{folder="out/BRG"}')).toBeGreaterThan(0);
    const { stdout } = await altinnBatch(['status', '--home', home]);
    expect(stdout).toMatch(/^inbox {9}nothing\nin\/SKD {8}nothing\nin\/BRG {8}1 file, /m);
  });
});

describe('the metricsFile', () => {
  test('is whole, readable for others, and written at the end of each run, also of one that fails', async () => {
    const settings = { metricsFile: 'metrics/altinn.prom', metricsSeconds: 3600 };
    const home = intakeHome(settings);
    const path = join(home, 'metrics/altinn.prom');
    put(home, 'metrics/.altinn.prom.tmp-1', 'left by a process that was killed');
    drop(home, 'good.xml', file('C-1'));
    await run(home);
    expect(readdirSync(join(home, 'metrics'))).toEqual(['altinn.prom']);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    const written = read(readFileSync(path, 'utf8'), home);
    const printed = await metrics(home);
    const counters = (samples: Exposition) => [...samples].filter(([name]) => name.includes('_total{'));
    expect(counters(written)).toEqual(counters(printed));
    expect([...written.keys()]).toEqual([...printed.keys()]);

    const broken = { stableSeconds: 0, ...settings, hooks: { beforeAcceptance: ['sh', '-c', 'exit 2'] } };
    put(home, 'altinn-batch.json', JSON.stringify(broken));
    drop(home, 'next.xml', file('C-2'));
    expect((await run(home)).exitCode).toBe(74);
    expect(read(readFileSync(path, 'utf8'), home).get('work_files{}')).toBe(1);
  });

  test('that can not be written is told of, and keeps nothing from being taken in', async () => {
    const home = intakeHome({ metricsFile: 'nowhere/altinn.prom' });
    drop(home, 'good.xml', file('C-1'));
    const { exitCode, stderr, shipments } = await run(home);
    expect([exitCode, shipments.length]).toEqual([0, 1]);
    const told = jsonLines(stderr).filter(({ level }) => level === 'error');
    expect(told).toMatchObject([{ msg: expect.stringMatching(/^The metrics can't be written: .*nowhere/) }]);
  });

  test('is written again and again while watch is at work', async () => {
    const home = intakeHome({ metricsFile: 'altinn.prom', metricsSeconds: 0.1 });
    const path = join(home, 'altinn.prom');
    const child = startAltinnBatch(['watch', '--json', '--home', home]);
    const ended = finished(child);
    const accepted = () =>
      existsSync(path)
        ? read(readFileSync(path, 'utf8'), home).get('items_total{format="correspondence",state="accepted"}')
        : undefined;
    while (accepted() !== 0) await sleep(10);
    drop(home, 'good.xml', file('C-1'));
    while (accepted() !== 1) await sleep(10);
    child.kill('SIGTERM');
    expect((await ended).exitCode).toBe(0);
  });
});
