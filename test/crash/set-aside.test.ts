import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';
import { runToStep } from './run-to-step.js';

const many = (reference: string) =>
  correspondences({ reference }, ...Array.from({ length: 10 }, (_, index) => correspondence(`M-${index}`)));

it('sets a file aside that has killed the process three times, and processes the others', async () => {
  const home = intakeHome({ chunkItems: 2 });
  drop(home, 'killer.xml', many('C-1'), 60);
  drop(home, 'other.xml', many('C-2'));
  for (let kill = 0; kill < 3; kill++) {
    expect((await runToStep(home, { step: 'chunk' })).signal).toBe('SIGKILL');
  }
  const { exitCode, shipments, stderr } = await run(home);
  expect(exitCode).toBe(70);
  expect(stderr).toContain('killer.xml was set aside');
  expect(shipments.map(({ file, status, items }) => ({ file, status, items }))).toStrictEqual([
    { file: 'killer.xml', status: 'UnExpectedError', items: { total: 0, accepted: 0, failed: 0 } },
    { file: 'other.xml', status: 'OK', items: { total: 10, accepted: 10, failed: 0 } },
  ]);
  const [killer] = shipments;
  const receipt = killer && receiptOf(home, killer);
  expect(receipt).toMatchObject({ status: 'UnExpectedError', typeName: 'Correspondence', subReceipts: [] });
  expect(receipt?.text).toContain('killer.xml');
  const [batch] = query<{ archived_as: string }>(home, "SELECT archived_as FROM batch WHERE file_name = 'killer.xml'");
  expect(batch?.archived_as).toMatch(/^data\/rejected\/.*\/killer\.xml$/);
  expect(existsSync(join(home, batch?.archived_as ?? ''))).toBe(true);
  expect(query(home, 'SELECT count(*) AS items FROM item')).toStrictEqual([{ items: 10 }]);

  drop(home, 'again.xml', many('C-1'));
  const again = await run(home);
  expect(again.shipments).toMatchObject([{ file: 'again.xml', status: 'OK' }]);
});

it('still writes the receipt of a committed shipment whose file somebody took out of work', async () => {
  const home = intakeHome();
  drop(home, 'taken.xml', many('C-3'));
  expect((await runToStep(home, { step: 'commit' })).signal).toBe('SIGKILL');
  const work = join(home, 'data/work');
  for (const name of readdirSync(work)) rmSync(join(work, name), { recursive: true });
  const { exitCode, shipments, stderr } = await run(home);
  expect(exitCode).toBe(0);
  expect(stderr).toContain('no longer in data/work');
  expect(shipments).toMatchObject([{ file: 'taken.xml', status: 'OK', items: { total: 10, accepted: 10 } }]);
  const [shipment] = shipments;
  expect(shipment && receiptOf(home, shipment).status).toBe('OK');
  expect((await run(home)).shipments).toStrictEqual([]);
});
