import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const sequence = (home: string, ...args: string[]) => altinnBatch(['sequence', ...args, '--home', home]);

function send(home: string, sequenceNo: string, reference = `REF-${sequenceNo}`) {
  drop(home, `${reference}.xml`, correspondences({ reference, sequenceNo }, correspondence('A')));
  return run(home);
}

test('a number that was lost is passed over: set by hand, the next one is accepted and counting goes on from there', async () => {
  const home = intakeHome();
  await send(home, '16');
  const set = await sequence(
    home,
    'set',
    'SKD',
    'correspondence',
    '18',
    '--why',
    '17 was lost, says 14909021147',
    '--json',
  );
  expect(set.exitCode).toBe(0);
  expect(jsonLines(set.stdout)).toStrictEqual([
    { systemUserCode: 'SKD', format: 'correspondence', nextDue: 18, before: 17 },
  ]);
  const listed = await sequence(home, 'list', '--json', '--owner', 'SKD');
  expect(jsonLines(listed.stdout)).toStrictEqual([
    {
      systemUserCode: 'SKD',
      format: 'correspondence',
      lastAccepted: 16,
      receiptId: 1,
      nextDue: 18,
      enforced: true,
      setByHand: {
        at: expect.any(String),
        by: expect.stringContaining(userInfo().username),
        why: '17 was lost, says 149090*****',
      },
    },
  ]);
  const late = await send(home, '17');
  expect(late.shipments[0]?.text).toContain(
    'The sequence number is 17, but 18 was expected: whoever runs this service has set it so. That number has been passed.',
  );
  expect((await send(home, '18')).shipments[0]?.status).toBe('OK');
  expect((await send(home, '19')).shipments[0]?.status).toBe('OK');
  const after = await sequence(home, 'list');
  expect(after.stdout).toMatch(/^SKD +correspondence +19 +6 +20 +yes +-$/m);
  expect(query(home, 'SELECT user_name, command, arguments, detail FROM audit')).toStrictEqual([
    {
      user_name: expect.stringContaining(userInfo().username),
      command: 'sequence set',
      arguments: '["SKD","correspondence","18","--why","17 was lost, says 149090*****"]',
      detail: '{"dueBefore":17,"dueNow":18}',
    },
  ]);
});

describe('sequence list', () => {
  test('prints nothing, and makes no store, where nothing was taken in yet', async () => {
    const home = intakeHome();
    expect(await sequence(home, 'list')).toMatchObject({ exitCode: 0, stdout: '' });
    expect(() => query(home, 'SELECT 1')).toThrow();
  });
});

describe('sequence set', () => {
  test('says that numbers of prefill and subscription are not enforced', async () => {
    const home = intakeHome();
    const { exitCode, stdout, stderr } = await sequence(home, 'set', 'SKD-PSA', 'prefill', '7', '--why', 'a test');
    expect({ exitCode, stdout }).toStrictEqual({
      exitCode: 0,
      stdout: 'SKD-PSA prefill: 7 is due next (before: any)\n',
    });
    expect(stderr).toContain('recorded, not enforced');
  });

  test.each([
    [['XYZ', 'correspondence', '1', '--why', 'x'], /service owner 'XYZ'.*not in the service catalogue/],
    [['SKD', 'letters', '1', '--why', 'x'], /one of prefill, subscription, correspondence, altut/],
    [['SKD', 'altut', 'A1', '--why', 'x'], /must be a whole number/],
    [['SKD', 'altut', '1'], /--why/],
    [['SKD', 'altut', '1', '--why', ' '], /--why must say/],
  ])('refuses %j with 64, and puts nothing on record', async (args, says) => {
    const home = intakeHome();
    const { exitCode, stderr } = await sequence(home, 'set', ...args);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(says);
    expect(() => query(home, 'SELECT 1 FROM audit')).toThrow();
  });
});
