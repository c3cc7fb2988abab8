import type { Command } from 'commander';
import { NotFoundFault, UsageFault } from '../domain/faults.js';
import { currentUser, recordByHand, typedArguments } from './audited.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { withStoreIfThere } from './open-store.js';
import { noSubscription } from './subscriptions-show.js';

export function addSubscriptionsCancel(subscriptions: Command): void {
  subscriptions
    .command('cancel')
    .description('end a subscription: it gives no form task any more, and what it still held is dropped')
    .argument('<id>', 'its id, or that of any item that it was sent with', wholeNumber)
    .requiredOption('--why <text>', 'the reason; it is kept with the subscription')
    .addHelpText(
      'after',
      `\nWhat it has given already stays. Sent again by its service owner, it is active again.\n${helpTail(
        ['altinn-batch subscriptions cancel 100000000001 --why "Asked for by phone, case 2024/17"'],
        [
          ...[ExitCode.Ok, ExitCode.Usage, ExitCode.NotAccepted],
          ...[ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
        ],
      )}`,
    )
    .action(async (given: number, { why }: { readonly why: string }, command: Command) => {
      const { home, output } = openCommand(command);
      if (why.trim() === '') throw new UsageFault('--why needs a reason, such as "Asked for by phone".');
      const cancelled = await withStoreIfThere(home, undefined, (store) =>
        store.transaction(() => {
          const id = store.subscriptionLog.find(given, 0)?.id ?? given;
          const state = store.subscriptions.stateOf(id);
          if (state !== 'active') return state === undefined ? undefined : { id, state, dropped: 0 };
          const at = new Date().toISOString();
          const dropped = store.subscriptions.cancel(id, { at, user: currentUser(), why });
          recordByHand(store, 'subscriptions cancel', typedArguments(command), { subscriptionId: id, dropped });
          return { id, state, dropped };
        }),
      );
      if (cancelled === undefined) throw noSubscription(given);
      const { id, state, dropped } = cancelled;
      if (state !== 'active')
        throw new NotFoundFault(`Subscription ${id} is ${state} already: there is nothing to end.`);
      if (output.quiet) return;
      output.result({ subscriptionId: id, state: 'cancelled', dropped }, () => {
        const held = dropped === 0 ? '' : `; held form tasks that come no more: ${dropped}`;
        return `subscription ${id}: cancelled${held}`;
      });
    });
}
