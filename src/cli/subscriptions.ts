import type { Command } from 'commander';
import { helpTail } from './exit-codes.js';
import { SENDING_CODES, sendAgain } from './sending.js';
import { addSubscriptionsActivate } from './subscriptions-activate.js';
import { addSubscriptionsCancel } from './subscriptions-cancel.js';
import { addSubscriptionsList } from './subscriptions-list.js';
import { addSubscriptionsShow } from './subscriptions-show.js';

export function addSubscriptionsCommand(program: Command): void {
  const subscriptions = program
    .command('subscriptions')
    .description('subscriptions, and the form tasks that they give');
  addSubscriptionsList(subscriptions);
  addSubscriptionsShow(subscriptions);
  addSubscriptionsCancel(subscriptions);
  addSubscriptionsActivate(subscriptions);
  addResend(subscriptions);
}

function addResend(subscriptions: Command): void {
  subscriptions
    .command('resend')
    .description('write a FormTaskInstances file that was sent out into the outbox again')
    .argument('<batchreference>', 'its OutboundShipmentReference, such as SKD-FORMTASK-17: the name of its file')
    .addHelpText(
      'after',
      `\nIt is the same to the byte, but for prefill that was purged since. Who had it sent again is recorded in the audit log.\n${helpTail(
        ['altinn-batch subscriptions resend SKD-FORMTASK-3', 'altinn-batch receipts list --type Outbound'],
        SENDING_CODES,
      )}`,
    )
    .action((reference: string, _options: unknown, command: Command) =>
      sendAgain(command, 'subscriptions resend', reference, ['FormTaskInstances']),
    );
}
