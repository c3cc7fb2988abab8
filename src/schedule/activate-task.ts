import { setImmediate } from 'node:timers/promises';
import type { Engine } from '../intake/engine.js';
import { publishOutboundLeft } from '../intake/publish-outbound-left.js';
import type { ActivationCounts } from '../subscriptions/activate.js';
import type { DailyTask } from './daily-tasks.js';

/** So long it goes on before the files that have come meanwhile get their turn. */
const MOST_MILLISECONDS = 2000;

/** Activates the subscriptions that are due, some of them at a time. */
export function activateTask(engine: Engine, at: string): DailyTask {
  let begun: Begun | null = null;
  return {
    name: 'activateAt',
    at,
    title: 'Activating subscriptions',
    async run(day) {
      const going = begun?.day === day ? begun : await begin(engine, day);
      // What throws is begun anew: what was done is done.
      begun = null;
      if (!(await goOn(engine, going))) {
        begun = going;
        return false;
      }
      await publishOutboundLeft(engine);
      engine.log.info({ day, ...going.counts }, 'subscriptions activated');
      return true;
    },
  };
}

interface Begun {
  readonly day: string;
  readonly steps: AsyncGenerator<ActivationCounts>;
  counts: ActivationCounts | null;
}

async function begin(engine: Engine, day: string): Promise<Begun> {
  const { activate } = await import('../subscriptions/activate.js');
  const { home, store } = engine;
  const activating = {
    home,
    store,
    // It may change while this goes on.
    get catalogue() {
      return engine.catalogue;
    },
    checkForms: async (documents: readonly string[], schema: string) =>
      (await engine.validator()).checkForms(documents, schema),
    onNotice: (text: string) => engine.onNotice(text),
  };
  return { day, steps: activate(activating, day), counts: null };
}

/** @returns whether there is nothing left to do */
async function goOn({ signal }: Engine, going: Begun): Promise<boolean> {
  const until = performance.now() + MOST_MILLISECONDS;
  while (performance.now() < until && signal?.aborted !== true) {
    const step = await going.steps.next();
    if (step.done === true) return true;
    going.counts = step.value;
    // Signals come in between.
    await setImmediate();
  }
  return false;
}
