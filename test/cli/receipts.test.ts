import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { faults } from '../schemas/xsd.js';
import { altinnBatch, builtModule, type CliResult, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, legacyReceiptOf, query, receiptOf, run } from '../support/intake-home.js';
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
import { copiesOf } from '../support/template-home.js';

const MESSAGES = correspondences(
  { reference: 'C-1', systemUserCode: 'SKD-PSA' },
  correspondence('M-1', { ArchiveReference: 'AR-1', Reportee: PERSON }),
  correspondence('M-2', { ServiceCode: 'NONE' }),
);

/** Homes in which three files have been taken in: receipts 1 (of two messages), 4 (the same again: rejected) and 5 (AltUt). */
const aHome = copiesOf(async () => {
  const home = intakeHome({ rescanSeconds: 0.1 });
  drop(home, 'messages.xml', MESSAGES, 30);
  drop(home, 'again.xml', MESSAGES, 20);
  drop(home, 'old.xml', altut({ sequenceNo: '1' }, message('A-1'), message('A-2', { shortName: 'NONE_1' })), 10);
  const { shipments } = await run(home);
  expect(shipments.map(({ receipt }) => receipt)).toEqual([FIRST, AGAIN, OLD].map(({ receipt }) => receipt));
  return home;
});

const FIRST = { receiptId: 1, receipt: 'outbox/messages.1.receipt.xml' };
const AGAIN = { receiptId: 4, receipt: 'outbox/again.4.receipt.xml' };
const OLD = { receiptId: 5, receipt: 'outbox/old.5.receipt.xml' };

const fileOf = (home: string, { receipt }: { receipt: string }) => readFileSync(join(home, receipt), 'utf8');

const receipts = (home: string, ...args: string[]): Promise<CliResult> =>
  altinnBatch(['receipts', ...args, '--home', home]);

