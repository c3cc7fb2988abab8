import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';
import { drop, intakeHome, query, run } from '../support/intake-home.js';
import {
  altut,
  binaryAttachment,
  correspondence,
  correspondences,
  elements,
  message,
  PERSON,
} from '../support/submissions.js';
import { copiesOf } from '../support/template-home.js';

interface Line {
  readonly id: number;
  readonly status: string;
  readonly sendersReference: string;
}

const attachments = `<Attachments>${binaryAttachment({ FileName: '../æ/brev.txt' })}<XmlAttachments><XmlAttachment>${elements(
  { SendersReference: 'X-1', DataFormatID: '890', DataFormatVersion: '10451', FormDataXml: '&lt;Skjema/&gt;' },
)}</XmlAttachment></XmlAttachments></Attachments>`;

/** Homes with a message of each format, one that is due and one that is not visible yet. */
const template = copiesOf(async () => {
  const home = intakeHome();
  const items = [
    correspondence('M-1', {}, { Attachments: attachments.replace(/^<Attachments>|<\/Attachments>$/g, '') }),
    correspondence('M-2', { DueDateTime: '2024-01-01T12:00:00' }),
    correspondence('M-3', { VisibleDateTime: '2199-01-01T12:00:00' }),
  ];
  drop(home, 'letters.xml', correspondences({ reference: 'C-1', systemUserCode: 'SKD-PSA' }, ...items), 20);
  drop(home, 'altut.xml', altut({ sequenceNo: '1' }, message('A-1', { shortName: 'PSA_2009' })), 10);
  expect((await run(home)).exitCode).toBe(0);
  return home;
});

const messages = (home: string, ...args: string[]) => altinnBatch(['messages', ...args, '--home', home]);

async function listed(home: string, ...args: string[]): Promise<Record<string, string>> {
  const { exitCode, stdout } = await messages(home, 'list', '--json', ...args);
  expect(exitCode).toBe(0);
  return Object.fromEntries(jsonLines<Line>(stdout).map((one) => [one.sendersReference, one.status]));
}

const idOf = (home: string, reference: string) =>
  query<{ id: number }>(home, 'SELECT id FROM item WHERE senders_reference = ?', reference)[0]?.id ?? 0;

