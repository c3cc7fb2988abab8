import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences, receiptSave, subReceiptSave } from '../support/submissions.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { outcomeOf } from './outcome.js';
import { runToStep, type Stop } from './run-to-step.js';

const GOOD = receiptSave({}, { ReceiptText: 'Loaded' }, subReceiptSave(2, { ReceiptText: 'Read' }), subReceiptSave(3));
const BAD = receiptSave({ receiptId: 99 });

/** Copies of a home in which two files update receipts, or try to. */
async function homes(): Promise<() => string> {
  const home = intakeHome({ chunkItems: 1 });
  drop(home, 'messages.xml', correspondences({ reference: 'C-1' }, correspondence('M-1'), correspondence('M-2')));
  await run(home);
  drop(home, 'good.xml', GOOD, 20);
  drop(home, 'bad.xml', BAD, 10);
  return () => {
    const copy = temporaryFolder();
    cpSync(home, copy, { recursive: true, preserveTimestamps: true });
    return copy;
  };
}

const STOPS: Required<Pick<Stop, 'step' | 'nth'>>[] = [
  { step: 'claim', nth: 1 },
  { step: 'commit', nth: 1 },
  { step: 'publish', nth: 1 },
  { step: 'archive', nth: 1 },
  { step: 'commit', nth: 2 },
];

it('a receipt is updated exactly once, wherever the run that does so is killed', async () => {
  const aHome = await homes();
  const undisturbed = aHome();
  await run(undisturbed);
  const expected = outcomeOf(undisturbed);
  expect(expected.stored.receipt_save?.length).toBe(2);
  await Promise.all(
    STOPS.map(async (stop) => {
      const home = aHome();
      expect((await runToStep(home, stop)).signal).toBe('SIGKILL');
      expect((await run(home)).exitCode).toBe(65);
      expect(outcomeOf(home)).toStrictEqual(expected);
      const receipt = 'outbox/messages.1.receipt.xml';
      expect(receiptOf(home, { receipt }).subReceipts.map((one) => one.status)).toEqual(['OK', 'OK']);
      expect(readFileSync(join(home, receipt), 'utf8').match(/<ReceiptHistory>/g)?.length).toBe(3);
      expect(query(home, 'SELECT revision FROM receipt WHERE id = 1')).toEqual([{ revision: 2 }]);
    }),
  );
});
