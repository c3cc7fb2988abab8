import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';
import { legacyReceiptOf, put, receiptOf, run, type Shipment } from '../support/intake-home.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

test('every example comes out as its name says, and validate agrees', async () => {
  const home = temporaryFolder();
  cpSync(EXAMPLES, home, { recursive: true });
  put(home, 'altinn-batch.json', '{"stableSeconds":0}');
  const names = readdirSync(join(home, 'inbox')).filter((name) => name.endsWith('.xml'));
  const paths = names.map((name) => join(home, 'inbox', name));
  const validated = await altinnBatch(['validate', '--json', '--home', home, ...paths]);
  const faulty = new Set(
    jsonLines<{ file: string; level: string }>(validated.stdout)
      .filter(({ level }) => level === 'Error' || level === 'Critical')
      .map(({ file }) => file.slice(join(home, 'inbox/').length)),
  );
  const { exitCode, shipments } = await run(home);
  expect(exitCode).toBe(65);
  expect(new Set(shipments.map(({ file }) => file))).toStrictEqual(new Set(names));
  for (const shipment of shipments) {
    const kind = /^(good|one-item|refused)-/.exec(shipment.file)?.[1];
    const receipt = receiptOf(home, shipment);
    expect(receipt.status).toBe(shipment.status);
    expect(receipt.subReceipts).toHaveLength(shipment.items.total);
    expect([shipment.file, outcome(shipment)]).toStrictEqual([shipment.file, kind]);
    expect([shipment.file, faulty.has(shipment.file)]).toStrictEqual([shipment.file, kind !== 'good']);
    if (shipment.format === 'altut') legacyReceiptOf(home, shipment);
  }
  expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
});

test("the repository's own root is a home, where the examples are valid too", async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const good = readdirSync(join(EXAMPLES, 'inbox')).filter((name) => name.startsWith('good-'));
  const paths = good.map((name) => join(EXAMPLES, 'inbox', name));
  const { exitCode, stdout } = await altinnBatch(['validate', '-q', '--home', root, ...paths]);
  expect({ exitCode, stdout }).toStrictEqual({ exitCode: 0, stdout: '' });
});

function outcome({ status, items }: Shipment): string {
  if (status === 'OK' && items.failed === 0) return 'good';
  return status === 'ValidationFailed' && items.accepted > 0 && items.failed === 1 ? 'one-item' : 'refused';
}