describe('messages', () => {
  test('are listed with their status, read and confirmed by hand, and show all that has happened to them', async () => {
    const home = await template();
    expect(await listed(home)).toEqual({ 'M-3': 'Created', 'A-1': 'Unread', 'M-2': 'Unread', 'M-1': 'Unread' });
    expect(await listed(home, '--overdue', '--owner', 'SKD')).toEqual({ 'M-2': 'Unread' });

    const clock = fileURLToPath(new URL('../support/fake-clock.mjs', import.meta.url));
    const later = { nodeArguments: ['--import', clock], env: { FAKE_NOW: '2199-01-01T11:00:00Z' } };
    const inTime = await altinnBatch(['messages', 'list', '--json', '--limit', '1', '--home', home], later);
    expect(jsonLines(inTime.stdout)[0]).toMatchObject({ sendersReference: 'M-3', status: 'Unread' });

    const [one, early] = [String(idOf(home, 'M-1')), String(idOf(home, 'M-3'))];
    const refused = await messages(home, 'confirm', early, '--by', PERSON);
    expect([refused.exitCode, refused.stderr]).toEqual([
      65,
      expect.stringContaining('is not visible before 2199-01-01'),
    ]);
    const wrong = await messages(home, 'confirm', one, '--by', '14909021148');
    expect([wrong.exitCode, wrong.stderr]).toEqual([64, expect.stringContaining("--by is '149090*****', which is no")]);

    const confirm = ['confirm', one, '--by', PERSON, '--roles', 'DAGL LEDE', '--method', '3'];
    const [first, again] = [await messages(home, ...confirm, '--json'), await messages(home, ...confirm)];
    expect(jsonLines(first.stdout)).toEqual([{ message: Number(one), event: 'confirm', changed: true }]);
    expect(again.stdout).toBe(`message ${one}: was confirmed before, nothing is changed\n`);
    expect(await listed(home, '--status', 'confirmed')).toEqual({ 'M-1': 'Confirmed' });

    const { stdout } = await messages(home, 'show', one, '--json');
    expect(stdout).not.toContain(PERSON);
    const nobody = { given: null, by: null, roles: null, method: null, batchId: null, line: null, recorded: null };
    const who = { by: '149090*****', roles: 'DAGL LEDE', method: 3, source: 'command' };
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(jsonLines(stdout)[0]).toMatchObject({
      status: 'Confirmed',
      file: 'letters.xml',
      shipment: 'C-1',
      history: [
        { ...nobody, status: 'Created', at, source: 'intake' },
        { ...nobody, status: 'Unread', at, source: 'time' },
        { ...nobody, status: 'Read', at, ...who },
        { ...nobody, status: 'Confirmed', at, ...who },
      ],
    });
    const audit = query<{ command: string; detail: string }>(home, 'SELECT command, arguments, detail FROM audit');
    expect(audit.map(({ command, detail }) => [command, JSON.parse(detail)])).toEqual([
      ['messages confirm', { itemId: Number(one), changed: true }],
      ['messages confirm', { itemId: Number(one), changed: false }],
    ]);
    expect(JSON.stringify(audit)).not.toContain(PERSON);
  });

  test('are read and confirmed from a file by hand, of JSON lines or CSV, each line with its answer', async () => {
    const home = await template();
    const csv = join(temporaryFolder(), 'portal.csv');
    const lines = [
      '\ufeffevent;message;systemUserCode;reference;at;by;method',
      `read;${idOf(home, 'M-2')};;;;;`,
      `confirm;;SKD;A-1;2199-01-01T00:00:00;${PERSON};1`,
      `"confirm";;SKD;A-1;;${PERSON};1`,
      'read;;SKD;M-9;;;',
      'read;;SKD;A-1;;;;;too;many',
    ];
    writeFileSync(csv, lines.join('\r\n'));
    const first = await messages(home, 'events', csv, '--json');
    expect(first.exitCode).toBe(65);
    const answers = jsonLines<{ line: number; status: string; message: number; why: string }>(first.stdout);
    expect(answers.map(({ line, status }) => [line, status])).toEqual([
      [2, 'OK'],
      [3, 'Rejected'],
      [4, 'OK'],
      [5, 'Rejected'],
      [6, 'Rejected'],
    ]);
    expect(answers[2]).toEqual({
      line: 4,
      status: 'OK',
      event: 'confirm',
      message: idOf(home, 'A-1'),
      reference: 'A-1',
      changed: true,
      why: null,
    });
    expect(answers.map(({ why }) => why)).toEqual([
      null,
      expect.stringContaining('The time 2199-01-01T00:00:00 has not come yet'),
      null,
      "There is no message of 'SKD' with the reference 'M-9'.",
      'The line has 10 values, and there are 7 columns.',
    ]);
    const events = query(home, 'SELECT kind, source, line FROM message_event ORDER BY id');
    expect(events).toEqual([
      { kind: 'Read', source: 'file', line: 2 },
      { kind: 'Read', source: 'file', line: 4 },
      { kind: 'Confirmed', source: 'file', line: 4 },
    ]);

    const again = await messages(home, 'events', csv, '-q');
    // What line 3 asks for is there by now.
    expect(again.stdout.split('\n').map((line) => line.slice(0, 7))).toEqual(['line 5:', 'line 6:', '']);
    expect(query(home, 'SELECT kind, source, line FROM message_event ORDER BY id')).toEqual(events);

    const jsonl = join(temporaryFolder(), 'portal.jsonl');
    writeFileSync(jsonl, `\n{"event":"read","message":${idOf(home, 'M-1')}}\n`);
    const { exitCode, stdout, stderr } = await messages(home, 'events', jsonl);
    expect([exitCode, stdout, stderr]).toEqual([0, 'line 2: OK\n', '1 events: 1 OK (1 changed something), 0 not\n']);

    const bad = join(temporaryFolder(), 'bad.csv');
    writeFileSync(bad, `event,message,when\nread,${idOf(home, 'M-1')},now\n`);
    const refused = await messages(home, 'events', bad);
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining("'when' is not known")]);
    expect(query(home, 'SELECT detail FROM audit')).toHaveLength(3);
  });

  test('give their attachments as files with safe names and a list of hashes, and overwrite nothing', async () => {
    const home = await template();
    const folder = join(temporaryFolder(), 'saved');
    const save = () => altinnBatch(['attachments', 'save', String(idOf(home, 'M-1')), '-o', folder, '--home', home]);
    const first = await save();
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    expect(readdirSync(folder).sort()).toEqual(['890.xml', 'SHA256SUMS', '_æ_brev.txt']);
    expect(readFileSync(join(folder, '_æ_brev.txt'), 'utf8')).toBe('ABC');
    expect(readFileSync(join(folder, '890.xml'), 'utf8')).toBe('<Skjema/>');
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const list = `${sha256('ABC')}  _æ_brev.txt\n${sha256('<Skjema/>')}  890.xml\n`;
    expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(list);
    expect(first.stdout).toBe(list.replace(/ {2}/g, `  ${folder}/`));

    writeFileSync(join(folder, '890.xml'), 'mine');
    const again = await save();
    expect([again.exitCode, again.stderr]).toEqual([74, expect.stringContaining('nothing is overwritten')]);
    expect(readFileSync(join(folder, '890.xml'), 'utf8')).toBe('mine');
    const unknown = await altinnBatch(['attachments', 'save', '4711', '--home', home], { cwd: folder });
    expect([unknown.exitCode, existsSync(join(folder, 'message-4711'))]).toEqual([65, false]);
  });
});
