import { closeSync, openSync, readSync } from 'node:fs';
import type { Command } from 'commander';
import type { EventAnswer } from '../messages/event-answer.js';
import type { EventLine } from '../messages/event-lines.js';
import type { Store } from '../store/store.js';
import { recordByHand, typedArguments } from './audited.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { MESSAGE_CODES } from './message-line.js';
import { withStore } from './open-store.js';
import type { Output } from './output.js';
import { checkReadable } from './readable-file.js';

export function addMessagesEvents(messages: Command): void {
  messages
    .command('events')
    .description('put on record what was read and confirmed, from a file of CSV or JSON lines')
    .argument('<file>', 'docs/messages.md says what it may hold')
    .addHelpText(
      'after',
      `\nEach line is answered OK, or why not; with -q only those that are not. A repeat changes nothing: what was stopped half-way\nis done again from the beginning. In the inbox such files are called *.events.jsonl.\n${helpTail(
        ['altinn-batch messages events portal.csv', 'altinn-batch messages events portal.events.jsonl --json'],
        MESSAGE_CODES,
      )}`,
    )
    .action(async (file: string, _options: object, command: Command) => {
      const { home, output } = openCommand(command);
      checkReadable(file);
      const { timeZone, acceptSyntheticPersons } = home.settings;
      const { carryOutLines } = await import('../messages/carry-out-lines.js');
      const typed = typedArguments(command);
      const total = { events: 0, carriedOut: 0, changed: 0 };
      await withStore(home, async (store) => {
        for await (const chunk of chunksOf(await eventsOf(file), home.settings.chunkItems)) {
          const rules = { timeZone, acceptSyntheticPersons, systemUserCode: null };
          const source = { kind: 'file', batchId: null } as const;
          const { answers, carriedOut, changed } = store.durableTransaction(() => {
            const outcome = carryOutLines(store, chunk, rules, { source, mayTouch: () => true });
            recordChunk(store, typed, chunk, outcome);
            return outcome;
          });
          tell(answers, output);
          total.events += chunk.length;
          total.carriedOut += carriedOut;
          total.changed += changed;
        }
      });
      const failed = total.events - total.carriedOut;
      const sum = `${total.events} events: ${total.carriedOut} OK (${total.changed} changed something), ${failed} not`;
      if (!output.json) output.notice(sum);
      if (failed > 0) process.exitCode = ExitCode.NotAccepted;
    });
}

/** In the transaction of the chunk, so that what a killed command has done is on record as well. */
function recordChunk(
  store: Store,
  typed: readonly string[],
  chunk: readonly EventLine[],
  { carriedOut, changed }: { readonly carriedOut: number; readonly changed: number },
): void {
  if (carriedOut === 0) return;
  const lines = { fromLine: chunk[0]?.line ?? 0, toLine: chunk.at(-1)?.line ?? 0 };
  recordByHand(store, 'messages events', typed, { ...lines, events: chunk.length, carriedOut, changed });
}

function tell(answers: readonly EventAnswer[], output: Output): void {
  for (const answer of answers) {
    if (output.quiet && answer.status === 'OK') continue;
    output.result(
      answer,
      () => `line ${answer.line}: ${answer.why ?? (answer.changed ? 'OK' : 'OK, it was so before')}`,
    );
  }
}

/** A line of JSON begins with a brace; all else is CSV. */
async function eventsOf(file: string): Promise<Iterable<EventLine> | AsyncIterable<EventLine>> {
  const head = headOf(file)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (head === '' || head.startsWith('{')) {
    const { eventLines } = await import('../messages/event-lines.js');
    return eventLines(file);
  }
  const { eventsOfCsv } = await import('../messages/event-csv.js');
  return eventsOfCsv(file, (head.split('\n', 1)[0] ?? '').includes(';') ? ';' : ',');
}

const HEAD_BYTES = 4096;

function headOf(file: string): string {
  const fd = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head)).toString('utf8');
  } finally {
    closeSync(fd);
  }
}

async function* chunksOf<T>(lines: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  try {
    for await (const line of lines) {
      chunk.push(line);
      if (chunk.length < size) continue;
      yield chunk;
      chunk = [];
    }
  } catch (error) {
    // What came before it in the file is in order.
    if (chunk.length > 0) yield chunk;
    throw error;
  }
  if (chunk.length > 0) yield chunk;
}
