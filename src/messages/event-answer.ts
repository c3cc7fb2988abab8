import type { CarriedOut } from './carry-out.js';
import type { EventLine } from './event-lines.js';
import type { RawEvent, Why } from './read-event.js';

/** What an event is answered; the keys and their order are those of its JSON. */
export interface EventAnswer {
  /** Of the file; null: of the file as a whole. */
  readonly line: number | null;
  readonly status: 'OK' | 'Rejected';
  /** As it was given, as far as it could be read. */
  readonly event: string | null;
  /** The id of the message. */
  readonly message: number | null;
  readonly reference: string | null;
  /** False when it was read, or confirmed, before. */
  readonly changed: boolean;
  /** Null when it is OK. */
  readonly why: string | null;
}

export function eventAnswer({ line, event }: EventLine, outcome: CarriedOut | Why): EventAnswer {
  const given: RawEvent = 'why' in event ? {} : event;
  const named = { event: given.event ?? null, reference: given.reference ?? null };
  if ('why' in outcome) {
    const message = /^\d{1,15}$/.test(given.message ?? '') ? Number(given.message) : null;
    return { line, status: 'Rejected', ...inOrder(named, message), changed: false, why: outcome.why };
  }
  return { line, status: 'OK', ...inOrder(named, outcome.itemId), changed: outcome.changed, why: null };
}

/** What a file is answered that was not dealt with, or not to its end. */
export function fileAnswer(why: string): EventAnswer {
  return { line: null, status: 'Rejected', event: null, message: null, reference: null, changed: false, why };
}

function inOrder({ event, reference }: Pick<EventAnswer, 'event' | 'reference'>, message: number | null) {
  return { event, message, reference };
}
