import type { Home } from '../config/home.js';
import type { Mailbox } from '../config/mailboxes.js';
import { ConfigFault } from '../domain/faults.js';

/**
 * Where what goes out to a service owner is written: its own outbox where it has a mailbox, else the common one.
 * @throws ConfigFault when there is neither: it may be written nowhere else
 */
export function outboxOf(home: Home, ownerCode: string): Mailbox {
  const found =
    home.mailboxes.find(({ owner }) => owner === ownerCode) ?? home.mailboxes.find(({ owner }) => owner === null);
  if (found !== undefined) return found;
  throw new ConfigFault(
    `There is no outbox for the service owner ${ownerCode}: altinn-batch.json has neither a mailbox for it nor a common ` +
      'outbox. Add one of them.',
  );
}
