import type { Command } from 'commander';
import { addReceiptsList } from './receipts-list.js';
import { addReceiptsPublish } from './receipts-publish.js';
import { addReceiptsShow } from './receipts-show.js';
import { addReceiptsUpdate } from './receipts-update.js';

export function addReceiptsCommand(program: Command): void {
  const receipts = program
    .command('receipts')
    .description('receipts after the fact: show, list, update, publish again');
  addReceiptsShow(receipts);
  addReceiptsList(receipts);
  addReceiptsUpdate(receipts);
  addReceiptsPublish(receipts);
}
