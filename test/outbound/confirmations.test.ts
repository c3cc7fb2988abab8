import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { put, query, receiptOf, run } from '../support/intake-home.js';
import { receiptSave } from '../support/submissions.js';
import { copiesOf } from '../support/template-home.js';
import {
  confirm,
  confirmedIn,
  contentOf,
  happen,
  LONG_CODE,
  readHome,
  type Sent,
  send,
  setUp,
  watchUntil,
} from './read-home.js';

const aHome = copiesOf(() => readHome());

test('what was read and confirmed since the last batch goes out once, as each service asks for it, into the outbox of its owner', async () => {
  const home = await aHome();
  const first = await send(home, ['confirmations', 'send']);
  expect(first.exitCode).toBe(0);
  expect(first.sent.map(({ reference, kind, entries, file }) => [reference, kind, entries, file])).toEqual([
    ['BRG-CORR-1', 'CorrespondenceConfirmations', 1, 'outbox/BRG-CORR-1.xml'],
    ['SKD-PSA-ALTUT-1', 'AltUtConfirmationBatch', 2, 'outbox/skd/SKD-PSA-ALTUT-1.xml'],
    ['SKD-PSA-CORR-1', 'CorrespondenceConfirmations', 3, 'outbox/skd/SKD-PSA-CORR-1.xml'],
  ]);
  const [brg, altut, psa] = first.sent.map((one) => contentOf(home, one)) as [string, string, string];
  expect([brg, altut, psa].map((xml) => confirmedIn(xml).sort())).toEqual([
    ['B-1'],
    ['A-1', 'A-2+'],
    ['C-1+', 'C-3', 'C-4+'],
  ]);
  expect(altut).toContain('shortName="TEST2_1"');
  expect(altut).toContain('previousReference="" receiverReference="SKD-PSA"');
  const [receipt] = first.sent.filter((one) => one.reference === 'SKD-PSA-CORR-1').map((one) => receiptOf(home, one));
  expect(receipt).toMatchObject({
    typeName: 'Outbound',
    status: 'OK',
    text: 'File SKD-PSA-CORR-1.xml, system user code SKD-PSA: CorrespondenceConfirmations with 3 confirmations, sent out.',
    references: ['OutboundShipmentReference=SKD-PSA-CORR-1', 'OwnerPartyReference=974761076'],
  });

  const again = await send(home, ['confirmations', 'send']);
  expect([again.exitCode, again.sent]).toEqual([0, []]);
  expect(again.stderr).toContain('There is nothing to send.');

  await happen(home, 'later', confirm('C-2'), confirm('C-3'), confirm('C-5'));
  const third = await send(home, ['confirmations', 'send', '--owner', 'SKD']);
  expect(third.sent.map(({ reference, entries }) => [reference, entries])).toEqual([['SKD-PSA-CORR-2', 3]]);
  const [later] = third.sent.map((one) => contentOf(home, one));
  expect(confirmedIn(later ?? '').sort()).toEqual(['C-2+', 'C-3+', 'C-5+']);
  expect(later).toContain('<SequenceNo>2</SequenceNo>\n  <PreviousSequenceNo>1</PreviousSequenceNo>');
  const readTime = (xml = '') => /C-3<\/Corr\w+>\s+<Read>\s+<ReadDateTime>([^<]+)/.exec(xml)?.[1];
  expect(readTime(later)).toBe(readTime(psa));
  const audit = query<{ command: string; detail: string }>(home, 'SELECT command, detail FROM audit ORDER BY id');
  expect(
    audit.filter(({ command }) => command === 'confirmations send').map(({ detail }) => JSON.parse(detail)),
  ).toEqual([...first.sent, ...third.sent].map(({ reference, entries }) => ({ reference, entries })));
});

test('a system user code that is too long for the schema gets nothing: an Issue says so once, and each command', async () => {
  const home = await aHome();
  const said = `No confirmations can be sent to the system user code ${LONG_CODE}: it has 21 characters`;
  for (let times = 0; times < 2; times++) {
    const { exitCode, sent, stderr } = await send(home, ['confirmations', 'send', '--owner', LONG_CODE]);
    expect([exitCode, sent]).toEqual([0, []]);
    expect(stderr).toContain(said);
  }
  const listed = await altinnBatch(['issues', 'list', '--level', 'Warning', '--json', '--home', home]);
  const issues = jsonLines<{ message: string; file: string }>(listed.stdout).filter((one) =>
    one.message.includes(said),
  );
  expect(issues).toMatchObject([{ code: 0, file: 'L-1.xml' }]);
});

test('a batch is sent again to the byte, whatever has changed since; who had it sent again is on record', async () => {
  const home = await aHome();
  const { sent } = await send(home, ['confirmations', 'send', '--owner', 'SKD']);
  const files = sent.map(({ file }) => join(home, file));
  const before = files.map((file) => readFileSync(file, 'utf8'));
  for (const file of files) rmSync(file);
  await happen(home, 'later', confirm('C-3'), confirm('A-1'));
  setUp(home, { timeZone: 'America/New_York' });
  for (const { reference } of sent) {
    const again = await send(home, ['confirmations', 'resend', reference]);
    expect([again.exitCode, again.sent]).toEqual([0, sent.filter((one) => one.reference === reference)]);
  }
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
  const audit = await altinnBatch(['audit', 'list', '--json', '--home', home]);
  expect(jsonLines(audit.stdout).slice(0, 2)).toMatchObject([
    { command: 'confirmations resend', arguments: ['SKD-PSA-CORR-1', '--json', '--home', home] },
    { command: 'confirmations resend', detail: { reference: 'SKD-PSA-ALTUT-1' } },
  ]);
  const none = await send(home, ['confirmations', 'resend', 'SKD-PSA-CORR-7']);
  expect([none.exitCode, none.stderr]).toEqual([65, expect.stringContaining('no such batch')]);
});

