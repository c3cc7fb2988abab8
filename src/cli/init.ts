import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import { layOut, makeFolder, makeMailbox, readSettings, SETTINGS_FILE } from '../config/home.js';
import { checkFoldersApart } from '../config/mailboxes.js';
import { defaultSettings, parseSettings } from '../config/settings.js';
import { STARTER_FORM_SCHEMA, STARTER_FORM_SCHEMA_PATH, starterCatalogue } from '../config/starter-catalogue.js';
import { IoFault } from '../domain/faults.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { globalOptions, outputOf } from './global-options.js';

export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description(
      'make a home folder: folders, a settings file with every default, an example catalogue; overwrites nothing',
    )
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch init --home /srv/altinn', 'mkdir altinn && cd altinn && altinn-batch init'],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.InputOutput, ExitCode.Configuration],
      ),
    )
    .action((_options: unknown, command: Command) => {
      const options = globalOptions(command);
      const output = outputOf(options, parseSettings({}), null);
      for (const part of makeHome(resolve(options.home))) {
        if (!options.quiet) output.result(part, () => `${part.made ? 'made' : 'kept'}  ${part.path}`);
      }
    });
}

interface Part {
  /** Relative to the home; folders end in a slash. */
  readonly path: string;
  /** False: it was there and is as it was. */
  readonly made: boolean;
}

function makeHome(root: string): Part[] {
  const settings = readSettings(root);
  const home = layOut(root, settings);
  const named = (path: string) => (path === root ? '.' : path.startsWith(root + sep) ? relative(root, path) : path);
  const folder = (path: string): Part => {
    const made = !existsSync(path);
    makeFolder(path, settings.folderMode);
    return { path: `${named(path)}/`, made };
  };
  const file = (path: string, text: string): Part => {
    makeFolder(dirname(path), settings.folderMode);
    return { path: named(path), made: writeNew(path, text, settings.fileMode) };
  };

  const parts = [folder(root), file(join(root, SETTINGS_FILE), json(defaultSettings))];
  for (const mailbox of home.mailboxes) {
    const made = [mailbox.inbox, mailbox.outbox].map((path) => ({ path: `${named(path)}/`, made: !existsSync(path) }));
    makeMailbox(home, mailbox);
    parts.push(...made);
  }
  checkFoldersApart(home, true);
  for (const one of [home.data, home.work, home.archive, home.rejected]) parts.push(folder(one));
  // The form schema comes first: a catalogue that names a missing one would stop every run.
  if (!existsSync(home.catalogue)) parts.push(file(join(root, STARTER_FORM_SCHEMA_PATH), STARTER_FORM_SCHEMA));
  parts.push(file(home.catalogue, json(starterCatalogue)));
  return parts;
}

/** Writes a file that is not there yet; false when it is. */
function writeNew(path: string, text: string, mode: number): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode });
    chmodSync(path, mode); // the umask has no say: the mode is a setting
    return true;
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (reason === 'EEXIST') return false;
    throw new IoFault(`${path} can't be written (${reason}): check permissions and disk, then run init again.`, {
      cause,
    });
  }
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
