import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonLines } from '../support/cli.js';
import { drop, intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences, PERSON } from '../support/submissions.js';
import { copiesOf } from '../support/template-home.js';
import { runToStep, type Stop } from './run-to-step.js';

const NAMES = ['M-1', 'M-2', 'M-3', 'M-4', 'M-5'];

const SETTINGS = { chunkItems: 2, minFreeBytes: 0 };

const template = copiesOf(async () => {
  const home = intakeHome(SETTINGS);
  drop(home, 'letters.xml', correspondences({ reference: 'C-1' }, ...NAMES.map((name) => correspondence(name))));
  expect((await run(home)).exitCode).toBe(0);
  return home;
});

const EVENTS = NAMES.map(
  (reference) => `${JSON.stringify({ event: 'confirm', systemUserCode: 'SKD', by: PERSON, reference })}\n`,
).join('');

const STOPS: Required<Pick<Stop, 'step' | 'nth'>>[] = [
  { step: 'chunk', nth: 2 },
  { step: 'commit', nth: 1 },
  { step: 'publish', nth: 1 },
  { step: 'archive', nth: 1 },
];

it.each(STOPS)(
  'a run that is killed after $step $nth goes on in a file of message events where it was',
  async (stop) => {
    const home = await template();
    const by = { systemUserCode: 'SKD', by: PERSON };
    const events = NAMES.map((reference) => `${JSON.stringify({ event: 'confirm', ...by, reference })}\n`);
    drop(home, 'x.events.jsonl', events.join(''));
    expect((await runToStep(home, stop)).signal).toBe('SIGKILL');
    if (stop.step === 'chunk') {
      expect(query(home, 'SELECT read_up_to AS line FROM message_event_file')).toEqual([{ line: 4 }]);
      expect(readdirSync(join(home, 'outbox')).filter((name) => name.includes('answer'))).toEqual([]);
    }
    expect((await run(home)).exitCode).toBe(0);
    const [answer, ...others] = readdirSync(join(home, 'outbox')).filter((name) => name.includes('answer'));
    expect(others).toEqual([]);
    // Done twice, a line would say that it changed nothing.
    expect(
      jsonLines(readFileSync(join(home, 'outbox', answer ?? ''), 'utf8')).map(({ line, status, changed }) => [
        line,
        status,
        changed,
      ]),
    ).toEqual(NAMES.map((_, at) => [at + 1, 'OK', true]));
    expect(query(home, 'SELECT events, carried_out, changed FROM message_event_file')).toEqual([
      { events: 5, carried_out: 5, changed: 5 },
    ]);
    expect(query(home, 'SELECT count(*) AS count FROM message_event')).toEqual([{ count: 10 }]);
    expect(query(home, "SELECT count(*) AS left FROM batch WHERE state <> 'archived'")).toEqual([{ left: 0 }]);
    expect(readdirSync(join(home, 'data/work'))).toEqual([]);
  },
);

it('a file of message events that kills its process too often is set aside, and its answer says how far it came', async () => {
  const home = await template();
  put(home, 'altinn-batch.json', JSON.stringify({ ...SETTINGS, stableSeconds: 0, maxKilledAttempts: 1 }));
  drop(home, 'x.events.jsonl', EVENTS);
  expect((await runToStep(home, { step: 'chunk', nth: 1 })).signal).toBe('SIGKILL');
  const { exitCode, shipments } = await run(home);
  expect([exitCode, shipments]).toMatchObject([70, [{ status: 'UnExpectedError', items: { total: 2, accepted: 2 } }]]);
  const answers = jsonLines(readFileSync(join(home, shipments[0]?.receipt ?? ''), 'utf8'));
  expect(answers.map(({ line, status }) => [line, status])).toEqual([
    [1, 'OK'],
    [2, 'OK'],
    [null, 'Rejected'],
  ]);
  expect(answers[2]?.why).toMatch(/failed 1 times .* Lines 1 to 2 had been dealt with before; the others were not\.$/);
  const rejected = readdirSync(join(home, 'data/rejected'), { recursive: true, encoding: 'utf8' });
  expect(rejected.filter((name) => name.endsWith('.jsonl'))).toHaveLength(1);
});
