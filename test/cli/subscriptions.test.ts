import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
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

const IDENTIFYING = '<IdentifyingField>Avdeling 1</IdentifyingField>';

async function aHome(): Promise<string> {
  const home = intakeHome();
  drop(
    home,
    'a.xml',
    serviceOwner(
      subscriptionPart(
        { reference: 'S-1' },
        reportee(PERSON, subscriptionItem({ IdentifyingFields: IDENTIFYING })),
        reportee(OTHER_PERSON, subscriptionItem({ NextScheduledDate: '2024-02-05', ExternalServiceEditionCode: null })),
        reportee(ORGANISATION, subscriptionItem({ NextScheduledDate: '2024-01-20', PeriodType: 'Once' })),
      ),
    ),
  );
  await run(home);
  return home;
}

async function ask(home: string, ...args: string[]) {
  const result = await altinnBatch([...args, '--home', home]);
  return { ...result, lines: args.includes('--json') ? jsonLines<{ id: number }>(result.stdout) : [] };
}

describe('subscriptions', () => {
  test('are listed by reportee, service, day and state, page by page', async () => {
    const home = await aHome();
    const ids = async (...args: string[]) =>
      (await ask(home, 'subscriptions', 'list', '--json', ...args)).lines.map(({ id }) => id - 100_000_000_000);
    expect(await ids()).toEqual([3, 2, 1]);
    expect(await ids('--reportee', PERSON)).toEqual([1]);
    expect(await ids('--service', '1051/201010')).toEqual([3, 1]);
    expect(await ids('--due-by', '2024-02-04')).toEqual([1, 3]);
    expect(await ids('--due-by', '2024-02-04', '--limit', '1', '--after', '100000000001')).toEqual([3]);
    expect(await ids('--state', 'ended')).toEqual([]);
    const all = await ask(home, 'subscriptions', 'list', '--limit', '2');
    expect(all.stdout).toContain('1051/newest');
    expect(all.stdout).not.toContain(OTHER_PERSON);
    expect(all.stderr).toContain('There are more: go on with --after 100000000002');
  });

  test('are cancelled by hand once, which drops what was held, is on record, and ends when it is sent again', async () => {
    const home = await aHome();
    await ask(home, 'subscriptions', 'activate', '--date', '2024-02-01');
    const held = async (...args: string[]) =>
      (await ask(home, 'subscriptions', 'list', '--held', '--json', ...args)).lines.map(({ id }) => id);
    expect(await held()).toEqual([100000000001]);
    expect(await held('--service', 'NONE')).toEqual([]);
    const cancelled = await ask(home, 'subscriptions', 'cancel', '100000000001', '--why', 'Asked for by phone');
    expect(cancelled).toMatchObject({
      exitCode: 0,
      stdout: 'subscription 100000000001: cancelled; held form tasks that come no more: 1\n',
    });
    expect(await held()).toEqual([]);
    const again = await ask(home, 'subscriptions', 'cancel', '100000000001', '--why', 'Twice');
    expect(again).toMatchObject({ exitCode: 65, stderr: expect.stringContaining('is cancelled already') });
    expect(await ask(home, 'subscriptions', 'cancel', '17', '--why', 'x')).toMatchObject({ exitCode: 65 });
    expect(query(home, "SELECT command, detail FROM audit WHERE command = 'subscriptions cancel'")).toEqual([
      { command: 'subscriptions cancel', detail: '{"subscriptionId":100000000001,"dropped":1}' },
    ]);

    const item = subscriptionItem({ IdentifyingFields: IDENTIFYING, ExpirationDate: '2030-01-01' });
    drop(home, 'b.xml', serviceOwner(subscriptionPart({ reference: 'S-2' }, reportee(PERSON, item))));
    await run(home);
    const shown = await ask(home, 'subscriptions', 'show', '101000000001', '--json');
    expect(shown.lines).toMatchObject([
      {
        id: 100000000001,
        itemId: 101000000001,
        state: 'active',
        nextScheduledDate: '2024-03-01',
        expirationDate: '2030-01-01',
        identifyingFields: ['Avdeling 1'],
        changes: [
          { kind: 'sent again', itemId: 101000000001, itemIdBefore: 100000000001, stateBefore: 'cancelled' },
          { kind: 'cancelled', why: 'Asked for by phone', stateBefore: 'active' },
        ],
        instances: [{ period: 1, scheduledDate: '2024-02-01', state: 'dropped', issues: [expect.any(String)] }],
      },
    ]);
    const forPeople = await ask(home, 'subscriptions', 'show', '100000000003');
    expect(forPeople.stdout).toMatch(/state +ended at/);
    expect(forPeople.stdout).toMatch(/SKD-FORMTASK-1$/m);
    expect(await ask(home, 'subscriptions', 'show', '17')).toMatchObject({ exitCode: 65 });
  });
});