describe('receipts show', () => {
  test('prints the bytes of the file in the outbox, or a sub-receipt as a document of its own, person numbers whole', async () => {
    const home = await aHome();
    const all = [FIRST, AGAIN, OLD];
    const shown = await Promise.all(all.map(({ receiptId }) => receipts(home, 'show', String(receiptId))));
    expect(shown.map((one) => [one.exitCode, one.stdout])).toEqual(all.map((one) => [0, fileOf(home, one)]));
    const { stdout } = await receipts(home, 'show', '2');
    expect(faults('receipt.xsd', stdout)).toEqual([]);
    expect(stdout.match(/<(?:Parent)?ReceiptId>\d+/g)).toEqual(['<ParentReceiptId>1', '<ReceiptId>2']);
    expect(stdout).toContain(`<ReferenceValue>${PERSON}</ReferenceValue>`);
  });

  test('prints the same as one JSON object, or for people, both with person numbers masked', async () => {
    const home = await aHome();
    const [json, table] = await Promise.all([
      receipts(home, 'show', '1', '--json'),
      receipts(home, 'show', '1', '--table'),
    ]);
    expect(json.stdout.split('\n').length).toBe(2);
    const [shown] = jsonLines<{ subReceipts: object[]; text: string }>(json.stdout);
    expect(shown).toMatchObject({
      receiptId: 1,
      parentReceiptId: null,
      type: 'Correspondence',
      status: 'ValidationFailed',
      text: receiptOf(home, FIRST).text,
      history: [],
      batchId: 1,
      file: 'messages.xml',
      systemUserCode: 'SKD-PSA',
      receipt: FIRST.receipt,
    });
    const references = [
      { type: 'SendersReference', value: 'M-1' },
      { type: 'PartyReference', value: `${PERSON.slice(0, 6)}*****` },
    ];
    expect(shown?.subReceipts).toMatchObject([
      { receiptId: 2, parentReceiptId: 1, status: 'OK', history: [], references },
      { receiptId: 3, parentReceiptId: 1, status: 'ValidationFailed' },
    ]);
    expect(table.stdout).toMatch(/^Receipt 1: Correspondence, ValidationFailed, last changed 20/);
    expect(table.stdout).toMatch(/\n +3 +1 +Correspondence +ValidationFailed .*\[40013\]/);
    expect(json.stdout + table.stdout).not.toContain(PERSON);
  });

  test('finds them by a reference: of several the newest as XML, with a word on the others, all of them as JSON', async () => {
    const home = await aHome();
    const of = (reference: string, ...more: string[]) => receipts(home, 'show', '--reference', reference, ...more);
    const [xml, json, table, item, archived, batch] = await Promise.all([
      of('ExternalShipmentReference=C-1'),
      of('ExternalShipmentReference=C-1', '--json'),
      of('ExternalShipmentReference=C-1', '--table'),
      of('SendersReference=A-2', '--json'),
      of('ArchiveReference=AR-1', '--json'),
      of('BatchReference=3'),
    ]);
    expect(xml.stdout).toBe(fileOf(home, AGAIN));
    expect(xml.stderr).toBe('It is the newest with that reference; the others are 1.\n');
    expect(jsonLines(json.stdout).map((one) => one.receiptId)).toEqual([4, 1]);
    expect(table.stdout.split('\n').map((line) => line.trim().split(' ')[0])).toEqual(['RECEIPT', '4', '1', '']);
    expect(jsonLines(item.stdout)).toMatchObject([{ receiptId: 7, parentReceiptId: 5, status: 'ValidationFailed' }]);
    expect(jsonLines(archived.stdout)).toMatchObject([{ receiptId: 2, parentReceiptId: 1 }]);
    expect(batch.stdout).toBe(fileOf(home, OLD));
  });

  test('says with 30008 that there is none, also where nothing was taken in, and with 64 that it can not be asked so', async () => {
    const home = intakeHome();
    const none = await receipts(home, 'show', '1');
    expect([none.exitCode, none.stdout]).toEqual([65, '']);
    expect(none.stderr).toContain('[30008] No receipt is there: nothing has been taken in yet.');
    expect(readdirSync(home)).not.toContain('data');
    drop(home, 'messages.xml', MESSAGES);
    await run(home);
    const [unknown, reference, illegal, both, neither, notANumber] = await Promise.all([
      receipts(home, 'show', '4'),
      receipts(home, 'show', '--reference', 'SendersReference=M-3'),
      receipts(home, 'show', '--reference', `PartyReference=${PERSON}`),
      receipts(home, 'show', '1', '--reference', 'BatchReference=1'),
      receipts(home, 'show'),
      receipts(home, 'show', 'x'),
    ]);
    expect([unknown, reference].map((one) => one.exitCode)).toEqual([65, 65]);
    expect(unknown.stderr).toContain(
      '[30008] No receipt has the id 4. See which there are: altinn-batch receipts list',
    );
    expect(reference.stderr).toContain("[30008] No receipt has the reference SendersReference 'M-3'.");
    expect([illegal, both, neither, notANumber].map((one) => one.exitCode)).toEqual([64, 64, 64, 64]);
    expect(illegal.stderr).toContain('it can be ArchiveReference, OutboundShipmentReference, BatchReference,');
  });

  test('prints a large one whole to a slow reader, and ends when a reader has seen enough', async () => {
    const home = intakeHome();
    const sets = Array.from({ length: 3_000 }, (_, at) => formSet(`P-${at}`, { ExternalServiceCode: '' }));
    drop(home, 'large.xml', serviceOwner(prefillPart({ reference: 'P-1' }, reportee(PERSON, ...sets))));
    const { shipments } = await run(home);
    const main = fileURLToPath(builtModule('cli/main.js'));
    const piped = (reader: string) => {
      const command = `"$0" "$1" receipts show 1 --home "$2" | ${reader}`;
      const args = ['-o', 'pipefail', '-c', command, process.execPath, main, home];
      return finished(spawn('bash', args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    };
    const [slow, short] = await Promise.all([piped('(sleep 1; cat)'), piped('head -n 1')]);
    expect(slow.stdout).toBe(readFileSync(join(home, shipments[0]?.receipt ?? ''), 'utf8'));
    expect(slow.stdout.length).toBeGreaterThan(1_000_000);
    expect([short.exitCode, short.stderr]).toEqual([0, '']);
    expect(short.stdout).toBe('<?xml version="1.0" encoding="UTF-8"?>\n');
  });
});

describe('receipts list', () => {
  test('prints those of a type, newest first and a page at a time', async () => {
    const home = await aHome();
    const list = (...more: string[]) => receipts(home, 'list', '--type', 'Correspondence', ...more);
    const day = new Date().toISOString().slice(0, 10);
    const [all, first, rest, before, empty] = await Promise.all([
      list(),
      list('--json', '--limit', '2'),
      list('--json', '--after', '4', '--from', '2000-01-01', '--to', '2999-12-31'),
      list('--json', '--to', '2000-01-01'),
      receipts(home, 'list', '--type', 'PINCODE', '--from', day),
    ]);
    expect(all.stdout.split('\n').map((line) => line.trim().split(/ +/)[0])).toEqual(['RECEIPT', '5', '4', '1', '']);
    expect(all.stdout).toMatch(/\n +1 +ValidationFailed +\S+ +SKD-PSA +C-1 +2 +outbox\/messages.1.receipt.xml\n/);
    expect(jsonLines(first.stdout).map((one) => one.receiptId)).toEqual([5, 4]);
    expect(first.stderr).toContain('There are more: go on with --after 4');
    expect(jsonLines(rest.stdout)).toMatchObject([{ receiptId: 1, status: 'ValidationFailed', subReceipts: 2 }]);
    for (const one of [before, empty]) expect([one.exitCode, one.stdout, one.stderr]).toEqual([0, '', '']);
  });

  test('needs a type other than NotSet (30101), and the earlier date first (30102)', async () => {
    const home = intakeHome();
    const dates = ['--from', '2024-01-02', '--to', '2024-01-01'];
    const asked = [[], ['--type', 'NotSet'], ['--type', 'Prefill'], ['--type', 'PreFill', ...dates]];
    const answers = await Promise.all(asked.map((args) => receipts(home, 'list', ...args)));
    expect(answers.map((one) => [one.exitCode, one.stdout])).toEqual(answers.map(() => [64, '']));
    const texts = [
      '[30101] A list needs a type',
      '[30101] A list needs a type',
      "There is no type 'Prefill'",
      '[30102] --from 2024-01-02',
    ];
    for (const [at, text] of texts.entries()) expect(answers[at]?.stderr).toContain(text);
    const sameDay = ['--from', '2024-01-01', '--to', '2024-01-01'];
    expect((await receipts(home, 'list', '--type', 'PreFill', ...sameDay)).exitCode).toBe(0);
  });
});

describe('receipts update', () => {
  test('gives a receipt and its sub-receipts another status and text, with history, and writes its file again', async () => {
    const home = await aHome();
    const { receipt } = FIRST;
    const before = receiptOf(home, FIRST);
    const said = ['--status', 'OK', '--text', 'Loaded: all of it'];
    const more = ['--reference', 'ArchiveReference=AR-9', '--sub', '3:Rejected:Not ours: send it on'];
    const updated = await receipts(home, 'update', '1', ...said, ...more, '--json');
    expect(jsonLines(updated.stdout)).toMatchObject([{ receiptId: 1, subReceiptId: null, status: 'OK', receipt }]);

    const after = receiptOf(home, FIRST);
    const by = `Receipt updated by operator: ${userInfo().username}.`;
    const source = 'File messages.xml, system user code SKD-PSA.';
    expect(after).toMatchObject({
      receiptId: 1,
      status: 'OK',
      text: `${by} Loaded: all of it. ${source}`,
      references: [...before.references, 'ArchiveReference=AR-9'],
    });
    expect(after.lastChanged >= before.lastChanged).toBe(true);
    expect(after.subReceipts[0]).toEqual(before.subReceipts[0]);
    const second = { receiptId: 3, status: 'Rejected', text: `${by} Not ours: send it on. ${source}` };
    expect(after.subReceipts[1]).toMatchObject({ ...second, references: before.subReceipts[1]?.references });
    const xml = readFileSync(join(home, receipt), 'utf8');
    expect(xml).toContain(`<ReceiptHistory>${before.text.replaceAll('\n', ' ')}</ReceiptHistory>`);
    const unchanged =
      /<ReceiptExternal>\s+<LastChanged>.{19}<\/LastChanged>\s+<ParentReceiptId>1<\/ParentReceiptId>\s+<ReceiptId>2<.*?<\/ReceiptExternal>/s;
    expect(xml).toMatch(unchanged);
    expect((await receipts(home, 'show', '--reference', 'ArchiveReference=AR-9')).stdout).toBe(xml);
    const audit = query<{ command: string; arguments: string; detail: string }>(home, 'SELECT * FROM audit');
    expect(audit.map((one) => [one.command, JSON.parse(one.arguments), JSON.parse(one.detail)])).toEqual([
      [
        'receipts update',
        ['1', ...said, ...more, '--json', '--home', home],
        { receiptId: 1, subReceiptId: null, statusBefore: 'ValidationFailed', subReceipts: 1 },
      ],
    ]);
  });

  test('finds a receipt by its ArchiveReference, and a sub-receipt by its id or its message', async () => {
    const home = await aHome();
    const update = (id: string, text: string) => receipts(home, 'update', id, '--status', 'OK', '--text', text);
    const { text } = receiptOf(home, OLD);
    expect((await update('ArchiveReference=AR-1', 'Filed')).stdout).toMatch(/^sub-receipt 2 of receipt 1: now OK, /);
    expect((await update('7', 'Mended by phone')).exitCode).toBe(0);
    expect(receiptOf(home, OLD).subReceipts[1]).toMatchObject({ receiptId: 7, status: 'OK' });
    expect(receiptOf(home, OLD).text).toBe(text);
    // The older kind lists what is not OK: that is nothing any more.
    expect(legacyReceiptOf(home, OLD).entries).toEqual([text]);
    await receipts(home, 'update', '1', '--status', 'OK', '--text', 'x', '--reference', 'ArchiveReference=AR-1');
    const several = await update('ArchiveReference=AR-1', 'Which one?');
    expect([several.exitCode, several.stderr]).toEqual([65, expect.stringContaining('by its id, 2, 1.')]);
  });

  test('that can not be carried out changes nothing: 65 for what is not there, 64 for what may not be said', async () => {
    const home = await aHome();
    const all = () => [FIRST, AGAIN, OLD].map((one) => fileOf(home, one));
    const before = all();
    const update = (...args: string[]) => receipts(home, 'update', ...args);
    const said = ['--status', 'OK', '--text', 'Loaded'];
    const answers = await Promise.all([
      update('99', ...said),
      update('ArchiveReference=AR-2', ...said),
      update('1', ...said, '--sub', '2:OK:Fine', '--sub', '6:OK:Fine'),
      update('1', '--status', 'NotSet', '--text', 'Loaded'),
      update('1', ...said, '--reference', 'OwnerPartyReference=974761076'),
      update('1', '--status', 'OK'),
      update('1', ...said, '--sub', '2:OK'),
      update('BatchReference=1', ...said),
    ]);
    expect(answers.map((one) => one.exitCode)).toEqual([65, 65, 65, 64, 64, 64, 64, 64]);
    for (const { stderr } of answers.slice(0, 3)) expect(stderr).toContain('[30008]');
    expect(all()).toEqual(before);
    expect(query(home, 'SELECT * FROM audit')).toEqual([]);
  });

  test('whose file could not be written is kept, and the next run writes it', async () => {
    const home = await aHome();
    renameSync(join(home, 'outbox'), join(home, 'away'));
    writeFileSync(join(home, 'outbox'), '');
    const updated = await receipts(home, 'update', '1', '--status', 'OK', '--text', 'Loaded');
    expect(updated.exitCode).toBe(74);
    expect(updated.stderr).toContain('Receipt 1 is updated, but its file is not: the next run writes it.');
    rmSync(join(home, 'outbox'));
    renameSync(join(home, 'away'), join(home, 'outbox'));
    expect(fileOf(home, FIRST)).not.toContain('Loaded');
    expect(await run(home)).toMatchObject({ exitCode: 0, shipments: [] });
    const xml = fileOf(home, FIRST);
    expect(xml).toContain('Loaded');
    expect((await receipts(home, 'show', '1')).stdout).toBe(xml);
  });

  test('of one receipt from many sides, while watch is at work, loses none, and the file says what the store says', async () => {
    const home = await aHome();
    const watch = startAltinnBatch(['watch', '--home', home]);
    const ended = finished(watch);
    const texts = Array.from({ length: 6 }, (_, at) => `Text ${at}.`);
    const update = (text: string) => receipts(home, 'update', '1', '--status', 'OK', '--text', text);
    const answers = await Promise.all(texts.map(update));
    expect(answers.map((one) => one.exitCode)).toEqual(texts.map(() => 0));
    watch.kill('SIGTERM');
    expect((await ended).exitCode).toBe(0);
    const { stdout } = await receipts(home, 'show', '1');
    expect(fileOf(home, FIRST)).toBe(stdout);
    for (const text of texts) expect(stdout.split(text).length).toBe(2);
    expect(readdirSync(join(home, 'outbox')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('receipts publish', () => {
  test('writes the file again, and the older kind, also for a sub-receipt, and leaves a word in the audit log', async () => {
    const home = await aHome();
    const paths = [OLD.receipt, OLD.receipt.replace('.receipt.', '.govorganreceipt.')];
    const before = paths.map((path) => readFileSync(join(home, path), 'utf8'));
    for (const path of paths) rmSync(join(home, path));
    const { stdout } = await receipts(home, 'publish', '6', '--json');
    expect(jsonLines(stdout)).toEqual([{ receiptId: 5, receipt: paths[0], legacy: paths[1] }]);
    expect(paths.map((path) => readFileSync(join(home, path), 'utf8'))).toEqual(before);
    expect(query(home, 'SELECT command, detail FROM audit')).toEqual([
      { command: 'receipts publish', detail: '{"receiptId":5}' },
    ]);
    expect((await receipts(home, 'publish', '8')).exitCode).toBe(65);
  });
});
