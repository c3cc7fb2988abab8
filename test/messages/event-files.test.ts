import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences, PERSON } from '../support/submissions.js';

const SKD = { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' };
const BRG = { owner: 'BRG', inbox: 'inbox/brg', outbox: 'outbox/brg' };

const lines = (...events: (object | string)[]): string =>
  events.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');

const answers = (home: string, file: string) =>
  jsonLines<{ line: number | null; status: string; changed: boolean; why: string | null }>(
    readFileSync(join(home, file), 'utf8'),
  );

test('a file of message events from the inbox is carried out line by line, answered in the outbox, and archived', async () => {
  const home = intakeHome({ chunkItems: 2 });
  put(home, 'inbox/letters.xml', correspondences({ reference: 'C-1' }, correspondence('M-1'), correspondence('M-2')));
  expect((await run(home)).exitCode).toBe(0);
  const confirm = { event: 'confirm', systemUserCode: 'SKD', reference: 'M-2', by: PERSON, roles: 'DAGL', method: 1 };
  const good = lines({ event: 'read', systemUserCode: 'SKD', reference: 'M-1' }, confirm);
  put(
    home,
    'inbox/portal.events.jsonl',
    `\ufeff${good}\n{"event":\n${lines({ ...confirm, reference: 'M-3' }, confirm)}`,
  );
  const validated = await altinnBatch(['validate', join(home, 'inbox/portal.events.jsonl'), '--json', '--home', home]);
  expect([validated.exitCode, jsonLines(validated.stdout)]).toEqual([
    65,
    [expect.objectContaining({ item: 3, line: 4, level: 'Error', message: expect.stringContaining('no JSON') })],
  ]);
  put(home, 'inbox/bad.events.jsonl', Buffer.from([0xff, 0xfe, 0x0a]));
  put(home, 'inbox/none.events.jsonl', ' \n');
  const { exitCode, shipments } = await run(home);

  const results = Object.fromEntries(shipments.map((one) => [one.file, one]));
  const portal = results['portal.events.jsonl'];
  expect(exitCode).toBe(65);
  expect(portal).toEqual({
    file: 'portal.events.jsonl',
    batchId: portal?.batchId,
    format: null,
    systemUserCode: null,
    reference: null,
    status: 'ValidationFailed',
    items: { total: 5, accepted: 3, failed: 2 },
    receiptId: null,
    receipt: `outbox/portal.events.${portal?.batchId}.answer.jsonl`,
    text: 'File portal.events.jsonl: 5 message events, 3 of them OK (2 changed something), 2 not.',
  });
  expect(answers(home, portal?.receipt ?? '').map(({ line, status, changed }) => [line, status, changed])).toEqual([
    [1, 'OK', true],
    [2, 'OK', true],
    [4, 'Rejected', false],
    [5, 'Rejected', false],
    [6, 'OK', false],
  ]);
  expect(answers(home, results['bad.events.jsonl']?.receipt ?? '').map(({ why }) => why)).toEqual([
    'The line is not in UTF-8.',
  ]);
  expect(answers(home, results['none.events.jsonl']?.receipt ?? '')).toMatchObject([
    { line: null, status: 'Rejected', why: 'The file holds no message event.' },
  ]);
  const placed = (fate: string) =>
    readdirSync(join(home, 'data', fate), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('jsonl'),
    );
  const stands = (name: string) => expect.stringMatching(`/${name}$`);
  expect(placed('archive')).toEqual([stands('portal.events.jsonl')]);
  expect(placed('rejected').sort()).toEqual([stands('bad.events.jsonl'), stands('none.events.jsonl')]);
  const batch = portal?.batchId ?? 0;
  const shown = await altinnBatch(['batches', 'show', String(batch), '--json', '--home', home]);
  expect(jsonLines(shown.stdout)[0]).toMatchObject({
    format: null,
    receipts: [],
    messageEvents: { events: 5, carriedOut: 3, changed: 2, answer: portal?.receipt },
  });
  expect(query(home, 'SELECT kind, source, batch_id AS batch, line, method FROM message_event ORDER BY id')).toEqual([
    { kind: 'Read', source: 'inbox', batch, line: 1, method: null },
    { kind: 'Read', source: 'inbox', batch, line: 2, method: 1 },
    { kind: 'Confirmed', source: 'inbox', batch, line: 2, method: 1 },
  ]);
});

test('a mailbox touches the messages of its own service owner only, and the common inbox none of those', async () => {
  const home = intakeHome({ mailboxes: [SKD, BRG] });
  put(
    home,
    'inbox/skd/letters.xml',
    correspondences({ reference: 'C-1' }, correspondence('M-1'), correspondence('M-2')),
  );
  expect((await run(home)).exitCode).toBe(0);
  const id = query<{ id: number }>(home, 'SELECT max(item_id) AS id FROM message_status')[0]?.id ?? 0;
  const events = lines(
    { event: 'read', message: id },
    { event: 'read', systemUserCode: 'SKD', reference: 'M-1' },
    { event: 'read', reference: 'M-1' },
  );
  for (const inbox of ['inbox', 'inbox/brg']) {
    put(home, `${inbox}/x.events.jsonl`, events);
    const [one] = (await run(home)).shipments;
    expect(one).toMatchObject({
      status: 'Rejected',
      receipt: expect.stringContaining(inbox.replace('inbox', 'outbox')),
    });
    expect(answers(home, one?.receipt ?? '').map(({ why }) => why)).toEqual([
      `There is no message ${id}.`,
      "There is no message of 'SKD' with the reference 'M-1'.",
      inbox === 'inbox'
        ? 'systemUserCode is missing; it says whose message the reference is of.'
        : "There is no message of 'BRG' with the reference 'M-1'.",
    ]);
  }
  expect(query(home, 'SELECT * FROM message_event')).toEqual([]);
  put(home, 'inbox/skd/x.events.jsonl', events);
  const [own] = (await run(home)).shipments;
  expect(own).toMatchObject({
    status: 'OK',
    receipt: expect.stringMatching(/^outbox\/skd\/x\.events\.\d+\.answer\.jsonl$/),
  });
  expect(answers(home, own?.receipt ?? '').map(({ changed }) => changed)).toEqual([true, true, false]);
});

test('a file of message events that is refused whole is told so in its answer, and none of it is carried out', async () => {
  const home = intakeHome({ maxFileBytes: 1000 });
  put(home, 'inbox/letters.xml', correspondences({ reference: 'C-1' }, correspondence('M-1')));
  put(
    home,
    'inbox/large.events.jsonl',
    lines({ event: 'read', systemUserCode: 'SKD', reference: 'M-1' }, ' '.repeat(1000)),
  );
  const { exitCode, shipments } = await run(home);
  const large = shipments.find(({ file }) => file === 'large.events.jsonl');
  expect([exitCode, large?.status, large?.items]).toEqual([65, 'Rejected', { total: 0, accepted: 0, failed: 0 }]);
  expect(answers(home, large?.receipt ?? '')).toMatchObject([
    { line: null, status: 'Rejected', why: expect.stringContaining('at most 1000 bytes are accepted') },
  ]);
  expect(query(home, 'SELECT * FROM message_event')).toEqual([]);
  const issues = query(home, 'SELECT level FROM issue WHERE batch_id = ?', large?.batchId ?? 0);
  expect(issues).toEqual([{ level: 'Error' }]);
});
