import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { expectValid } from '../integration/outbox-file.js';
import { builtModule, type CliResult, finished, temporaryFolder } from '../support/cli.js';
import { codeBlocks, document, ROOT } from './markdown.js';

const CLOCK = new URL('../support/fake-clock.mjs', import.meta.url).href;

test('the year in README.md is ten commands, and comes out as shown when they are run, each on its day', async () => {
  const section = sectionOf(document('README.md').text, '## A year in ten commands');
  const [commands = '', outbox = ''] = codeBlocks({ path: 'README.md', text: section }).map(({ text }) => text);
  const lines = commands.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith('altinn-batch '))).toHaveLength(10);

  const folder = temporaryFolder();
  const seen = join(folder, 'seen');
  const keepAside = `cp -R "$ALTINN_BATCH_HOME/outbox" '${seen}'`;
  const script = lines.flatMap((line) => (line.startsWith('ls ') ? [line, keepAside] : [onItsDay(line)]));
  const { exitCode, stdout, stderr } = await run(script, folder);
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  expect(stdout).toContain(`\n${outbox}`);
  const files = readdirSync(seen);
  expect(files.sort()).toEqual(outbox.trimEnd().split('\n').sort());
  for (const name of files) expectValid(name, readFileSync(join(seen, name), 'utf8'));
  expect(stdout).toMatch(/^ +field .*\/Skjema\/Omsetning +5000$/m);
  expect(stdout).toMatch(/^SKD-PSA-ALTUT-1 +AltUtConfirmationBatch +1 /m);
  expect(stdout).toMatch(/^SKD-PSA-CORR-1 +CorrespondenceConfirmations +2 /m);
  expect(stdout).toMatch(/^SKD-USAGE-1 +CorrespondenceUsageData +4 /m);
  expect(stdout).toContain('receipt 14: now OK, written to outbox/SKD-PSA-CORR-1.14.receipt.xml');
  const [home = ''] = readdirSync(join(folder, 'tmp'));
  expect(readdirSync(join(folder, 'tmp', home, 'outbox'))).toEqual([]);
});

function sectionOf(text: string, heading: string): string {
  const [, after = ''] = text.split(`${heading}\n`);
  return after.split('\n## ')[0] ?? '';
}

/** The line with the clock at the day that stands behind it. */
function onItsDay(line: string): string {
  if (!line.startsWith('altinn-batch ')) return line;
  const day = / # (\d{4}-\d\d-\d\d)/.exec(line)?.[1];
  if (day === undefined) throw new Error(`no day stands behind: ${line}`);
  return `FAKE_NOW=${day}T09:00:00+01:00 ${line}`;
}

/** Has a shell carry out the lines in the repository's root, with the built command on its path. */
async function run(lines: readonly string[], folder: string): Promise<CliResult> {
  for (const name of ['bin', 'tmp']) mkdirSync(join(folder, name));
  const main = fileURLToPath(builtModule('cli/main.js'));
  const command = `#!/bin/sh\nexec '${process.execPath}' --import '${CLOCK}' '${main}' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'altinn-batch'), command, { mode: 0o755 });
  const path = `${join(folder, 'bin')}${delimiter}${process.env.PATH}`;
  const env = { ...process.env, PATH: path, TMPDIR: join(folder, 'tmp'), LC_ALL: 'C' };
  const shell = spawn('sh', ['-eu', '-c', lines.join('\n')], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return finished(shell);
}
