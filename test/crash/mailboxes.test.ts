import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tree } from '../intake/fresh-home.js';
import { drop, intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences, PERSON } from '../support/submissions.js';
import { homeOfMailboxes } from './home-of-all-formats.js';
import { outcomeOf } from './outcome.js';
import { runToStep, type Stop } from './run-to-step.js';
import { undisturbed } from './undisturbed.js';

const files = (home: string, folder: string) => tree(join(home, folder)).filter((path) => !path.endsWith('/'));

it('what comes out of three mailboxes is what was put in, each in its own place', async () => {
  const { receipts, stored } = await undisturbed(homeOfMailboxes);
  expect(receipts.map(([name]) => name)).toStrictEqual([
    'both.receipt.xml',
    'both.receipt.xml',
    'brg/ahead.receipt.xml',
    'brg/both.receipt.xml',
    'brg/both.receipt.xml',
    'brg/first.receipt.xml',
    'skd/ahead.govorganreceipt.xml',
    'skd/ahead.receipt.xml',
    'skd/faulty.receipt.xml',
    'skd/first.govorganreceipt.xml',
    'skd/first.receipt.xml',
  ]);
  const batches = (stored.batch ?? []).map((row) => JSON.parse(row) as { mailbox: string | null; status: string });
  const statuses = (owner: string | null) =>
    batches.filter(({ mailbox }) => mailbox === owner).map((one) => one.status);
  expect([null, 'SKD', 'BRG'].map((owner) => statuses(owner).sort())).toStrictEqual([
    ['ValidationFailed'],
    ['ValidationFailed', 'ValidationFailed', 'ValidationFailed'],
    ['Rejected', 'ValidationFailed', 'ValidationFailed'],
  ]);
});

const STOPS: Stop[] = [
  { step: 'claim', nth: 3 },
  { step: 'chunk', nth: 3 },
  { step: 'commit', nth: 2 },
  { step: 'publish', nth: 4 },
  { step: 'archive', nth: 5 },
];

describe('a run that is killed has each receipt in the outbox of the mailbox that its file came from', () => {
  it.each(STOPS)('after $step $nth', async (stop) => {
    const home = homeOfMailboxes();
    expect((await runToStep(home, stop)).signal).toBe('SIGKILL');
    expect((await run(home)).exitCode).toBe(65);
    expect(outcomeOf(home)).toStrictEqual(await undisturbed(homeOfMailboxes));
  });

  it('after every ninth of its steps in turn', async () => {
    const home = homeOfMailboxes({ maxKilledAttempts: 100 });
    let kills = 0;
    while ((await runToStep(home, { step: 'any', nth: 9 })).signal !== null) kills++;
    expect(kills).toBeGreaterThan(2);
    expect(outcomeOf(home)).toStrictEqual(await undisturbed(homeOfMailboxes));
  });
});

describe('a mailbox that is taken out of the settings while a file of it is in work', () => {
  const SETTINGS = { stableSeconds: 0, mailboxes: [{ owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' }] };
  const FILE = correspondences({ reference: 'C-1' }, correspondence('M-1', { Reportee: PERSON }));

  it.each(['claim', 'commit', 'publish'] as const)(
    'ends each run with 78 after a kill at the %s, and its receipt goes nowhere else; put back, all is as if nothing had been',
    async (step) => {
      const home = intakeHome(SETTINGS);
      drop(home, 'skd/x.xml', FILE, 60);
      drop(home, 'other.xml', FILE.replace('>SKD<', '>TTD<'));
      expect((await runToStep(home, { step })).signal).toBe('SIGKILL');
      put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0 }));
      const before = [files(home, 'data/work'), files(home, 'outbox')];
      const { exitCode, shipments, stderr } = await run(home);
      expect({ exitCode, shipments }).toStrictEqual({ exitCode: 78, shipments: [] });
      expect(stderr).toMatch(
        /There are files in .*data\/work of the mailbox of SKD, which altinn-batch\.json no longer has/,
      );
      expect([files(home, 'data/work'), files(home, 'outbox')]).toStrictEqual(before);
      expect(files(home, 'inbox')).toStrictEqual(['other.xml']);

      put(home, 'altinn-batch.json', JSON.stringify(SETTINGS));
      const again = await run(home);
      expect(again.shipments.map(({ file, receipt }) => `${file} ${receipt.replace(/\.\d+\./, '.')}`)).toStrictEqual([
        'x.xml outbox/skd/x.receipt.xml',
        'other.xml outbox/other.receipt.xml',
      ]);
      const withPerson = files(home, 'outbox').filter((path) =>
        readFileSync(join(home, 'outbox', path), 'utf8').includes(PERSON),
      );
      expect(withPerson.filter((path) => path.startsWith('skd/'))).toHaveLength(1);
      expect(query(home, 'SELECT state FROM batch')).toStrictEqual([{ state: 'archived' }, { state: 'archived' }]);
      put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0 }));
      expect((await run(home)).exitCode).toBe(0);
    },
  );
});
