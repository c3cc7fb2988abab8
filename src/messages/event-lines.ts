/** A file of message events in JSON lines: one object a line, UTF-8. */
import { closeSync, openSync, readSync } from 'node:fs';
import { onDisk } from '../intake/file-system.js';
import { type RawEvent, rawEvent, type Why } from './read-event.js';

/** An event and the line of the file that it stands on, from 1. */
export interface EventLine {
  readonly line: number;
  readonly event: RawEvent | Why;
}

/** Whether a file in an inbox holds message events: its name says so. */
export function isEventFile(fileName: string): boolean {
  return fileName.toLowerCase().endsWith(EVENT_FILE_ENDING);
}

export const EVENT_FILE_ENDING = '.events.jsonl';

const BLOCK_BYTES = 1024 * 1024;
/** An event has a few hundred; what has more is none. */
const MOST_LINE_BYTES = 65_536;
const LINE_FEED = 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The events of a file, in memory that does not grow with it. Empty lines are passed over.
 * @param onRaw gets every byte of the file once and in order, valid until it returns
 * @throws IoFault when it can't be read
 */
export function* eventLines(path: string, onRaw: (raw: Buffer) => void = () => {}): Generator<EventLine> {
  let line = 0;
  for (const bytes of lines(path, onRaw)) {
    line++;
    const event = bytes === null ? TOO_LONG : readLine(line === 1 ? withoutMark(bytes) : bytes);
    if (event !== null) yield { line, event };
  }
}

const TOO_LONG: Why = { why: `The line has more than ${MOST_LINE_BYTES} bytes; an event is one JSON object a line.` };

/** Null for one that is too long to be an event: no more of it is kept. */
function* lines(path: string, onRaw: (raw: Buffer) => void): Generator<Buffer | null> {
  const fd = onDisk('open', path, () => openSync(path, 'r'));
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let rest: Buffer | null = Buffer.alloc(0);
    for (;;) {
      const read = onDisk('read', path, () => readSync(fd, block));
      if (read === 0) break;
      const raw = block.subarray(0, read);
      onRaw(raw);
      let from = 0;
      for (let end = raw.indexOf(LINE_FEED); end !== -1; end = raw.indexOf(LINE_FEED, from)) {
        yield joined(rest, raw.subarray(from, end));
        rest = Buffer.alloc(0);
        from = end + 1;
      }
      rest = joined(rest, raw.subarray(from));
    }
    if (rest === null || rest.length > 0) yield rest;
  } finally {
    closeSync(fd);
  }
}

function joined(rest: Buffer | null, more: Buffer): Buffer | null {
  return rest === null || rest.length + more.length > MOST_LINE_BYTES ? null : Buffer.concat([rest, more]);
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null for an empty line. */
function readLine(bytes: Buffer): RawEvent | Why | null {
  let text: string;
  try {
    text = UTF_8.decode(bytes);
  } catch {
    return { why: 'The line is not in UTF-8.' };
  }
  if (text.trim() === '') return null;
  try {
    return rawEvent(JSON.parse(text));
  } catch {
    return {
      why: 'The line is no JSON; an event is one object a line, such as {"event":"read","message":100000000001}.',
    };
  }
}
