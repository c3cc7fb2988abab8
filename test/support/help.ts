import { altinnBatch } from './cli.js';

export interface HelpCommand {
  readonly path: readonly string[];
  /** Long names of all options that its help shows. */
  readonly options: readonly string[];
}

/** Every command that the help tells of, read as a user would, page by page. */
export async function commandsOfHelp(path: readonly string[] = []): Promise<readonly HelpCommand[]> {
  const { stdout } = await altinnBatch([...path, '--help']);
  const section = /^Commands:\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? '';
  // What a description goes on with is indented further.
  const names = [...section.matchAll(/^ {2}([\w-]+)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
  const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
  const below = await Promise.all(names.map((name) => commandsOfHelp([...path, name])));
  const own =
    path.length > 0 && names.length === 0 ? [{ path, options: options.filter((one) => one !== '--version') }] : [];
  return [...own, ...below.flat()];
}
