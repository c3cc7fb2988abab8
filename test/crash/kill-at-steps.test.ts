import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { query, run } from '../support/intake-home.js';
import { FILES, homeOfAllFormats } from './home-of-all-formats.js';
import { outcomeOf } from './outcome.js';
import { runToStep, type Stop } from './run-to-step.js';
import { undisturbed } from './undisturbed.js';

it('takes in a home of all formats, as the measure of what follows', async () => {
  const { stored, receipts, files } = await undisturbed();
  expect(receipts.map(([name]) => name)).toStrictEqual([
    'ahead.govorganreceipt.xml',
    'ahead.receipt.xml',
    'both.receipt.xml',
    'both.receipt.xml',
    'cut.receipt.xml',
    'faulty.receipt.xml',
    'first.govorganreceipt.xml',
    'first.receipt.xml',
    'utf-16.receipt.xml',
  ]);
  expect(files.filter((path) => path.endsWith('.xml') && path.startsWith('data/'))).toStrictEqual([
    ...FILES.filter((name) => name !== 'cut.xml').map((name) => `data/archive/DATE/${name}`),
    'data/rejected/DATE/cut.xml',
  ]);
  expect(files.filter((path) => !path.includes('DATE'))).toEqual([
    'altinn-batch.json',
    'data/',
    'data/altinn-batch.db',
    'data/archive/',
    'data/intake.lock',
    'data/rejected/',
    'data/work/',
    'forms/',
    'forms/890-10451.xsd',
    'inbox/',
    'services.json',
  ]);
  const views = Object.entries(stored).filter(([name]) => name.startsWith('visible_'));
  expect(views.map(([name, rows]) => [name, rows.length])).toStrictEqual([
    ['visible_item', 43],
    ['visible_prefill_form_set', 8],
    ['visible_prefill_field', 2],
    ['visible_subscription', 4],
    ['visible_message', 12],
  ]);
});

const STOPS: Required<Pick<Stop, 'step' | 'nth'>>[] = [
  { step: 'claim', nth: 1 },
  { step: 'chunk', nth: 1 },
  { step: 'chunk', nth: 9 },
  { step: 'commit', nth: 4 },
  { step: 'publish', nth: 1 },
  { step: 'archive', nth: 3 },
];

describe('a run that is killed comes, with the next one, to the same end as one that is not', () => {
  it.each(STOPS)('after $step $nth', async (stop) => {
    const home = homeOfAllFormats();
    expect((await runToStep(home, stop)).signal).toBe('SIGKILL');
    expect((await run(home)).exitCode).toBe(65);
    expect(outcomeOf(home)).toStrictEqual(await undisturbed());
  });

  it('after every seventh of its steps in turn', async () => {
    const home = homeOfAllFormats({ maxKilledAttempts: 100 });
    const steps: string[] = [];
    for (;;) {
      const killed = await runToStep(home, { step: 'any', nth: 7 });
      steps.push(...killed.steps);
      if (killed.signal === null) break;
    }
    const count = (step: string) => steps.filter((one) => one === step).length;
    expect(['claim', 'commit', 'publish', 'archive'].map(count)).toStrictEqual([6, 6, 6, 6]);
    expect(count('chunk')).toBeGreaterThan(20);
    expect(outcomeOf(home)).toStrictEqual(await undisturbed());
  });
});

it('passes over what is staged: a file killed after two chunks has only the others staged by the next run', async () => {
  const home = homeOfAllFormats();
  const whole = await runToStep(homeOfAllFormats(), { step: 'none' });
  const chunks = (steps: readonly string[]) => steps.filter((step) => step === 'chunk').length;
  const killed = await runToStep(home, { step: 'chunk', nth: 2 });
  expect(query(home, 'SELECT sum(staged_items) AS items FROM shipment')).toStrictEqual([{ items: 4 }]);
  const staged = 'SELECT item_id, reported_at FROM issue WHERE item_id IS NOT NULL ORDER BY id';
  const before = query(home, staged);
  expect(before.length).toBeGreaterThan(0);
  const rest = await runToStep(home, { step: 'none' });
  expect(chunks(killed.steps)).toBe(2);
  expect(chunks(rest.steps)).toBe(chunks(whole.steps) - 2);
  expect(query(home, staged).slice(0, before.length)).toStrictEqual(before);
});

it('does not stage, commit or publish again what was committed before the kill', async () => {
  const home = homeOfAllFormats();
  await runToStep(home, { step: 'publish' });
  const [first] = readdirSync(join(home, 'outbox'));
  expect(first).toBeDefined();
  const { steps } = await runToStep(home, { step: 'none' });
  expect(steps.slice(0, 2)).toStrictEqual(['archive', 'claim']);
});
