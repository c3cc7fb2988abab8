import type { Store } from '../store/store.js';
import { carryOut, type Occasion } from './carry-out.js';
import { type EventAnswer, eventAnswer } from './event-answer.js';
import type { EventLine } from './event-lines.js';
import { type EventRules, readEvent } from './read-event.js';

export interface LinesOutcome {
  readonly answers: readonly EventAnswer[];
  /** Those that are answered OK. */
  readonly carriedOut: number;
  readonly changed: number;
}

/** Carries out a chunk of a file's events, in its order; belongs into a transaction. */
export function carryOutLines(
  store: Store,
  lines: readonly EventLine[],
  rules: EventRules,
  occasion: Omit<Occasion, 'now' | 'timeZone' | 'source'> & { readonly source: Omit<Occasion['source'], 'line'> },
): LinesOutcome {
  const now = Date.now();
  const answers = lines.map((one) => {
    const event = 'why' in one.event ? one.event : readEvent(one.event, rules);
    if ('why' in event) return eventAnswer(one, event);
    const source = { ...occasion.source, line: one.line };
    return eventAnswer(one, carryOut(store, event, { ...occasion, source, now, timeZone: rules.timeZone }));
  });
  return {
    answers,
    carriedOut: answers.filter(({ status }) => status === 'OK').length,
    changed: answers.filter(({ changed }) => changed).length,
  };
}
