import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, temporaryFolder } from '../support/cli.js';
import { onTerminal, type Terminal } from '../support/terminal.js';

const TYPED = '\nGOT:((?:\\[[^\\]]*\\])*)';
/** Prints what it is called with, so that a test sees what the shell has made of the keys. */
const STAND_IN = "altinn-batch() { printf '\\nGOT:'; printf '[%s]' \"$@\"; echo; }";

/** What the shell calls the command with, once keys have been typed, tabs included, and the line is entered. */
async function typed(shell: Terminal, keys: string): Promise<string> {
  return shell.type(`altinn-batch ${keys}\n`, new RegExp(TYPED));
}

async function startShell(name: 'bash' | 'zsh', folder: string): Promise<Terminal> {
  const { exitCode, stdout } = await altinnBatch(['completion', name]);
  expect(exitCode).toBe(0);
  writeFileSync(join(folder, '_altinn-batch'), stdout);
  if (name === 'bash') {
    writeFileSync(join(folder, 'rc'), `PS1=READY; ${STAND_IN}; source ./_altinn-batch\n`);
    const shell = await onTerminal('bash --noprofile --rcfile rc -i', folder, {});
    await shell.type('', /READY/);
    return shell;
  }
  const rc = `PS1=READY; fpath=("$PWD" $fpath); autoload -Uz compinit; compinit -u -D; ${STAND_IN}\n`;
  writeFileSync(join(folder, '.zshrc'), rc);
  const shell = await onTerminal('zsh -i', folder, { ZDOTDIR: folder });
  await shell.type('', /READY/);
  return shell;
}

describe.each(['bash', 'zsh'] as const)('in %s', (name) => {
  test('commands, options, their values, files and folders are completed', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'some-home'));
    writeFileSync(join(folder, 'a file.xml'), '');
    const shell = await startShell(name, folder);
    const cases: [keys: string, words: string][] = [
      ['purg\t--dry\t', '[purge][--dry-run]'],
      ['services imp\ta\\ f\t', '[services][import][a file.xml]'],
      ['--json services \tche\t1051', '[--json][services][check][1051]'],
      ['run --home some\t --max\t3', '[run][--home][some-home][--max-seconds][3]'],
      ['run --wait 3 --ma\t4', '[run][--wait][3][--max-seconds][4]'],
      ['completion z\t', '[completion][zsh]'],
      ['restore a\\ f\t --fo\t', '[restore][a file.xml][--force]'],
    ];
    for (const [keys, words] of cases) {
      expect((await typed(shell, keys)).replace('some-home/', 'some-home'), keys).toBe(words);
    }
  });
});
