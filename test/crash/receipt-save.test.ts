import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inMemory } from '../support/in-memory.js';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences, receiptSave, subReceiptSave } from '../support/submissions.js';
import { runToStep, type Stop } from './run-to-step.js';

/** A shipment, then a file that updates its receipt, then one that can't be carried out. */
function aHome(): string {
  const home = inMemory(() => intakeHome({ chunkItems: 1, minFreeBytes: 0 }));
  const messages = correspondences({ reference: 'C-1' }, correspondence('M-1'), correspondence('M-2'));
  drop(home, 'messages.xml', messages, 30);
  drop(home, 'good.xml', receiptSave({}, { ReceiptText: 'Loaded' }, subReceiptSave(2), subReceiptSave(3)), 20);
  drop(home, 'bad.xml', receiptSave({ receiptId: 99 }), 10);
  return home;
}

const STOPS: Required<Pick<Stop, 'step' | 'nth'>>[] = [
  { step: 'claim', nth: 2 },
  { step: 'commit', nth: 2 },
  { step: 'publish', nth: 2 },
  { step: 'archive', nth: 2 },
  { step: 'commit', nth: 3 },
];

it.each(STOPS)('a run that is killed after $step $nth has each update carried out exactly once', async (stop) => {
  const home = aHome();
  expect((await runToStep(home, stop)).signal).toBe('SIGKILL');
  await run(home);
  const receipt = 'outbox/messages.1.receipt.xml';
  const { text, subReceipts } = receiptOf(home, { receipt });
  expect([text, ...subReceipts.map((one) => one.text)].map((one) => /\. (\w+)\. File/.exec(one)?.[1])).toEqual([
    'Loaded',
    'Loaded',
    'Loaded',
  ]);
  expect(readFileSync(join(home, receipt), 'utf8').match(/<ReceiptHistory>[^\n]*<\/ReceiptHistory>/g)?.length).toBe(3);
  expect(readdirSync(join(home, 'outbox')).sort()).toEqual(['bad.4.receipt.xml', 'messages.1.receipt.xml']);
  expect(query(home, 'SELECT receipt_id FROM receipt_save ORDER BY batch_id')).toEqual([
    { receipt_id: 1 },
    { receipt_id: null },
  ]);
  expect(query(home, 'SELECT revision FROM receipt ORDER BY id')).toEqual([{ revision: 2 }, { revision: 0 }]);
  expect(query(home, "SELECT count(*) AS left FROM batch WHERE state <> 'archived'")).toEqual([{ left: 0 }]);
  expect(readdirSync(join(home, 'data/work'))).toEqual([]);
});
