import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch } from '../support/cli.js';
import { intakeHome, put, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences, receiptSave } from '../support/submissions.js';

const SKD = { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' };
const BRG = { owner: 'BRG', inbox: 'inbox/brg', outbox: 'outbox/brg' };

test('a receipt stays in the mailbox that its file came in, whoever updates it, and nobody else is told of it', async () => {
  const home = intakeHome({ mailboxes: [SKD, BRG] });
  put(home, 'inbox/skd/messages.xml', correspondences({ reference: 'C-1' }, correspondence('M-1')));
  const [first] = (await run(home)).shipments;
  expect(first).toMatchObject({ receiptId: 1, receipt: 'outbox/skd/messages.1.receipt.xml' });

  put(home, 'inbox/skd/own.xml', receiptSave({}, { ReceiptText: 'Loaded' }));
  put(home, 'inbox/brg/theirs.xml', receiptSave({ systemUserCode: 'BRG' }));
  put(home, 'inbox/brg/disguised.xml', receiptSave({ systemUserCode: 'SKD' }));
  put(home, 'inbox/common.xml', receiptSave({ systemUserCode: 'SKD' }, { ReceiptText: 'Common' }));
  const { shipments } = await run(home);
  const results = new Map(shipments.map((one) => [one.file, one]));
  expect(results.get('own.xml')).toMatchObject({ status: 'OK', receipt: first?.receipt });
  for (const [file, outbox, text] of [
    ['theirs.xml', 'outbox/brg/', "[30005] line 1, position 1: Receipt 1 is not BRG's."],
    ['disguised.xml', 'outbox/brg/', "[30005] line 1, position 1: The system user code 'SKD' is not one of BRG"],
    [
      'common.xml',
      'outbox/',
      "[30005] line 1, position 1: The service owner 'SKD' of the system user code 'SKD' has a mailbox",
    ],
  ] as const) {
    const result = results.get(file);
    expect(result).toMatchObject({ status: 'Rejected', receipt: expect.stringMatching(`^${outbox}[^/]+$`) });
    expect(result?.text).toContain(text);
  }
  expect(readdirSync(join(home, 'outbox/skd'))).toEqual(['messages.1.receipt.xml']);
  const updated = await altinnBatch(['receipts', 'update', '1', '--status', 'OK', '--text', 'By hand', '--home', home]);
  expect(updated.exitCode).toBe(0);
  expect(receiptOf(home, first ?? { receipt: '' }).text).toContain('By hand.');
  expect(readdirSync(join(home, 'outbox/skd'))).toEqual(['messages.1.receipt.xml']);
});

test('a receipt whose mailbox is gone is not updated, for it could be written nowhere', async () => {
  const home = intakeHome({ mailboxes: [SKD] });
  put(home, 'inbox/skd/messages.xml', correspondences({ reference: 'C-1' }, correspondence('M-1')));
  const [first] = (await run(home)).shipments;
  const path = join(home, first?.receipt ?? '');
  const before = readFileSync(path, 'utf8');
  writeFileSync(join(home, 'altinn-batch.json'), '{"stableSeconds":0}');
  put(home, 'inbox/ack.xml', receiptSave({}));
  const { exitCode, shipments } = await run(home);
  expect([exitCode, shipments[0]?.status]).toEqual([65, 'Rejected']);
  expect(shipments[0]?.text).toContain('The file of receipt 1 came in at a place that is no longer there');
  const update = ['receipts', 'update', '1', '--status', 'OK', '--text', 'x', '--home', home];
  const { exitCode: code, stderr } = await altinnBatch(update);
  expect([code, stderr]).toEqual([78, expect.stringContaining('The settings no longer have the mailbox of SKD')]);
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect((await run(home)).exitCode).toBe(0);
  expect(existsSync(join(home, 'outbox/messages.1.receipt.xml'))).toBe(false);
});
