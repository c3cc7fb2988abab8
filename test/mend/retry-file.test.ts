import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openHome } from '../../src/config/home.js';
import { bringBack } from '../../src/intake/bring-back.js';
import { Store } from '../../src/store/store.js';
import { runToStep } from '../crash/run-to-step.js';
import { startAltinnBatch } from '../support/cli.js';
import { drop, intakeHome, query, receiptOf, run, type Shipment } from '../support/intake-home.js';
import {
  correspondence,
  correspondences,
  formSet,
  ORGANISATION,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { told } from '../support/told.js';
import { retry, setCatalogue } from './retry-home.js';

const NEW_OWNER = { code: 'NEW', name: 'New owner', orgNumber: '974761076' };
const test2 = { ServiceCode: 'TEST2', ServiceEdition: '1' };
const fromNew = correspondences(
  { reference: 'C-1', systemUserCode: 'NEW-1' },
  ...['1', '2', '3'].map((name) => correspondence(name, test2)),
  correspondence('4'),
);

const filesIn = (home: string, folder: string) =>
  readdirSync(join(home, 'data', folder))
    .flatMap((day) => readdirSync(join(home, 'data', folder, day)))
    .sort();

describe('a file that was refused whole', () => {
  test('is taken in as the next attempt at the same batch: its receipt is updated, and gets its sub-receipts', async () => {
    const home = intakeHome();
    drop(home, 'file.xml', fromNew, 9);
    drop(home, 'other.xml', correspondences({ reference: 'C-1' }, correspondence('1')), 8);
    const [before] = (await run(home)).shipments as [Shipment];
    expect(before).toMatchObject({ status: 'Rejected', items: { total: 0, accepted: 0, failed: 0 } });
    setCatalogue(home, { owners: [NEW_OWNER] });
    const { exitCode, shipments } = await retry(home, '--batch', '1');
    expect(exitCode).toBe(65);
    const [after] = shipments as [Shipment];
    expect(shipments).toHaveLength(1);
    const { receiptId, receipt } = before;
    expect(after).toMatchObject({ batchId: 1, receiptId, receipt, status: 'ValidationFailed' });
    expect(after.items).toStrictEqual({ total: 4, accepted: 3, failed: 1 });
    const { references, subReceipts, text, typeName } = receiptOf(home, after);
    expect({ text, typeName }).toStrictEqual({ text: after.text, typeName: 'Correspondence' });
    expect(references).toStrictEqual([
      'ExternalShipmentReference=C-1',
      'BatchReference=1',
      'OwnerPartyReference=974761076',
    ]);
    expect(subReceipts.map((sub) => sub.status)).toStrictEqual(['OK', 'OK', 'OK', 'ValidationFailed']);
    expect(Math.min(...subReceipts.map((sub) => sub.receiptId))).toBeGreaterThan(3);
    expect(readFileSync(join(home, receipt), 'utf8')).toContain(
      `<ReceiptHistory>${before.text.replace('\n', ' ')}</ReceiptHistory>`,
    );
    expect({ archive: filesIn(home, 'archive'), rejected: filesIn(home, 'rejected') }).toStrictEqual({
      archive: ['file.xml', 'other.xml'],
      rejected: [],
    });
    expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(2);
    expect(
      query(home, 'SELECT outdated_at IS NULL AS stands FROM issue WHERE code = 30005 AND item_id IS NULL'),
    ).toStrictEqual([{ stands: 0 }]);
    expect(query(home, 'SELECT command, detail FROM audit')).toMatchObject([
      { command: 'retry', detail: expect.stringContaining('data/rejected/') },
    ]);
    // Now that it has items, it is these that are tried.
    expect(await retry(home, '--batch', '1')).toMatchObject({ exitCode: 65, shipments: [after] });
  });

  test('for a gap is taken in once the gap is filled, and counting goes on from it', async () => {
    const home = intakeHome();
    const send = (sequenceNo: string, age: number) =>
      drop(
        home,
        `${sequenceNo}.xml`,
        correspondences({ reference: `C-${sequenceNo}`, sequenceNo }, correspondence('1')),
        age,
      );
    send('1', 9);
    send('3', 8);
    const [, gap] = (await run(home)).shipments as [Shipment, Shipment];
    expect(gap).toMatchObject({ reference: 'C-3', status: 'Rejected' });
    send('2', 9);
    await run(home);
    expect(await retry(home, '--batch', String(gap.batchId))).toMatchObject({
      exitCode: 0,
      shipments: [{ reference: 'C-3', status: 'OK' }],
    });
    send('4', 9);
    expect((await run(home)).shipments).toMatchObject([{ reference: 'C-4', status: 'OK' }]);
  });

  test('of which nothing could be told is told of in the same receipt, with the type and references that it has now', async () => {
    const home = intakeHome({ maxFileBytes: 1000 });
    const items = Array.from({ length: 5 }, (_, index) => subscriptionItem({ CaseId: String(index + 1) }));
    const parts = [
      subscriptionPart({ reference: 'S-1' }, reportee(ORGANISATION, ...items)),
      prefillPart({ reference: 'P-1' }, reportee(PERSON, formSet('A'))),
    ];
    drop(home, 'both.xml', serviceOwner(parts.join('\n')));
    const [before] = (await run(home)).shipments as [Shipment];
    expect(receiptOf(home, before)).toMatchObject({ typeName: 'NotSet', references: ['BatchReference=1'] });
    setCatalogue(home, { own: { settings: { maxFileBytes: null } } });
    const { shipments } = await retry(home, '--batch', '1');
    expect(shipments.map(({ format, status, receiptId }) => [format, status, receiptId])).toStrictEqual([
      ['subscription', 'OK', before.receiptId],
      ['prefill', 'OK', 7],
    ]);
    const [subscription, prefill] = shipments as [Shipment, Shipment];
    expect(receiptOf(home, subscription)).toMatchObject({
      typeName: 'Subscription',
      references: ['BatchReference=1', 'ExternalShipmentReference=S-1', 'OwnerPartyReference=974761076'],
      subReceipts: items.map(() => expect.objectContaining({ parentReceiptId: before.receiptId, status: 'OK' })),
    });
    expect(receiptOf(home, prefill).text).not.toContain('tried again');
  });

  test('for the reference of one of its shipments is refused for it again, and the other shipment stays as it is', async () => {
    const home = intakeHome();
    const prefill = prefillPart({ reference: 'P-1' }, reportee(PERSON, formSet('A')));
    drop(home, 'first.xml', serviceOwner(prefill), 9);
    drop(
      home,
      'both.xml',
      serviceOwner([subscriptionPart({ reference: 'S-1' }, reportee(PERSON, subscriptionItem())), prefill].join('\n')),
      8,
    );
    const [, subscription, refused] = (await run(home)).shipments as [Shipment, Shipment, Shipment];
    const xml = readFileSync(join(home, subscription.receipt));
    const { exitCode, shipments } = await retry(home, '--batch', '2');
    expect(exitCode).toBe(65);
    expect(shipments).toMatchObject([{ ...subscription }, { receiptId: refused.receiptId, status: 'Rejected' }]);
    expect(shipments[1]?.text).toContain(
      'P-1: tried again, rejected, nothing was taken in. The shipment reference P-1 was used before',
    );
    expect(readFileSync(join(home, subscription.receipt))).toStrictEqual(xml);
    expect(
      query(home, 'SELECT format, state, status FROM shipment WHERE batch_id = 2 ORDER BY format DESC'),
    ).toStrictEqual([
      { format: 'subscription', state: 'accepted', status: 'OK' },
      { format: 'prefill', state: 'refused', status: 'Rejected' },
    ]);
    expect(filesIn(home, 'archive')).toStrictEqual(['both.xml', 'first.xml']);
  });

  test('as one that kills its process is tried afresh', async () => {
    const home = intakeHome({ chunkItems: 1, maxKilledAttempts: 1 });
    setCatalogue(home, { owners: [NEW_OWNER] });
    drop(home, 'file.xml', fromNew);
    expect((await runToStep(home, { step: 'chunk' })).signal).toBe('SIGKILL');
    const [before] = (await run(home)).shipments as [Shipment];
    expect(before.status).toBe('UnExpectedError');
    expect(await retry(home, '--batch', '1')).toMatchObject({
      exitCode: 65,
      shipments: [
        { receiptId: before.receiptId, status: 'ValidationFailed', items: { total: 4, accepted: 3, failed: 1 } },
      ],
    });
  });

  test('comes to the same end when the process is killed at any step', async () => {
    const home = intakeHome({ chunkItems: 2 });
    drop(home, 'file.xml', fromNew);
    const [before] = (await run(home)).shipments as [Shipment];
    setCatalogue(home, { owners: [NEW_OWNER] });
    for (const step of ['claim', 'chunk', 'commit', 'publish'] as const) {
      expect((await runToStep(home, { step, retry: 1 })).signal).toBe('SIGKILL');
    }
    // The store knows it as archived again, and its work folder is left.
    expect((await runToStep(home, { step: 'archive' })).signal).toBe('SIGKILL');
    await run(home);
    expect({ archive: filesIn(home, 'archive'), rejected: filesIn(home, 'rejected') }).toStrictEqual({
      archive: ['file.xml'],
      rejected: [],
    });
    expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
    expect(readdirSync(join(home, 'outbox'))).toHaveLength(1);
    expect(receiptOf(home, before).subReceipts.map(({ status }) => status)).toStrictEqual([
      'OK',
      'OK',
      'OK',
      'ValidationFailed',
    ]);
    expect(query(home, 'SELECT state, status FROM batch')).toStrictEqual([
      { state: 'archived', status: 'ValidationFailed' },
    ]);
    expect(query(home, 'SELECT count(*) AS n FROM message')).toStrictEqual([{ n: 3 }]);
  }, 120_000);

  test('that was being brought back when the process was killed is where it was; one that is lost then leaves its receipt as it was', async () => {
    const home = intakeHome();
    drop(home, 'file.xml', fromNew);
    const [before] = (await run(home)).shipments as [Shipment];
    const [{ path }] = query<{ path: string }>(home, 'SELECT archived_as AS path FROM batch') as [{ path: string }];
    const store = Store.open(join(home, 'data/altinn-batch.db'), { busyTimeoutMs: 1000, fileMode: 0o640 });
    const batch = store.batches.byId(1);
    if (batch === undefined) throw new Error('no batch');
    const { workFile } = bringBack(openHome(home), batch, join(home, path));
    expect(existsSync(workFile) && existsSync(join(home, path))).toBe(true);
    expect(await run(home)).toMatchObject({ exitCode: 0, shipments: [] });
    expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
    expect(existsSync(join(home, path))).toBe(true);

    store.transaction(() => {
      store.batches.reopen(1, '2024-01-01T00:00:00.000Z');
      for (const { id } of store.shipments.ofBatch(1)) store.shipments.reopen(id, '2024-01-01T00:00:00.000Z');
    });
    store.close();
    rmSync(join(home, path));
    const lost = await run(home);
    expect(lost.stderr).toContain('batch 1) has its receipts');
    expect(query(home, 'SELECT state FROM batch')).toStrictEqual([{ state: 'archived' }]);
    expect(query(home, 'SELECT state, status FROM shipment')).toStrictEqual([{ state: 'refused', status: 'Rejected' }]);
    expect(receiptOf(home, before).text).toBe(before.text);
  });

  test('and is gone, or is another one by now, has to be sent again', async () => {
    const home = intakeHome();
    drop(home, 'file.xml', fromNew);
    await run(home);
    const [{ path }] = query<{ path: string }>(home, 'SELECT archived_as AS path FROM batch') as [{ path: string }];
    appendFileSync(join(home, path), '\n');
    const changed = await retry(home, '--batch', '1');
    expect(changed).toMatchObject({
      exitCode: 65,
      shipments: [],
      stderr: expect.stringMatching(/no longer at data\/rejected\/.* as it was\. It has to be sent again/),
    });
    rmSync(join(home, path));
    expect((await retry(home, '--batch', '1')).exitCode).toBe(65);
    expect(query(home, 'SELECT count(*) AS n FROM audit')).toStrictEqual([{ n: 0 }]);
  });
});

test('while another process holds the home it ends with 75, or waits for it', async () => {
  const home = intakeHome();
  const watch = startAltinnBatch(['watch', '--home', home]);
  await told(watch).until(/catalogue was taken in/);
  expect(await retry(home, '--batch', '1')).toMatchObject({ exitCode: 75, stderr: expect.stringContaining('--wait') });
  const waiting = retry(home, '--batch', '1', '--wait', '60');
  watch.kill('SIGTERM');
  expect(await waiting).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('no batch 1') });
});
