import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { intakeHome, put, query, run } from '../support/intake-home.js';
import { binaryAttachment, correspondence, correspondences } from '../support/submissions.js';

test('a purge leaves what has happened to a message, and takes answer files with the receipt files', async () => {
  const home = intakeHome({ keepDays: { messages: 0, receiptFiles: 0 } });
  const over = { AllowSystemDeleteDateTime: '2021-01-01T00:00:00', DueDateTime: '2021-01-01T00:00:00' };
  const content = { Attachments: binaryAttachment() };
  const two = ['M-1', 'M-2'].map((name) => correspondence(name, over, content));
  put(home, 'inbox/letters.xml', correspondences({ reference: 'C-1' }, ...two));
  expect((await run(home)).exitCode).toBe(0);
  put(home, 'inbox/x.events.jsonl', '{"event":"read","systemUserCode":"SKD","reference":"M-1"}\n');
  const { exitCode, shipments } = await run(home);
  expect(exitCode).toBe(0);
  const cli = (...args: string[]) => altinnBatch([...args, '--home', home]);
  const overdue = async () => jsonLines((await cli('messages', 'list', '--overdue', '--json')).stdout).length;
  expect(await overdue()).toBe(1);

  const purged = await cli('purge', '--json');
  expect(jsonLines(purged.stdout)).toContainEqual(expect.objectContaining({ kind: 'receiptFiles', removed: 2 }));
  expect(existsSync(join(home, shipments[0]?.receipt ?? ''))).toBe(false);
  expect(readdirSync(join(home, 'outbox'))).toEqual([]);
  expect(query(home, 'SELECT * FROM message_event_answer')).toEqual([]);
  expect(query(home, 'SELECT * FROM message')).toEqual([]);
  const listed = jsonLines((await cli('messages', 'list', '--json')).stdout);
  const purgedAt = expect.stringMatching(/^\d{4}-/);
  expect(listed).toMatchObject([
    { sendersReference: 'M-2', status: 'Unread', title: null, overdue: false, purged: purgedAt },
    { sendersReference: 'M-1', status: 'Read', title: null, overdue: false, purged: purgedAt },
  ]);
  expect(await overdue()).toBe(0);
  const id = String(listed[0]?.id);
  const read = await cli('messages', 'read', id);
  expect([read.exitCode, read.stderr]).toEqual([65, expect.stringContaining('what it held was purged at')]);
  const saved = await cli('attachments', 'save', id);
  expect([saved.exitCode, saved.stderr]).toEqual([65, expect.stringContaining('what it held was purged')]);
});
