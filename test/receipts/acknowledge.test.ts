import { describe, expect, test } from 'vitest';
import type { SubAcknowledgement } from '../../src/domain/acknowledgement.js';
import { acknowledge, NotCarriedOut } from '../../src/receipts/acknowledge.js';
import { receiptDocument, subReceiptOf } from '../../src/receipts/receipt-document.js';
import type { FoundReceipt } from '../../src/store/receipt-store.js';
import type { Store } from '../../src/store/store.js';
import { aFailedItem, anError, anItem, openShipment, openStore, settle } from '../store/fixture.js';

const SAY = { statusCode: 'OK', text: 'Loaded', references: [] } as const;
const ORDER = { say: SAY, subReceipts: [], by: 'service owner: SKD', lastChanged: '2009-10-02T10:00:00' } as const;
const SOURCE = 'File a.xml, system user code SKD.';

/** A receipt of two items, the second one failed. */
function aStore(): { store: Store; found: (id: number) => FoundReceipt } {
  const { store } = openStore();
  const shipment = openShipment(store);
  store.shipments.stage(shipment.shipmentId, [anItem(1), aFailedItem(2, { issues: [anError('Bad.')] })]);
  settle(store, shipment);
  const found = (id: number) => {
    const one = store.receipts.find(id);
    if (one === undefined) throw new Error(`There is no receipt ${id}.`);
    return one;
  };
  return { store, found };
}

function subReceipt(store: Store, { receipt, subReceiptId }: FoundReceipt) {
  return subReceiptOf(store, receiptDocument(store, receipt), subReceiptId ?? 0);
}

const aSub = (receiptId: number): SubAcknowledgement => {
  return { statusCode: 'Rejected', text: 'Not ours!', references: [], receiptId, place: { line: 7, position: 3 } };
};

describe('an acknowledged receipt', () => {
  test('says who updated it, what they say, and which file it is about; the text before is in its history', () => {
    const { store, found } = aStore();
    const references = [{ type: 'ArchiveReference', value: 'AR-1' }] as const;
    expect(acknowledge(store, { ...ORDER, found: found(1), say: { ...SAY, references } })).toBe(0);
    expect(found(1).receipt).toMatchObject({
      statusCode: 'OK',
      text: `Receipt updated by service owner: SKD. Loaded. ${SOURCE}`,
      history: ['As it went.'],
      lastChanged: '2009-10-02T10:00:00',
      references,
      revision: 1,
    });
  });

  test('has those of its sub-receipts updated that are named, and no others', () => {
    const { store, found } = aStore();
    expect(acknowledge(store, { ...ORDER, found: found(1), subReceipts: [aSub(3)] })).toBe(1);
    expect(subReceipt(store, found(2))).toMatchObject({ lastChanged: '2009-10-01T10:00:00', history: [] });
    const first = {
      statusCode: 'Rejected',
      text: `Receipt updated by service owner: SKD. Not ours! ${SOURCE}`,
      history: [`Failed, line 20, service 1051/201010, reportee 974761076: [0] line 12, position 3: Bad. ${SOURCE}`],
      lastChanged: '2009-10-02T10:00:00',
    };
    expect(subReceipt(store, found(3))).toMatchObject(first);
    acknowledge(store, { ...ORDER, found: found(3), by: 'operator: kari' });
    expect(subReceipt(store, found(3))).toMatchObject({
      statusCode: 'OK',
      text: `Receipt updated by operator: kari. Loaded. ${SOURCE}`,
      history: [first.text, ...first.history],
    });
    expect(found(1).receipt.text).toContain('service owner: SKD. Loaded.');
  });

  test.each([
    [
      'one that another receipt has',
      [aSub(3), aSub(4)],
      1,
      30008,
      'Receipt 1 has no sub-receipt 4: its own are 2 to 3.',
    ],
    ['the same one twice', [aSub(2), aSub(3), aSub(2)], 1, 0, 'Sub-receipt 2 is named twice'],
    ['one of a sub-receipt', [aSub(2)], 3, 30008, '3 is a sub-receipt itself, and has none'],
  ])(
    'is not to be had with a sub-receipt that is %s: it says so, and where',
    (_what, subReceipts, id, code, message) => {
      const { store, found } = aStore();
      const order = { ...ORDER, found: found(id), subReceipts };
      let thrown: unknown;
      expect(() =>
        store.transaction(() => {
          try {
            acknowledge(store, order);
          } catch (error) {
            thrown = error;
            throw error;
          }
        }),
      ).toThrow(NotCarriedOut);
      const issue = { code, message: expect.stringContaining(message), line: 7, position: 3 };
      expect((thrown as NotCarriedOut).issue).toMatchObject(issue);
      expect(found(1).receipt).toMatchObject({ revision: 0, text: 'As it went.' });
    },
  );
});
