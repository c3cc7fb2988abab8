import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { document, ROOT } from '../docs/markdown.js';
import { altinnBatch } from '../support/cli.js';

const UNITS = join(ROOT, 'deploy/systemd');
const NAMES = readdirSync(UNITS);
const OPERATIONS = document('docs/operations.md');

test('the systemd units are all named in docs/operations.md, which names no others', () => {
  const named: string[] = OPERATIONS.text.match(/\baltinn-batch(?:-\w+)?\.(?:service|timer)\b(?!\.d)/g) ?? [];
  expect([...new Set(named)].filter((name) => !NAMES.includes(name))).toEqual([]);
  const unnamed = NAMES.filter((name) => name.endsWith('.timer') || name === 'altinn-batch.service');
  expect(unnamed.filter((name) => !named.includes(name))).toEqual([]);
});

test('the commands in units and in the crontab are commands that there are, with their options', async () => {
  const services = NAMES.map((name) => readFileSync(join(UNITS, name), 'utf8'));
  const crontab = readFileSync(join(ROOT, 'deploy/cron/altinn-batch'), 'utf8');
  const lines = crontab.split('\n').filter((line) => line !== '' && !/^(#|[A-Z_]+=)/.test(line));
  // Minute, hour, day, month and weekday, then the account.
  for (const line of lines) expect(line).toMatch(/^[\d*/,-]+( [\d*/,-]+){4} +altinn +altinn-batch/);
  const commands = [...services, ...lines].flatMap((text) =>
    [...text.matchAll(/(?:=\/usr\/bin\/| )altinn-batch ([a-z].*)$/gm)].map(([, command = '']) => command),
  );
  expect(commands.length).toBeGreaterThan(4);
  for (const command of new Set(commands)) {
    const words = command.split(' ');
    const { exitCode, stdout } = await altinnBatch([...words, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Usage: altinn-batch ${words[0]} `);
    for (const option of words.filter((word) => word.startsWith('-'))) expect(stdout).toMatch(`${option}`);
  }
});
