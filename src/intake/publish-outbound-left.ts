import { publishPrepared } from '../outbound/recover.js';
import type { Engine } from './engine.js';
import { inMailbox } from './mailbox-troubles.js';

/**
 * What a command, or an earlier run, has prepared and not published.
 * @param told what has been said of it before, and need not be said again
 * @throws IoFault when the only outbox can't be written
 */
export async function publishOutboundLeft(engine: Engine, told = new Set<string>()): Promise<void> {
  const { home, store, troubles, log } = engine;
  const batchIds = await publishPrepared({
    home,
    store,
    attempt: (mailbox, work) => troubles.attempt(mailbox, () => inMailbox(mailbox, work)),
    onNotice: (text) => {
      if (!told.has(text)) engine.onNotice(text);
      told.add(text);
    },
  });
  for (const id of batchIds) log.info({ outbound: store.outbound.byId(id)?.reference }, 'outbound batch published');
}
