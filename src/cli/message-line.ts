import { localDateTime } from '../domain/dates.js';
import type { Format } from '../domain/format.js';
import { type MessageStatus, messageStatus } from '../domain/message-event.js';
import type { MessageEntry } from '../store/message-log.js';
import { orDash } from './batch-line.js';
import { ExitCode } from './exit-codes.js';
import type { Column } from './table.js';

/** The exit codes of the commands on messages. */
export const MESSAGE_CODES = [
  ExitCode.Ok,
  ExitCode.Usage,
  ExitCode.NotAccepted,
  ExitCode.Internal,
  ExitCode.InputOutput,
  ExitCode.Configuration,
];

/** A message as `messages list` prints it; the keys and their order are those of its JSON. Times are local. */
export interface MessageLine {
  readonly id: number;
  readonly batchId: number;
  readonly format: Format;
  readonly systemUserCode: string;
  readonly status: MessageStatus;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  readonly shortName: string | null;
  readonly title: string | null;
  readonly visible: string;
  readonly due: string | null;
  /** Whether it is to be confirmed, not only read. */
  readonly requiresConfirmation: boolean;
  /** Whether it is due, and has not been read, or confirmed where that is required. */
  readonly overdue: boolean;
  readonly read: string | null;
  readonly confirmed: string | null;
  /** When its content was purged. */
  readonly purged: string | null;
}

/** @param now UTC */
export function toMessageLine(entry: MessageEntry, now: string, timeZone: string): MessageLine {
  const local = (time: string | null) => (time === null ? null : localTime(time, timeZone));
  const { id, batchId, format, systemUserCode, state, visibleAt, dueAt, requiresConfirmation } = entry;
  const { serviceCode, serviceEditionCode, reportee, sendersReference, shortName, title } = entry;
  const isDone = state === 'Confirmed' || (state === 'Read' && !requiresConfirmation) || entry.purgedAt !== null;
  return {
    id,
    batchId,
    format,
    systemUserCode,
    status: messageStatus(state, visibleAt, now),
    serviceCode,
    serviceEditionCode,
    reportee,
    sendersReference,
    shortName,
    title,
    visible: localTime(visibleAt, timeZone),
    due: local(dueAt),
    requiresConfirmation,
    overdue: dueAt !== null && dueAt <= now && !isDone,
    read: local(entry.readAt),
    confirmed: local(entry.confirmedAt),
    purged: local(entry.purgedAt),
  };
}

/** Of a time of the store, UTC: the same in local time, to the second. */
export function localTime(time: string, timeZone: string): string {
  return localDateTime(Date.parse(time), timeZone);
}

export const MESSAGE_COLUMNS: readonly Column<MessageLine>[] = [
  { title: 'ID', width: 12, right: true, value: (one) => String(one.id) },
  { title: 'STATUS', width: 9, value: (one) => one.status },
  { title: 'VISIBLE', width: 19, value: (one) => one.visible },
  { title: 'DUE', width: 19, value: dueText },
  { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode },
  { title: 'SERVICE', width: 12, value: (one) => `${one.serviceCode}/${one.serviceEditionCode}` },
  { title: 'REPORTEE', width: 11, value: (one) => orDash(one.reportee) },
  { title: 'REFERENCE', width: 16, value: (one) => orDash(one.sendersReference) },
  { title: 'TITLE', width: 0, value: (one) => orDash(one.title) },
];

function dueText({ due, overdue }: MessageLine): string {
  return due === null ? '-' : `${due}${overdue ? ' !' : ''}`;
}
