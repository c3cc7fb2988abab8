import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drop, intakeHome, put, query, type Ran, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  formSet,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
} from '../support/submissions.js';

test('a number must be one more than the last accepted one, whatever the order the files came in', async () => {
  const home = intakeHome();
  const send = (sequenceNo: string, age: number, reference = `REF-${sequenceNo}`) =>
    drop(home, `${reference}.xml`, correspondences({ reference, sequenceNo }, correspondence('A')), age);
  // Nothing accepted yet: the lowest goes first, and the others after it.
  send('019', 30);
  send('17', 20);
  send('018', 10);
  send('21', 40);
  send('A17', 50);
  const first = await run(home);
  expect(verdicts(first)).toStrictEqual([
    ['REF-A17', 'Rejected'],
    ['REF-17', 'OK'],
    ['REF-018', 'OK'],
    ['REF-019', 'OK'],
    ['REF-21', 'Rejected'],
  ]);
  expect(first.shipments[0]?.text).toContain('A17 is not a whole number');
  expect(first.shipments[4]?.text).toContain('The sequence number is 21, but 20 was expected');
  expect(first.shipments[4]?.text).toContain('Send what is missing in between first');

  // Behind, then the gap is filled and what was refused comes again, which the bytes tell.
  send('19', 30, 'BEHIND');
  send('20', 20);
  send('21', 10);
  const second = await run(home);
  expect(verdicts(second)).toStrictEqual([
    ['BEHIND', 'Rejected'],
    ['REF-20', 'OK'],
    ['REF-21', 'OK'],
  ]);
  expect(second.shipments[0]?.text).toContain('That number has been passed');
  expect(second.shipments[2]?.text).toMatch(/Warning \[0\].*very same bytes/);
  expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
  expect(query(home, "SELECT count(*) AS n FROM shipment WHERE state = 'accepted'")).toStrictEqual([{ n: 5 }]);
});

test('a shipment with no accepted item uses no number up; AltUt, correspondence and each sender count apart', async () => {
  const home = intakeHome();
  const letter = (systemUserCode: string, sequenceNo: string, values = {}) =>
    correspondences(
      { reference: `${systemUserCode} ${sequenceNo} ${JSON.stringify(values)}`, systemUserCode, sequenceNo },
      correspondence('A', values),
    );
  drop(home, '1.xml', letter('SKD', '1'), 30);
  drop(home, '2.xml', letter('SKD', '2', { ServiceCode: 'NONE' }), 29);
  drop(home, '3.xml', letter('SKD', '2'), 28);
  drop(home, '4.xml', letter('SKD-2', '7'), 27);
  drop(home, '5.xml', altut({ sequenceNo: '40' }, message('A')), 26);
  drop(home, '6.xml', altut({ sequenceNo: '42' }, message('A')), 25);
  drop(home, '7.xml', altut({ sequenceNo: ' 041 ' }, message('B')), 24);
  drop(home, '8.xml', altut({ sequenceNo: '41' }, message('C')), 23);
  // Recorded for these, not enforced.
  const prefill = (sequenceNo: string) =>
    serviceOwner(prefillPart({ reference: `P-${sequenceNo}`, sequenceNo }, reportee(PERSON, formSet(sequenceNo))));
  drop(home, '9.xml', prefill('7'), 22);
  drop(home, 'A.xml', prefill('A17'), 21);
  const ran = await run(home);
  const byFile = new Map(ran.shipments.map((one) => [one.file, one.status]));
  expect(Object.fromEntries(byFile)).toStrictEqual({
    '1.xml': 'OK',
    '2.xml': 'ValidationFailed',
    '3.xml': 'OK',
    '4.xml': 'OK',
    '5.xml': 'OK',
    '6.xml': 'OK',
    '7.xml': 'OK',
    '8.xml': 'Rejected',
    '9.xml': 'OK',
    'A.xml': 'OK',
  });
  expect(query(home, "SELECT sequence_no AS n FROM shipment WHERE format = 'prefill' ORDER BY id")).toStrictEqual([
    { n: '7' },
    { n: 'A17' },
  ]);
});

test('a file ahead of its sequence goes back to the inbox when the time is up before all others were tried', async () => {
  const home = intakeHome();
  drop(home, '5.xml', altut({ sequenceNo: '5' }, message('A')), 30);
  drop(home, '4.xml', altut({ sequenceNo: '4' }, message('A')), 20);
  const none = await run(home, '--max-seconds', '0');
  expect(none).toMatchObject({ exitCode: 0, shipments: [] });
  for (const name of ['4.xml', '5.xml']) expect(none.stderr).toContain(`Left in the inbox: ${name}: the time`);
  expect(readdirSync(join(home, 'inbox')).sort()).toStrictEqual(['4.xml', '5.xml']);
  // Still one of them alone is the first that is seen.
  put(home, 'inbox/note.txt', '');
  expect(verdicts(await run(home))).toStrictEqual([
    ['SKD/4', 'OK'],
    ['SKD/5', 'OK'],
  ]);
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['note.txt']);
});

function verdicts({ shipments }: Ran): (readonly [string | null, string])[] {
  return shipments.map(({ reference, status }) => [reference, status]);
}
