import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { aMessage, anItem, faultsOf, openShipment, openStore, settle } from '../store/fixture.js';
import { builtModule, finished, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const MESSAGES = 12_000;
const SCRIPT = fileURLToPath(new URL('fixtures/purge-to-turn.mjs', import.meta.url));

/** A home with so many messages that a purge of them takes its time. */
function homeOfMessages() {
  const home = intakeHome({ keepDays: { messages: 0 } });
  mkdirSync(join(home, 'data'));
  const opened = openStore(join(home, 'data/altinn-batch.db'));
  const shipment = openShipment(opened.store, { format: 'correspondence' });
  const content = aMessage({ allowSystemDeleteDateTime: '2020-01-01T00:00:00' });
  for (let from = 0; from < MESSAGES; from += 1000) {
    const items = Array.from({ length: 1000 }, (_, index) => anItem(from + index + 1, { content }));
    opened.store.shipments.stage(shipment.shipmentId, items);
  }
  settle(opened.store, shipment);
  opened.store.batches.setState(shipment.batchId, 'archived');
  return { home, ...opened };
}

const purgedOf = (home: string) => query<{ n: number }>(home, 'SELECT count(*) AS n FROM purged_content')[0]?.n ?? 0;

async function untilPurged(home: string, count: number): Promise<void> {
  while (purgedOf(home) < count) await sleep(5);
}

const auditOf = (home: string) =>
  query<{ detail: string }>(home, 'SELECT detail FROM audit ORDER BY id').map(
    ({ detail }) => JSON.parse(detail) as { removed: number; interrupted: boolean },
  );

test('a purge that is killed goes on with the next one, beside a run; each message is counted once', async () => {
  const { home, sql } = homeOfMessages();
  let purged = 0;
  for (const turns of ['2', '3']) {
    const flags = ['--dist', builtModule(''), '--home', home, '--turns', turns];
    const killed = await finished(spawn(process.execPath, [SCRIPT, ...flags], { stdio: 'pipe' }));
    expect([killed.signal, killed.stderr]).toEqual(['SIGKILL', '']);
    expect(purgedOf(home)).toBeGreaterThan(purged);
    purged = purgedOf(home);
  }
  expect(purged).toBeLessThan(MESSAGES);

  drop(
    home,
    'beside.xml',
    correspondences(
      { reference: 'BESIDE' },
      ...Array.from({ length: 1500 }, (_, index) => correspondence(`M-${index}`)),
    ),
  );
  const [purge, intake] = await Promise.all([finished(startAltinnBatch(['purge', '--home', home])), run(home)]);
  expect([purge.exitCode, intake.exitCode]).toEqual([0, 0]);
  expect(intake.shipments).toMatchObject([{ items: { total: 1500, accepted: 1500 } }]);

  expect(query(home, 'SELECT count(*) AS n FROM message')).toEqual([{ n: 1500 }]);
  const audit = auditOf(home);
  expect(audit.map(({ interrupted }) => interrupted)).toEqual([true, true, false]);
  expect(audit.reduce((sum, { removed }) => sum + removed, 0)).toBe(MESSAGES);
  expect(purgedOf(home)).toBe(MESSAGES);
  expect(faultsOf(sql)).toEqual([]);
});

test('a second purge ends with 75; one that is stopped ends with 143 and has entered what it removed', async () => {
  const { home } = homeOfMessages();
  const first = startAltinnBatch(['purge', '--home', home]);
  const ended = finished(first);
  await untilPurged(home, 1);
  // Halted, so that it can't be done before the other one is there.
  first.kill('SIGSTOP');
  const second = await finished(startAltinnBatch(['purge', '--home', home]));
  expect(second.exitCode).toBe(75);
  expect(second.stderr).toMatch(/is purging or restoring .*Wait until it is done/);
  first.kill('SIGTERM');
  first.kill('SIGCONT');
  const { exitCode, stderr } = await ended;
  expect([exitCode, stderr]).toEqual([143, expect.stringContaining('The next run goes on from here')]);
  expect(auditOf(home)).toEqual([expect.objectContaining({ removed: purgedOf(home), interrupted: true })]);
  expect(purgedOf(home)).toBeLessThan(MESSAGES);
});
