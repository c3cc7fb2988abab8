import { spawn } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { altinnBatch, builtModule, type CliResult, finished } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import {
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { sentInstances } from './sent-instances.js';

const SCRIPT = fileURLToPath(new URL('fixtures/activate-to-step.mjs', import.meta.url));
const DAY = '2024-02-01';
/** More than two chunks of them. */
const CASES = 400;

function toStep(home: string, step: string, nth = 1): Promise<CliResult> {
  const flags = { dist: builtModule(''), home, day: DAY, step, nth: String(nth) };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return finished(spawn(process.execPath, [SCRIPT, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** Each case of a reportee is a subscription of its own: they begin on different days. */
function items(id: string): string {
  const cases = Array.from({ length: CASES }, (_, index) => {
    const startDate = new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
    return subscriptionItem({ StartDate: startDate, NextScheduledDate: index % 9 === 0 ? '2023-12-31' : '2024-01-20' });
  });
  return reportee(id, ...cases);
}

function outcome(home: string) {
  const files = readdirSync(join(home, 'outbox')).filter((name) => name.includes('FORMTASK'));
  return {
    schedules: query(home, 'SELECT id, state, next_scheduled_date, periods FROM subscription_schedule ORDER BY id'),
    instances: query(
      home,
      `SELECT subscription_id, period, scheduled_date, state, count(*) AS times FROM form_task_instance
       GROUP BY 1, 2, 3, 4 ORDER BY 1, 2`,
    ),
    sent: files
      .filter((name) => !name.includes('receipt'))
      .flatMap((name) => sentInstances(home, name))
      .map(({ subscription, scheduled }) => `${subscription} ${scheduled}`)
      .sort(),
    receipts: files.filter((name) => name.endsWith('.receipt.xml')).length,
    unpublished: query(home, 'SELECT count(*) AS count FROM receipt WHERE published_as IS NULL'),
  };
}

test('an activation that is killed anywhere is ended by the next one: nothing is lost, made or sent twice', async () => {
  const before = intakeHome();
  drop(
    before,
    'a.xml',
    serviceOwner(subscriptionPart({ reference: 'S' }, ...[PERSON, OTHER_PERSON, ORGANISATION].map(items))),
  );
  await run(before);
  const copy = () => {
    const home = temporaryFolder();
    cpSync(before, home, { recursive: true });
    return home;
  };
  const measure = copy();
  const whole = await toStep(measure, 'none');
  expect(whole.stdout.split('\n').filter((step) => step === 'chunk').length).toBeGreaterThan(2);
  const undisturbed = outcome(measure);
  expect(undisturbed.sent.length).toBe(3 * (CASES + Math.ceil(CASES / 9)));

  const home = copy();
  for (const [step, nth] of [
    ['chunk', 1],
    ['chunk', 2],
    ['prepare', 1],
    ['file', 1],
    ['receipt', 1],
  ] as const) {
    expect((await toStep(home, step, nth)).signal, step).toBe('SIGKILL');
  }
  const last = await altinnBatch(['subscriptions', 'activate', '--date', DAY, '--home', home]);
  expect(last.exitCode, last.stderr).toBe(0);
  expect(outcome(home)).toStrictEqual(undisturbed);
});
