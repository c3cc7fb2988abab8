import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CliOptions } from '../support/cli.js';
import { put, query } from '../support/intake-home.js';
import { copiesOf } from '../support/template-home.js';
import { confirmedIn, contentOf, readHome, type Sent, send, setUp, watchUntil } from './read-home.js';

const CLOCK = new URL('../support/fake-clock.mjs', import.meta.url).href;
const atTime = (now: string): CliOptions => ({ nodeArguments: ['--import', CLOCK], env: { FAKE_NOW: now } });

/** All was sent, read and confirmed on 3 June; PSA asks for usage data after 7 days, TEST2 after 3. */
const aHome = copiesOf(() => readHome(atTime('2024-06-03T10:00:00Z'), atTime('2024-06-03T10:10:00Z')));

const SEND = ['usage-data', 'send'];

/** `310123455 Read` for each message, under the name of its service. */
function told(home: string, one: Sent): string[] {
  const parts = contentOf(home, one).matchAll(/<ServiceName>([^<]+)|<CorrespondenceStatusType>([^<]+)/g);
  return [...parts].map(([, service, state]) => service ?? state ?? '');
}

const brief = ({ reference, entries }: Sent) => `${reference}: ${entries}`;

test('how far messages have come is told so many days after they were sent, once, as each service asks for it', async () => {
  const home = await aHome();
  const dayBefore = await send(home, SEND, atTime('2024-06-05T21:59:00Z'));
  expect(dayBefore.sent).toEqual([]);
  const third = await send(home, SEND, atTime('2024-06-05T22:00:00Z'));
  expect(third.sent.map(brief)).toEqual(['BRG-USAGE-1: 2', 'SKD-USAGE-1: 6']);
  const [brg, skd] = third.sent.map((one) => told(home, one));
  expect(brg).toEqual(['Service TEST2', 'Read', 'Read']);
  const states = (list: readonly string[] = []) => list.slice(1).sort();
  expect([skd?.[0], states(skd)]).toEqual([
    'Service TEST2',
    ['Confirmed', 'Confirmed', 'Read', 'Read', 'Read', 'Unread'],
  ]);
  expect(contentOf(home, third.sent[1] as Sent)).toMatch(/<SentCorrespondenceDatetime>2024-06-03T12:0\d:/);
  const again = await send(home, SEND, atTime('2024-06-06T10:00:00Z'));
  expect([again.exitCode, again.sent]).toEqual([0, []]);
  // Nobody was there on the 10th.
  const late = await send(home, [...SEND, '--owner', 'SKD'], atTime('2024-06-12T10:00:00Z'));
  expect(late.sent.map(brief)).toEqual(['SKD-USAGE-2: 2']);
  expect(late.sent.map((one) => told(home, one))).toEqual([['Service PSA', 'Confirmed', 'Read']]);
  // Another number of days is another report, of all that ask for one.
  const other = await send(home, [...SEND, '--days', '9'], atTime('2024-06-12T10:00:00Z'));
  expect(other.sent.map(brief)).toEqual(['BRG-USAGE-2: 2', 'SKD-USAGE-3: 8']);

  const [file, before] = [other.sent[1]?.file ?? '', contentOf(home, other.sent[1] as Sent)];
  rmSync(join(home, file));
  const catalogue = readFileSync(join(home, 'services.json'), 'utf8');
  put(home, 'services.json', catalogue.replaceAll('Service PSA', 'Renamed'));
  const resent = await send(home, ['usage-data', 'resend', 'SKD-USAGE-3'], atTime('2024-06-13T10:00:00Z'));
  expect([resent.exitCode, readFileSync(join(home, file), 'utf8')]).toEqual([0, before]);
  expect((await send(home, ['confirmations', 'resend', 'SKD-USAGE-3'])).exitCode).toBe(65);
});

test('two that send at once tell of each message once', async () => {
  const home = await aHome();
  const both = await Promise.all([1, 2].map(() => send(home, SEND, atTime('2024-06-20T10:00:00Z'))));
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const sent = new Map(both.flatMap((one) => one.sent).map((one) => [one.reference, one]));
  const messages = [...sent.values()].flatMap((one) => told(home, one)).filter((line) => !line.startsWith('Service'));
  expect(messages.sort()).toEqual([...Array(3).fill('Confirmed'), ...Array(6).fill('Read'), 'Unread']);
});

test('watch sends out both once a day, when it is time', async () => {
  const home = await aHome();
  setUp(home, { confirmationsAt: '05:00', usageDataAt: '05:00' });
  const done = (days: number) => () => query(home, 'SELECT * FROM scheduled_run').length === 2 * days;
  const sent = () =>
    query<Sent>(home, 'SELECT reference, kind, published_as AS file FROM outbound_batch ORDER BY reference');
  await watchUntil(home, done(1), atTime('2024-06-06T03:00:05Z'));
  expect(sent().map(({ reference }) => reference)).toEqual([
    'BRG-CORR-1',
    'BRG-USAGE-1',
    'SKD-PSA-ALTUT-1',
    'SKD-PSA-CORR-1',
    'SKD-USAGE-1',
  ]);
  const corr = sent().find(({ reference }) => reference === 'SKD-PSA-CORR-1') as Sent;
  expect(confirmedIn(contentOf(home, corr)).sort()).toEqual(['C-1+', 'C-3', 'C-4+']);
  await watchUntil(home, done(2), atTime('2024-06-10T03:00:05Z'));
  expect(sent().map(({ reference }) => reference)).toEqual(expect.arrayContaining(['SKD-USAGE-2']));
  expect(sent()).toHaveLength(6);
});
