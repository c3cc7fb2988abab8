import { Argument, type Command, InvalidArgumentError } from 'commander';
import { NotFoundFault } from '../domain/faults.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { type FoundLine, foundText, KIND_NAMES, toFoundLine } from './found-line.js';
import { openCommand } from './global-options.js';
import { limit } from './listing.js';
import { withStoreIfThere } from './open-store.js';

const STANDARD_OF_KIND = 20;

export function addFindCommand(program: Command): void {
  program
    .command('find')
    .description('find what a name, reference, number or id stands for')
    .addArgument(new Argument('<text>', 'all of it, or how it begins').argParser(searchText))
    .option('--limit <n>', 'at most so many of each kind', limit, STANDARD_OF_KIND)
    .addHelpText(
      'after',
      `\nLooks at file names, shipment references, references of what was sent out, SendersReferences, reportees, archive\nreferences, receipt ids, batch ids and item ids. What is just the text comes first, then what begins with it. Capitals count. A masked number, such as\n178688*****, is looked for by what is left of it.\n${helpTail(
        ['altinn-batch find SUBSCRIPTION-2010-002', 'altinn-batch find oppgjor-2024 --json', 'altinn-batch find 4711'],
        [
          ExitCode.Ok,
          ExitCode.Usage,
          ExitCode.NotAccepted,
          ExitCode.Internal,
          ExitCode.InputOutput,
          ExitCode.Configuration,
        ],
      )}`,
    )
    .action(async (text: string, options: { readonly limit: number }, command: Command) => {
      const { home, output } = openCommand(command);
      const kinds = await withStoreIfThere(home, [], (store) =>
        store.snapshot(() => store.find.find(text, options.limit)),
      );
      if (kinds.length === 0) throw nothingFound(text);
      for (const { kind, found, more } of kinds) {
        for (const one of found) {
          const line: FoundLine = toFoundLine(one);
          output.result(line, () => foundText(line));
        }
        if (more)
          output.notice(`There are more of the kind ${KIND_NAMES[kind]}: give more of the text, or a higher --limit.`);
      }
    });
}

function nothingFound(text: string): NotFoundFault {
  return new NotFoundFault(
    `Nothing is, or begins with, '${text}': no file name, reference, reportee, receipt id, batch id or item id. Capitals count, and what is still in work or was refused has no items yet.`,
  );
}

function searchText(typed: string): string {
  const text = typed.trim().replace(/\*+$/, '');
  if (text !== '') return text;
  throw new InvalidArgumentError('It must be a text, or the beginning of one.');
}
