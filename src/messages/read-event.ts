import type { LoginMethod, MessageEvent, MessageEventKind, MessageTarget } from '../domain/message-event.js';
import { MOMENT_FORM, parseMoment } from '../domain/moment.js';
import { blankToNull, listed, quoted } from '../domain/quoted.js';
import { checkReportee } from '../domain/reportee.js';

/** The keys of an event in a file of JSON lines, and the columns of one of CSV. */
export const EVENT_KEYS = [
  'event',
  'message',
  'systemUserCode',
  'reference',
  'reportee',
  'at',
  'by',
  'roles',
  'method',
] as const;

/** An event as it was given; nothing in it is blank. */
export type RawEvent = Readonly<Partial<Record<(typeof EVENT_KEYS)[number], string>>>;

/** Why something can't be done, for whoever asked for it. Person numbers are masked. */
export interface Why {
  readonly why: string;
}

export interface EventRules {
  /** Of times without a zone. */
  readonly timeZone: string;
  readonly acceptSyntheticPersons: boolean;
  /** Whose messages are meant where an event does not say; null: it must. */
  readonly systemUserCode: string | null;
}

/** The values of one JSON object. Numbers are taken for the texts that they are written as. */
export function rawEvent(value: unknown): RawEvent | Why {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { why: `It is no JSON object, such as {"event":"read","message":100000000001}.` };
  }
  const raw: Record<string, string> = {};
  for (const [key, one] of Object.entries(value)) {
    if (!isEventKey(key)) return { why: unknownKey(key) };
    if (one === null) continue;
    if (typeof one !== 'string' && typeof one !== 'number') return { why: `The value of ${key} is no text.` };
    if (blankToNull(String(one)) !== null) raw[key] = String(one).trim();
  }
  return raw;
}

export function isEventKey(key: string): boolean {
  return (EVENT_KEYS as readonly string[]).includes(key);
}

export function unknownKey(key: string): string {
  return `${quoted(key)} is not known; what an event may have is ${listed(EVENT_KEYS)}.`;
}

/** What an event says, or what is wrong with it, whatever the message is. */
export function readEvent(raw: RawEvent, rules: EventRules): MessageEvent | Why {
  const kind = kindOf(raw);
  if (typeof kind !== 'string') return kind;
  const target = targetOf(raw, rules);
  if ('why' in target) return target;
  const at = raw.at === undefined ? null : parseMoment(raw.at, rules.timeZone);
  if (raw.at !== undefined && at === null) return { why: `at is ${quoted(raw.at)}; it must be ${MOMENT_FORM}.` };
  const by = personOf(raw, kind, rules);
  if (typeof by !== 'string' && by !== null) return by;
  const roles = raw.roles?.replace(/\s+/g, ' ') ?? null;
  if (roles !== null && (roles.length > MOST_ROLES || NOT_IN_XML.test(roles))) {
    return { why: `roles are names with spaces between them, ${MOST_ROLES} characters at most in all.` };
  }
  const method = raw.method ?? null;
  if (!isMethod(method)) return { why: `method is ${quoted(method ?? '')}; it must be 1, 2, 3 or 4.` };
  return {
    kind,
    target,
    at,
    atGiven: raw.at ?? null,
    personNumber: by,
    roles,
    method: method === null ? null : METHODS[method],
  };
}

const MOST_ROLES = 500;
/** They go out in confirmations. */
const NOT_IN_XML = /[\p{Cc}\p{Cs}\ufffe\uffff]/u;
const METHODS: Readonly<Record<'1' | '2' | '3' | '4', LoginMethod>> = { 1: 1, 2: 2, 3: 3, 4: 4 };

function isMethod(text: string | null): text is keyof typeof METHODS | null {
  return text === null || /^[1-4]$/.test(text);
}

function kindOf({ event }: RawEvent): MessageEventKind | Why {
  switch (event?.toLowerCase()) {
    case 'read':
      return 'Read';
    case 'confirm':
      return 'Confirmed';
    case undefined:
      return { why: 'event is missing; it is read or confirm.' };
    default:
      return { why: `event is ${quoted(event ?? '')}; it must be read or confirm.` };
  }
}

function targetOf(raw: RawEvent, { systemUserCode: standard }: EventRules): MessageTarget | Why {
  const { message, reference, reportee = null } = raw;
  const systemUserCode = raw.systemUserCode ?? standard;
  if (message !== undefined) {
    if (reference !== undefined) return { why: 'It has both message and reference: one of them must go.' };
    if (/^\d{1,15}$/.test(message)) return { itemId: Number(message) };
    return { why: `message is ${quoted(message)}; it must be the id of a message, a whole number.` };
  }
  if (reference === undefined) {
    return { why: 'It names no message: give its id as message, or systemUserCode and reference.' };
  }
  if (systemUserCode === null) return { why: 'systemUserCode is missing; it says whose message the reference is of.' };
  return { systemUserCode, reference, reportee };
}

function personOf({ by }: RawEvent, kind: MessageEventKind, rules: EventRules): string | null | Why {
  if (by === undefined) {
    return kind === 'Read' ? null : { why: 'by is missing; it is the person number of who has confirmed the message.' };
  }
  if (/^\d{11}$/.test(by) && checkReportee(by, rules) === null) return by;
  return { why: `by is ${quoted(by)}, which is no valid person number.` };
}