test('the owner acknowledges a batch by a ReceiptSave in its inbox, or the operator by hand', async () => {
  const home = await aHome();
  const { sent } = await send(home, ['confirmations', 'send', '--owner', 'SKD']);
  const [altut, psa] = sent.map(({ receiptId }) => receiptId);
  put(home, 'inbox/skd/ok.xml', receiptSave({ systemUserCode: 'SKD-PSA', receiptId: altut ?? 0 }));
  expect((await run(home)).exitCode).toBe(0);
  const words = ['receipts', 'update', String(psa), '--status', 'ValidationFailed', '--text', 'One is unknown here'];
  expect((await altinnBatch([...words, '--home', home])).exitCode).toBe(0);
  const receipts = sent.map((one) => receiptOf(home, one));
  expect(receipts.map(({ status, text }) => [status, text])).toEqual([
    ['OK', expect.stringContaining('Receipt updated by service owner: SKD-PSA. Loaded.')],
    ['ValidationFailed', expect.stringMatching(/^Receipt updated by operator: .*One is unknown here/)],
  ]);
});

test('two that send at once send each event once', async () => {
  const home = await aHome();
  const both = await Promise.all([1, 2].map(() => send(home, ['confirmations', 'send'])));
  expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const sent = [...new Map(both.flatMap((one) => one.sent).map((one) => [one.reference, one])).values()];
  const confirmed = sent.flatMap((one) => confirmedIn(contentOf(home, one)));
  expect(confirmed.sort()).toEqual(['A-1', 'A-2+', 'B-1', 'C-1+', 'C-3', 'C-4+']);
  expect(readdirSync(join(home, 'outbox/skd')).filter((name) => name.startsWith('SKD-PSA-'))).toHaveLength(4);
});

test('an outbox that is away keeps nobody else from theirs, and what was prepared for it goes with the next', async () => {
  const home = await aHome();
  rmSync(join(home, 'outbox/skd'), { recursive: true });
  put(home, 'outbox/skd', 'in the way');
  const failed = await send(home, ['confirmations', 'send']);
  expect(failed.exitCode).toBe(74);
  expect(failed.sent.map(({ reference }) => reference)).toEqual(['BRG-CORR-1']);
  expect(failed.stderr).toContain('the next command or run sends it');
  rmSync(join(home, 'outbox/skd'));
  put(home, 'outbox/skd/.keep', '');
  const { sent } = await send(home, ['confirmations', 'send']);
  expect(sent.map(({ reference, entries }) => [reference, entries])).toEqual([
    ['SKD-PSA-ALTUT-1', 2],
    ['SKD-PSA-CORR-1', 3],
  ]);
});

test('more than a batch may hold goes into further ones, each event once', async () => {
  const home = await aHome();
  setUp(home, { maxOutboundEntries: 2 });
  await happen(home, 'more', { event: 'read', systemUserCode: 'SKD-PSA', reference: 'C-5' });
  const { sent } = await send(home, ['confirmations', 'send', '--owner', 'SKD']);
  const held = sent.map((one) => [one.reference, one.entries, confirmedIn(contentOf(home, one)).sort()]);
  expect(held).toEqual([
    ['SKD-PSA-ALTUT-1', 2, ['A-1', 'A-2+']],
    ['SKD-PSA-CORR-1', 2, ['C-1+', 'C-4+']],
    ['SKD-PSA-CORR-2', 2, ['C-3', 'C-5']],
  ]);
});

test('watch, too, keeps nobody from theirs when an outbox is away, and sends once it is back', async () => {
  const home = await aHome();
  setUp(home, { confirmationsAt: '00:00', retrySeconds: 0.2, rescanSeconds: 0.1 });
  rmSync(join(home, 'outbox/skd'), { recursive: true });
  put(home, 'outbox/skd', 'in the way');
  const published = () =>
    query<Sent>(
      home,
      'SELECT reference, kind, published_as AS file FROM outbound_batch WHERE published_as IS NOT NULL ORDER BY reference',
    );
  let isBack = false;
  const stderr = await watchUntil(home, () => {
    const isDone = query(home, 'SELECT * FROM scheduled_run').length === 1;
    if (!isDone || isBack) return published().length === 3;
    expect(published().map(({ reference }) => reference)).toEqual(['BRG-CORR-1']);
    rmSync(join(home, 'outbox/skd'));
    mkdirSync(join(home, 'outbox/skd'));
    isBack = true;
    return false;
  });
  expect(stderr).toContain('outbox/skd');
  const confirmed = published().flatMap((one) => confirmedIn(contentOf(home, one)));
  expect(confirmed.sort()).toEqual(['A-1', 'A-2+', 'B-1', 'C-1+', 'C-3', 'C-4+']);
});
