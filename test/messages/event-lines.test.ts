import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLines, isEventFile } from '../../src/messages/event-lines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function linesOf(content: string | Buffer) {
  const path = join(temporaryFolder(), 'x.events.jsonl');
  writeFileSync(path, content);
  return [...eventLines(path)].map(({ line, event }) => [line, 'why' in event ? event.why : event.reference]);
}

test('the lines of a file are told apart wherever the blocks end that it is read in', () => {
  const count = 60_000;
  const references = Array.from({ length: count }, (_, at) => `Årsoppgjør ${'x'.repeat(at % 37)} ${at}`);
  const text = references.map((reference) => JSON.stringify({ event: 'read', reference })).join('\r\n');
  expect(Buffer.byteLength(text)).toBeGreaterThan(3 * 1024 * 1024);
  expect(linesOf(text)).toEqual(references.map((reference, at) => [at + 1, reference]));
});

test('a line that is too long is answered, however long it is, and takes no other with it', () => {
  const line = (reference: string) => `{"event":"read","reference":"${reference}"}`;
  const most = line('y'.repeat(65_536 - line('').length));
  for (const long of [`${most} `, `"${'z'.repeat(2_500_000)}"`]) {
    const why = expect.stringContaining('more than 65536 bytes');
    expect(linesOf(`${line('A')}\n${most}\n${long}\n${line('B')}\n`)).toEqual([
      [1, 'A'],
      [2, expect.stringMatching(/^y+$/)],
      [3, why],
      [4, 'B'],
    ]);
    expect(linesOf(`${line('A')}\n\n${long}`)).toEqual([
      [1, 'A'],
      [3, why],
    ]);
  }
});

test('a byte order mark counts for nothing, and a line that is not in UTF-8 is answered', () => {
  const bad = Buffer.concat([
    Buffer.from('\ufeff{"reference":"A"}\n{"reference":"'),
    Buffer.from([0xe5, 0x22, 0x7d, 0x0a]),
  ]);
  expect(linesOf(bad)).toEqual([
    [1, 'A'],
    [2, 'The line is not in UTF-8.'],
  ]);
  expect(linesOf('')).toEqual([]);
});

test('a file of message events is known by its name', () => {
  expect(['x.events.jsonl', 'X.EVENTS.JSONL'].every(isEventFile)).toBe(true);
  expect(['x.events.jsonl.xml', 'events.jsonl', 'x.events.7.answer.jsonl'].some(isEventFile)).toBe(false);
});
