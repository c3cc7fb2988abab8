import type { Command } from 'commander';
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
}
