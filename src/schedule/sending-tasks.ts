import type { Engine } from '../intake/engine.js';
import { inMailbox } from '../intake/mailbox-troubles.js';
import type { Sending, SentOutbound } from '../outbound/send.js';
import type { DailyTask } from './daily-tasks.js';

/** The batches of one day, one at a time. */
type Batches = Generator<SentOutbound | null>;

/** Sending out confirmations and usage data, each when its setting has a time. */
export function sendingTasks(engine: Engine): readonly DailyTask[] {
  const { confirmationsAt, usageDataAt } = engine.home.settings;
  const sending = sendingOf(engine);
  const tasks: DailyTask[] = [];
  if (confirmationsAt !== null) {
    const run = oneByOne(engine, async () => {
      const { sendConfirmations } = await import('../outbound/send-confirmations.js');
      return sendConfirmations(sending, { catalogue: engine.catalogue, owner: null });
    });
    tasks.push({ name: 'confirmationsAt', at: confirmationsAt, title: 'Sending out confirmations', run });
  }
  if (usageDataAt !== null) {
    const run = oneByOne(engine, async (day) => {
      const { sendUsageData } = await import('../outbound/send-usage-data.js');
      return sendUsageData(sending, { catalogue: engine.catalogue, owner: null, days: null, day });
    });
    tasks.push({ name: 'usageDataAt', at: usageDataAt, title: 'Sending out usage data', run });
  }
  return tasks;
}

/** One batch a call, so that files that come meanwhile have their turn; begun anew on another day, and after a failure. */
function oneByOne({ log }: Engine, begin: (day: string) => Promise<Batches>): DailyTask['run'] {
  let underWay: { readonly day: string; readonly batches: Batches } | null = null;
  return async (day) => {
    if (underWay?.day !== day) underWay = { day, batches: await begin(day) };
    const { batches } = underWay;
    try {
      const next = batches.next();
      if (next.done === true) underWay = null;
      else if (next.value !== null) log.info({ outbound: next.value.batch.reference }, 'outbound batch published');
      return next.done === true;
    } catch (error) {
      underWay = null;
      throw error;
    }
  };
}

function sendingOf({ home, store, troubles, onNotice }: Engine): Sending {
  return {
    home,
    store,
    attempt: (mailbox, work) => troubles.attempt(mailbox, () => inMailbox(mailbox, work)),
    onFault: ({ message }) => onNotice(message),
    onNotice: (text) => onNotice(text),
    onPrepared: () => {},
  };
}
