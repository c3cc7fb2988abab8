import type { Command } from 'commander';
import { recordByHand, typedArguments } from './audited.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { findReceipt, RECEIPT_CODES, withReceipts } from './receipt-lookup.js';

export function addReceiptsPublish(receipts: Command): void {
  receipts
    .command('publish')
    .description('write a receipt into the outbox again, and the older kind beside that of an AltUt file')
    .argument('<id>', 'its ReceiptId, or that of one of its sub-receipts', wholeNumber)
    .addHelpText('after', helpTail(['altinn-batch receipts publish 17'], RECEIPT_CODES))
    .action(async (id: number, _options: unknown, command: Command) => {
      const { home, output } = openCommand(command);
      await withReceipts(home, async (store) => {
        const { receiptId } = findReceipt(store, id).receipt;
        const { publishReceipt } = await import('../receipts/publish-receipt.js');
        const published = publishReceipt(home, store, receiptId, () =>
          recordByHand(store, 'receipts publish', typedArguments(command), { receiptId }),
        );
        if (output.quiet) return;
        const { receipt, legacy } = published;
        output.result({ receiptId, ...published }, () =>
          legacy === null
            ? `receipt ${receiptId}: written to ${receipt}`
            : `receipt ${receiptId}: written to ${receipt} and ${legacy}`,
        );
      });
    });
}
