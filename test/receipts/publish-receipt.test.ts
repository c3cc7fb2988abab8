import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Home } from '../../src/config/home.js';
import { publishReceipt } from '../../src/receipts/publish-receipt.js';
import type { StoredReceipt } from '../../src/store/receipt-store.js';
import type { Store } from '../../src/store/store.js';
import type { StoredItem } from '../../src/store/sub-receipt-items.js';
import { type FreshHome, freshHome } from '../intake/fresh-home.js';
import { aFailedItem, anError, anItem, openShipment, openStore, settle } from '../store/fixture.js';

/** A home with the receipt of an accepted AltUt shipment of so many items, the first one failed. */
function aHome(items: number): { home: FreshHome; store: Store; receiptId: number } {
  const home = freshHome();
  const { store } = openStore(home.store);
  const shipment = openShipment(store, { format: 'altut' });
  store.shipments.stage(
    shipment.shipmentId,
    Array.from({ length: items }, (_, at) =>
      at === 0 ? aFailedItem(1, { issues: [anError('Bad.')] }) : anItem(at + 1),
    ),
  );
  return { home, store, receiptId: settle(store, shipment) };
}

/** What another process does: it changes the receipt, and has it published before anyone else comes to it. */
function updateElsewhere({ home, receiptId }: { home: Home; receiptId: number }, text: string): void {
  const { store } = openStore(home.store);
  const lastChanged = '2009-10-02T10:00:00';
  store.receipts.update(receiptId, { statusCode: 'Rejected', text, lastChanged, references: [] });
  publishReceipt(home, store, receiptId);
}

/** Does something once, when a reading of all of the receipt's items has come to this one. */
function whileReading(store: Store, ordinal: number, act: () => void): void {
  const read = store.receipts.subReceiptItems.bind(store.receipts);
  let isDone = false;
  function* interrupted(receipt: StoredReceipt, only: 'all' | 'failed'): Generator<StoredItem> {
    for (const item of read(receipt, only)) {
      yield item;
      if (isDone || only === 'failed' || item.ordinal !== ordinal) continue;
      isDone = true;
      act();
    }
  }
  vi.spyOn(store.receipts, 'subReceiptItems').mockImplementation(interrupted);
}

describe('publishing a receipt', () => {
  test('writes the receipt and the older kind, with the mode of the settings, and marks it', () => {
    const { home, store, receiptId } = aHome(2);
    const named = { receipt: 'outbox/a.1.receipt.xml', legacy: 'outbox/a.1.govorganreceipt.xml' };
    expect(publishReceipt(home, store, receiptId)).toEqual(named);
    expect(store.receipts.byId(receiptId)?.publishedAs).toBe(named.receipt);
    expect(readdirSync(home.outbox).sort()).toEqual(['a.1.govorganreceipt.xml', 'a.1.receipt.xml']);
    expect(statSync(join(home.root, named.receipt)).mode & 0o777).toBe(0o640);
    const entries = readFileSync(join(home.root, named.legacy), 'utf8').match(/<MessageEntry>.*/g);
    expect(entries?.length).toBe(2);
  });

  test('lists in the older kind those whose sub-receipt is not OK now', () => {
    const { home, store, receiptId } = aHome(3);
    const lastChanged = '2009-10-02T10:00:00';
    const update = (id: number, statusCode: 'OK' | 'Rejected', text: string) => ({
      before: {
        receiptId: id,
        parentReceiptId: receiptId,
        statusCode: 'OK' as const,
        text: '',
        typeName: 'Correspondence' as const,
        lastChanged,
        history: [],
        references: [],
      },
      statusCode,
      text,
      lastChanged,
      references: [],
    });
    const updates = [update(2, 'OK', 'Mended.'), update(4, 'Rejected', 'Not ours.')];
    store.receipts.updateSubReceipts(receiptId, updates, lastChanged);
    const { legacy, receipt } = publishReceipt(home, store, receiptId);
    const entries = readFileSync(join(home.root, legacy ?? ''), 'utf8').match(/(?<=<MessageEntry>).*(?=<)/g);
    expect(entries).toEqual(['As it went.', 'Not ours.']);
    const xml = readFileSync(join(home.root, receipt), 'utf8');
    expect(xml.match(/(?<=<ReceiptStatusCode>)\w+/g)).toEqual(['OK', 'OK', 'OK', 'Rejected']);
  });

  test.each([
    ['between two pages of it', 1_500, 1],
    ['after the last of it was read', 3, 3],
  ])(
    'never puts an older state in the place of a newer one: changed by another process %s',
    (_when, items, ordinal) => {
      const made = aHome(items);
      whileReading(made.store, ordinal, () => updateElsewhere(made, 'Changed elsewhere.'));
      publishReceipt(made.home, made.store, made.receiptId);
      const xml = readFileSync(join(made.home.outbox, 'a.1.receipt.xml'), 'utf8');
      expect(xml).toContain('<ReceiptText>Changed elsewhere.</ReceiptText>');
      expect(xml.match(/<ParentReceiptId>/g)?.length).toBe(items);
      const legacy = readFileSync(join(made.home.outbox, 'a.1.govorganreceipt.xml'), 'utf8');
      expect(legacy).toContain('Changed elsewhere.');
      expect(readdirSync(made.home.outbox).length).toBe(2);
      expect(made.store.receipts.byId(made.receiptId)).toMatchObject({
        revision: 1,
        publishedAs: 'outbox/a.1.receipt.xml',
      });
    },
  );

  test('that fails leaves it unpublished, and nothing beside it in the outbox', () => {
    const { home, store, receiptId } = aHome(2);
    const failing = () =>
      publishReceipt(home, store, receiptId, () => {
        throw new Error('no room');
      });
    expect(failing).toThrow('no room');
    expect(store.receipts.byId(receiptId)?.publishedAs).toBeNull();
    expect(readdirSync(home.outbox).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
