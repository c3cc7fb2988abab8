import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { altinnBatch, finished, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, query } from '../support/intake-home.js';
import { ORGANISATION, reportee, serviceOwner, subscriptionItem, subscriptionPart } from '../support/submissions.js';
import { runToStep } from './run-to-step.js';

const ITEMS = 8_000;
const CHUNK = 50;

/** A file that takes long enough for a signal to come in the middle of it. */
function homeWithLongFile(settings: object = {}): string {
  const home = intakeHome({ chunkItems: CHUNK, rescanSeconds: 0.1, ...settings });
  const items = Array.from({ length: ITEMS }, () => subscriptionItem());
  drop(home, 'long.xml', serviceOwner(subscriptionPart({ reference: 'S-1' }, reportee(ORGANISATION, ...items))));
  return home;
}

async function signalledInMidFile(home: string, child: ChildProcess, signal: NodeJS.Signals) {
  const ended = finished(child);
  while (stagedItems(home) === 0) await sleep(5);
  child.kill(signal);
  return ended;
}

it.each([
  ['run', 'SIGTERM', 143],
  ['run', 'SIGINT', 130],
  ['watch', 'SIGTERM', 0],
] as const)('%s stopped by %s in mid-file keeps its checkpoint and ends with %i', async (command, signal, code) => {
  const home = homeWithLongFile();
  const child = startAltinnBatch([command, '--json', '--home', home]);
  const { exitCode, stdout, stderr } = await signalledInMidFile(home, child, signal);
  expect({ exitCode, stdout }).toStrictEqual({ exitCode: code, stdout: '' });
  if (code !== 0) expect(stderr).toContain(`altinn-batch: Stopped by ${signal}. The next run goes on from here.\n`);
  expect(readdirSync(join(home, 'outbox'))).toStrictEqual([]);
  expect(query(home, 'SELECT outcome FROM attempt')).toStrictEqual([{ outcome: 'interrupted' }]);
  const staged = stagedItems(home);
  expect(staged).toBeLessThan(ITEMS);
  expect(staged % CHUNK).toBe(0);

  const rest = await runToStep(home, { step: 'none' });
  expect(rest.exitCode).toBe(0);
  expect(rest.steps.filter((step) => step === 'chunk')).toHaveLength((ITEMS - staged) / CHUNK);
  expect(query(home, 'SELECT state, accepted_items AS items FROM shipment')).toStrictEqual([
    { state: 'accepted', items: ITEMS },
  ]);
  expect(readdirSync(join(home, 'outbox'))).toHaveLength(1);
});

it('is not counted against a file that it was stopped in the middle of', async () => {
  const home = homeWithLongFile({ maxKilledAttempts: 1 });
  const child = startAltinnBatch(['run', '--home', home]);
  await signalledInMidFile(home, child, 'SIGTERM');
  expect((await altinnBatch(['run', '--home', home])).exitCode).toBe(0);
});

it('takes no file once it is stopped while it stands by, and says so by its exit code', async () => {
  const home = intakeHome({ stableSeconds: 60 });
  drop(home, 'x.xml', serviceOwner(''));
  const child = startAltinnBatch(['run', '--home', home]);
  const ended = finished(child);
  while (!readdirSync(home).includes('data') || !readdirSync(join(home, 'data')).includes('altinn-batch.db'))
    await sleep(5);
  await sleep(300);
  child.kill('SIGTERM');
  expect((await ended).exitCode).toBe(143);
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['x.xml']);
});

function stagedItems(home: string): number {
  try {
    return query<{ items: number | null }>(home, 'SELECT sum(staged_items) AS items FROM shipment')[0]?.items ?? 0;
  } catch {
    // Not made yet.
    return 0;
  }
}
