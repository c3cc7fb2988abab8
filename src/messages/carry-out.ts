/** What becomes of one message event: it is judged by the message as it stands, and put on record. */
import { localDateTime } from '../domain/dates.js';
import type { MessageEvent, MessageEventKind, MessageTarget } from '../domain/message-event.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import { listed, quoted } from '../domain/quoted.js';
import type { EventSource, StoredMessage } from '../store/message-event-store.js';
import type { Store } from '../store/store.js';
import type { Why } from './read-event.js';

export interface Occasion {
  readonly source: EventSource;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** For the texts. */
  readonly timeZone: string;
  /** Whether messages of that service owner may be touched; of others nothing is told, either. */
  mayTouch(ownerCode: string): boolean;
}

export interface CarriedOut {
  readonly itemId: number;
  /** False when the message was read, or confirmed, before. */
  readonly changed: boolean;
}

/** Belongs into a transaction. A repeat changes nothing; to confirm a message that is unread reads it, too. */
export function carryOut(store: Store, event: MessageEvent, occasion: Occasion): CarriedOut | Why {
  const message = find(store, event.target, occasion);
  if ('why' in message) return message;
  const { itemId, state } = message;
  if (state === 'Confirmed' || (state === 'Read' && event.kind === 'Read')) return { itemId, changed: false };
  const at = event.at ?? occasion.now;
  const objection = objectionTo(message, event.kind, at, occasion);
  if (objection !== null) return { why: objection };
  const record = (kind: MessageEventKind) => {
    const { atGiven, personNumber, roles, method } = event;
    const times = { at: utc(at), atGiven, recordedAt: utc(occasion.now) };
    store.messageEvents.add(message, { kind, ...times, personNumber, roles, method, source: occasion.source });
  };
  if (state === 'Unread') record('Read');
  if (event.kind === 'Confirmed') record('Confirmed');
  return { itemId, changed: true };
}

function find({ messageEvents }: Store, target: MessageTarget, { mayTouch }: Occasion): StoredMessage | Why {
  const isOurs = ({ systemUserCode }: { readonly systemUserCode: string }) => mayTouch(ownerCodeOf(systemUserCode));
  if ('itemId' in target) {
    const message = messageEvents.byId(target.itemId);
    return message !== undefined && isOurs(message) ? message : { why: `There is no message ${target.itemId}.` };
  }
  const { systemUserCode, reference, reportee } = target;
  const found = isOurs(target) ? messageEvents.byReference(systemUserCode, reference, reportee, MOST_NAMED + 1) : [];
  const [message, ...others] = found;
  if (message === undefined) {
    const to = reportee === null ? '' : `, to the reportee ${quoted(reportee)}`;
    return { why: `There is no message of ${quoted(systemUserCode)} with the reference ${quoted(reference)}${to}.` };
  }
  if (others.length === 0) return message;
  const ids = listed(
    found.map(({ itemId }) => String(itemId)),
    MOST_NAMED,
  );
  const how = reportee === null ? 'name the reportee, too, or the message by its id' : 'name the message by its id';
  return {
    why: `Several messages of ${quoted(systemUserCode)} have the reference ${quoted(reference)} (${ids}): ${how}.`,
  };
}

/** So many of several are named. */
const MOST_NAMED = 10;

function objectionTo(
  { itemId, visibleAt, readAt, purgedAt }: StoredMessage,
  kind: MessageEventKind,
  at: number,
  { now, timeZone }: Occasion,
): string | null {
  const local = (time: string | number) => localDateTime(typeof time === 'number' ? time : Date.parse(time), timeZone);
  const did = kind === 'Read' ? 'read' : 'confirmed';
  if (at > now) return `The time ${local(at)} has not come yet (it is ${local(now)}).`;
  // To the second: what is shown of a time is taken for the time.
  if (secondOf(at) < secondOf(Date.parse(visibleAt))) {
    return `Message ${itemId} can't be ${did} at ${local(at)}: it is not visible before ${local(visibleAt)}.`;
  }
  if (readAt !== null && secondOf(at) < secondOf(Date.parse(readAt))) {
    return `Message ${itemId} can't be confirmed at ${local(at)}: it was read at ${local(readAt)} only.`;
  }
  if (purgedAt !== null && at > Date.parse(purgedAt)) {
    return `Message ${itemId} can't be ${did} at ${local(at)}: what it held was purged at ${local(purgedAt)}.`;
  }
  return null;
}

function secondOf(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}

function utc(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
