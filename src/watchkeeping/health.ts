import type { Settings } from '../config/settings.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Facts } from './status.js';

export const REASON_CODES = [
  'inbox',
  'work',
  'disk',
  'receipts',
  'outbound',
  'unexpected-error',
  'overdue',
  'daily',
  'store',
  'catalogue',
] as const;

/** Why a home is not healthy. */
export interface Reason {
  readonly code: (typeof REASON_CODES)[number];
  /** What is wrong, and what to do; without whole person numbers. */
  readonly text: string;
}

/** All that needs somebody's attention; none: the home is healthy. */
export function reasonsOf(facts: Facts, settings: Settings): readonly Reason[] {
  const reasons = [
    ...facts.faults,
    ...waitingInInboxes(facts, settings),
    ...waitingInWork(facts, settings),
    ...noRoom(facts),
    ...unpublished(facts, settings),
    ...notSentOut(facts, settings),
    ...unexpectedError(facts),
    ...overdue(facts),
    ...notDone(facts),
  ];
  return reasons.map(({ code, text }) => ({ code, text: maskPersonNumbers(text) }));
}

function waitingInInboxes({ shown }: Facts, { maxWaitingSeconds }: Settings): Reason[] {
  const who =
    shown.lock === null
      ? 'No run or watch is at work here: start one, and see to it that it is started regularly.'
      : `The process ${shown.lock.pid} is at work here: see its log for why it does not take it.`;
  return shown.inboxes
    .filter(({ oldestSeconds }) => oldestSeconds !== null && oldestSeconds > maxWaitingSeconds)
    .map(({ path, oldestFile, oldestSeconds }) => ({
      code: 'inbox',
      text: `${oldestFile} has waited in ${path} for ${duration(oldestSeconds ?? 0)}. ${who}`,
    }));
}

function waitingInWork({ work, shown }: Facts, { maxWaitingSeconds }: Settings): Reason[] {
  const waiting = work.filter(({ isUnderWay, seconds }) => !isUnderWay && seconds > maxWaitingSeconds);
  const [oldest] = waiting;
  if (oldest === undefined) return [];
  const others = waiting.length === 1 ? '' : ` (and ${waiting.length - 1} more)`;
  const fault = oldest.lastFault === null ? '' : ` The last attempt ended so: ${oldest.lastFault}`;
  const remedy = shown.lock === null ? ' Start a run: it goes on there.' : '';
  return [
    {
      code: 'work',
      text: `${oldest.fileName}${others} has been in work for ${duration(oldest.seconds)}, and nothing is at work on it.${fault}${remedy}`,
    },
  ];
}

function noRoom(facts: Facts): Reason[] {
  return facts.noRoom.map((text) => ({ code: 'disk', text }));
}

function unpublished({ shown }: Facts, { maxWaitingSeconds }: Settings): Reason[] {
  const { unpublishedReceipts: count } = shown;
  if (count === 0) return [];
  const what = count === 1 ? '1 receipt has' : `${count} receipts have`;
  const text = `${what} not come into the outbox for more than ${duration(maxWaitingSeconds)}. Start a run and see what it says of the outbox.`;
  return [{ code: 'receipts', text }];
}

function notSentOut({ shown }: Facts, { maxWaitingSeconds }: Settings): Reason[] {
  const { unpublishedOutbound: count } = shown;
  if (count === 0) return [];
  const what = count === 1 ? '1 batch that goes out has' : `${count} batches that go out have`;
  const text = `${what} not come into the outbox for more than ${duration(maxWaitingSeconds)}. Start a run and see what it says of the outbox.`;
  return [{ code: 'outbound', text }];
}

function unexpectedError({ lastBatch }: Facts): Reason[] {
  if (lastBatch?.status !== 'UnExpectedError') return [];
  const { batchId, file } = lastBatch;
  const text = `The last batch, ${batchId} (${file ?? 'no longer kept'}), ended with UnExpectedError: its file is in data/rejected. Find the cause in the log, and report it; then the sender can send it again.`;
  return [{ code: 'unexpected-error', text }];
}

function overdue({ shown }: Facts): Reason[] {
  return shown.expected
    .filter(({ state }) => state === 'overdue')
    .map(({ systemUserCode, format, by }) => ({
      code: 'overdue',
      text: `No ${format === null ? '' : `${format} `}shipment of ${systemUserCode} has been accepted today, and one was expected by ${by}. Ask the sender, or see its receipts for why it was not accepted.`,
    }));
}

function notDone({ shown }: Facts): Reason[] {
  const why =
    shown.lock === null
      ? 'No run or watch is at work here: start watch, which does it at once; where cron does it, set this to null.'
      : `The process ${shown.lock.pid} is at work here: if it is a watch, see its log for why; a run does not do it.`;
  return shown.daily
    .filter(({ state }) => state === 'overdue')
    .map(({ task, at }) => ({ code: 'daily', text: `${task} was due at ${at} and has not been done today. ${why}` }));
}

/** As people say it: `45 s`, `20 min`, `3 h`, `2 days`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
