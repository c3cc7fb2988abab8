import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolders, openHome } from '../../src/config/home.js';
import { openStore } from '../store/fixture.js';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { intakeHome, put, receiptOf, run } from '../support/intake-home.js';
import { receiptSave } from '../support/submissions.js';
import { prepared } from './prepared.js';

/** Batches that were sent out to SKD, which has a mailbox of its own (receipt 1), and to BRG (receipt 2). */
function sentHome(): string {
  const home = intakeHome({ mailboxes: [{ owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' }] });
  const opened = openHome(home);
  makeFolders(opened);
  const { store } = openStore(opened.store);
  for (const systemUserCode of ['SKD-PSA', 'BRG']) {
    const { id, reference } = prepared(opened, store, { systemUserCode });
    store.outbound.markPublished(id, `outbox/${reference}.xml`, '2024-01-31T10:00:00.000Z');
  }
  return home;
}

const SKD_RECEIPT = 'outbox/skd/SKD-PSA-FORMTASK-1.1.receipt.xml';
const BRG_RECEIPT = 'outbox/BRG-FORMTASK-1.2.receipt.xml';

test("a run writes the receipts of what was sent out, each into its owner's outbox, beside a file of the same name", async () => {
  const home = sentHome();
  expect((await run(home)).exitCode).toBe(0);
  expect(readdirSync(join(home, 'outbox')).sort()).toEqual(['BRG-FORMTASK-1.2.receipt.xml', 'skd']);
  const text =
    'File SKD-PSA-FORMTASK-1.xml, system user code SKD-PSA: FormTaskInstances with 2 form task instances, sent out.';
  expect(receiptOf(home, { receipt: SKD_RECEIPT })).toMatchObject({
    receiptId: 1,
    typeName: 'Outbound',
    status: 'OK',
    text,
    references: ['OutboundShipmentReference=SKD-PSA-FORMTASK-1', 'OwnerPartyReference=974761076'],
  });
  const reference = ['--reference', 'OutboundShipmentReference=SKD-PSA-FORMTASK-1', '--home', home];
  const shown = await altinnBatch(['receipts', 'show', ...reference]);
  expect(shown.stdout).toBe(readFileSync(join(home, SKD_RECEIPT), 'utf8'));
  const asJson = await altinnBatch(['receipts', 'show', '--json', ...reference]);
  const about = { file: 'SKD-PSA-FORMTASK-1.xml', systemUserCode: 'SKD-PSA', receipt: SKD_RECEIPT };
  expect(jsonLines(asJson.stdout)).toMatchObject([{ receiptId: 1, batchId: null, ...about }]);
  const list = await altinnBatch(['receipts', 'list', '--type', 'Outbound', '--json', '--home', home]);
  expect(jsonLines(list.stdout)).toMatchObject([
    { receiptId: 2, systemUserCode: 'BRG', reference: 'BRG-FORMTASK-1', receipt: BRG_RECEIPT },
    { receiptId: 1, systemUserCode: 'SKD-PSA', reference: 'SKD-PSA-FORMTASK-1', receipt: SKD_RECEIPT },
  ]);
});

test('the owner acknowledges what was sent out by a ReceiptSave, the operator by hand, and nobody else', async () => {
  const home = sentHome();
  put(home, 'inbox/skd/own.xml', receiptSave({ systemUserCode: 'SKD' }, { ReceiptText: 'Loaded into the archive' }));
  put(home, 'inbox/skd/others.xml', receiptSave({ systemUserCode: 'SKD', receiptId: 2 }));
  const { shipments } = await run(home);
  const results = new Map(shipments.map((one) => [one.file, one]));
  const by = (who: string, said: string) =>
    `Receipt updated by ${who}. ${said}. File SKD-PSA-FORMTASK-1.xml, system user code SKD-PSA.`;
  const loaded = by('service owner: SKD', 'Loaded into the archive');
  expect(results.get('own.xml')).toMatchObject({ status: 'OK', receiptId: 1, receipt: SKD_RECEIPT, text: loaded });
  expect(receiptOf(home, { receipt: SKD_RECEIPT }).text).toBe(loaded);
  expect(results.get('others.xml')).toMatchObject({
    status: 'Rejected',
    text: expect.stringContaining("[30005] line 1, position 1: Receipt 2 is not SKD's."),
  });

  const words = ['receipts', 'update', '1', '--status', 'ValidationFailed', '--text', 'Two are not ours'];
  const updated = await altinnBatch([...words, '--home', home]);
  expect([updated.exitCode, updated.stdout]).toEqual([0, expect.stringContaining(SKD_RECEIPT)]);
  const receipt = receiptOf(home, { receipt: SKD_RECEIPT });
  expect(receipt).toMatchObject({ status: 'ValidationFailed' });
  expect(receipt.text).toMatch(/^Receipt updated by operator: .*\. Two are not ours\. File SKD-PSA-FORMTASK-1\.xml/);
  const published = await altinnBatch(['receipts', 'publish', '2', '--home', home]);
  expect([published.exitCode, published.stdout]).toEqual([0, expect.stringContaining(BRG_RECEIPT)]);
  expect(existsSync(join(home, BRG_RECEIPT))).toBe(true);
});
