import { describe, expect, test } from 'vitest';
import { shipmentPrinter } from '../../src/cli/shipment-printer.js';
import type { ShipmentResult } from '../../src/intake/results.js';

const ok: ShipmentResult = {
  text: 'Accepted.',
  receipt: 'outbox/prefill.7.receipt.xml',
  receiptId: 7,
  items: { failed: 0, accepted: 2, total: 2 },
  status: 'OK',
  reference: 'R-1',
  systemUserCode: 'SKD',
  format: 'prefill',
  batchId: 3,
  file: 'prefill.xml',
};
const failed: ShipmentResult = {
  ...ok,
  status: 'ValidationFailed',
  items: { total: 2, accepted: 1, failed: 1 },
  text: '1 of 2 items failed.\nLine 12: ...',
};

describe('a shipment as it is printed', () => {
  test('has the JSON keys in the promised order, whatever order the engine gave them', () => {
    const { values } = printed({ quiet: false }, [ok]);
    expect(JSON.stringify(values[0])).toBe(
      '{"file":"prefill.xml","batchId":3,"format":"prefill","systemUserCode":"SKD","reference":"R-1","status":"OK",' +
        '"items":{"total":2,"accepted":2,"failed":0},"receiptId":7,"receipt":"outbox/prefill.7.receipt.xml","text":"Accepted."}',
    );
  });

  test('is one row of a table when it is OK', () => {
    const { lines } = printed({ quiet: false }, [ok]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^FILE +FORMAT +SYSTEM USER +REFERENCE +STATUS +ACCEPTED +RECEIPT$/);
    expect(lines[1]).toMatch(/^prefill\.xml +prefill +SKD +R-1 +OK +2\/2 +outbox\/prefill\.7\.receipt\.xml$/);
  });

  test("has the first line of its receipt's text below it when it is not OK", () => {
    const { lines } = printed({ quiet: false }, [failed]);
    expect(lines[1]).toMatch(/ValidationFailed +1\/2/);
    expect(lines.slice(2)).toStrictEqual(['  1 of 2 items failed.']);
  });

  test('is left out with -q when it is OK, and only then', () => {
    expect(printed({ quiet: true }, [ok, failed, ok]).values).toMatchObject([{ status: 'ValidationFailed' }]);
    expect(printed({ quiet: true }, [ok]).values).toStrictEqual([]);
  });

  test('has a dash for what is not known', () => {
    const unknown = { ...failed, format: null, systemUserCode: null, reference: null, receipt: null };
    expect(printed({ quiet: false }, [unknown]).lines[1]).toMatch(/^prefill\.xml +- +- +- +ValidationFailed +1\/2 +-$/);
  });
});

function printed({ quiet }: { quiet: boolean }, results: readonly ShipmentResult[]) {
  const values: object[] = [];
  const lines: string[] = [];
  const print = shipmentPrinter({
    quiet,
    result(value, text) {
      values.push(value);
      lines.push(...text().split('\n'));
    },
  });
  for (const one of results) print(one);
  return { values, lines };
}
