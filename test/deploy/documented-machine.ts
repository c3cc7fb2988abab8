import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { codeBlocks, document, ROOT } from '../docs/markdown.js';
import { builtModule } from '../support/cli.js';

/** Accounts that every Debian has, in the place of those of the documentation: a test makes none on this machine. */
const STAND_INS = { altinn: 'www-data', 'altinn-senders': 'nogroup', skd: 'nobody' } as const;

/**
 * A folder that stands for the root of a machine, on which the very commands of docs/operations.md are carried out. They give
 * files to accounts, which only root can: for any other user that is left out, and that user is sender and intake in one.
 */
export class DocumentedMachine {
  readonly isRoot = process.getuid?.() === 0;
  readonly root: string;
  readonly main = fileURLToPath(builtModule('cli/main.js'));
  /** What goes before a command line to have it run as the account of the intake. */
  readonly asAccount: readonly string[];

  constructor() {
    // sshd shuts nobody into a folder below one that others may write in, as /tmp is.
    this.root = mkdtempSync(join(this.isRoot ? '/srv' : tmpdir(), 'altinn-batch-test-'));
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    const folders = ['etc/bash_completion.d', 'etc/cron.d', 'etc/ssh/sshd_config.d', 'etc/systemd/system', 'usr/bin'];
    for (const folder of [...folders, 'usr/lib/sysusers.d', 'var/backups']) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    for (const file of ['passwd', 'group']) cpSync(join('/etc', file), join(this.root, 'etc', file));
    execFileSync('chmod', ['755', this.root]);
    this.asAccount = this.isRoot ? asAccount(this.main) : [];
  }

  get home(): string {
    return join(this.root, 'srv/altinn');
  }

  get backups(): string {
    return join(this.root, 'var/backups/altinn-batch');
  }

  /** The name of the sender's account. */
  get sender(): string {
    return this.isRoot ? STAND_INS.skd : execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
  }

  /** Carries out the commands under headings of the documentation, in the folder of the release. */
  carryOut(...headings: readonly string[]): void {
    mkdirSync(join(this.root, 'srv'), { recursive: true });
    const env = { ...process.env, PATH: `${join(this.root, 'usr/bin')}:${process.env.PATH}` };
    for (const heading of headings) {
      const lines = commandsUnder(heading).map((line) => this.#here(line));
      execFileSync('sh', ['-euc', lines.join('\n')], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    }
  }

  /** What stands in the documentation, or in a file that it installs, with paths and accounts such as are here. */
  replaced(text: string): string {
    return text
      .replace(/(?<![\w@/-])altinn-senders(?![\w-])/g, STAND_INS['altinn-senders'])
      .replace(/(?<![\w@/-])altinn(?![\w-])/g, STAND_INS.altinn)
      .replace(/(?<=\/altinn-senders\/)skd\b/g, this.sender)
      .replace(/(?<![\w.])\/(etc|srv|usr\/bin|usr\/lib|usr\/local|var)\//g, `${this.root}/$1/`)
      .replace(/(?<= )skd\.pub\b/g, join(this.root, 'skd.pub'));
  }

  /** The last backup under the name that the documentation gives one. */
  nameLastBackup(): void {
    const names = readdirSync(this.backups).filter((name) => /^20/.test(name));
    const name = names.sort().at(-1) ?? '';
    symlinkSync(name, join(this.backups, '2026-01-31T013000'));
  }

  /** A command line as it is carried out; none where it would change this machine, or asks for its systemd. */
  #here(line: string): string {
    if (/^(npm ci|systemctl|systemd-sysusers|sshd)\b/.test(line)) return '';
    if (!this.isRoot && /^(chown|chgrp|useradd) /.test(line)) return '';
    const owned = this.isRoot ? line : line.replace(/ -o \S+ -g \S+/, '');
    return this.replaced(owned)
      .replace(/^sudo -u \S+ /, this.asAccount.length === 0 ? '' : `${this.asAccount.join(' ')} `)
      .replace(/^useradd /, `useradd --prefix ${this.root} `);
  }
}

function commandsUnder(heading: string): readonly string[] {
  const operations = document('docs/operations.md');
  const section = operations.text.split(/^#+ /m).find((one) => one.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/operations.md has no heading "${heading}".`);
  return codeBlocks({ ...operations, text: section }, 'sh').flatMap(({ text }) => text.split('\n'));
}

/** In its own group and that of the senders; nothing when it could not read the build, which may lie in somebody's home. */
function asAccount(main: string): readonly string[] {
  const id = (flag: string, name: string) => execFileSync('id', [flag, name], { encoding: 'utf8' }).trim();
  const { altinn, skd } = STAND_INS;
  const own = id('-g', altinn);
  const words = ['setpriv', '--reuid', id('-u', altinn), '--regid', own, '--groups', `${own},${id('-g', skd)}`];
  const isReadable = spawnSync('setpriv', [...words.slice(1), process.execPath, main, '--version']).status === 0;
  return isReadable ? words : [];
}
