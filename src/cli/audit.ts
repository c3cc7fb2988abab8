import type { Command } from 'commander';
import { localDateTime } from '../domain/dates.js';
import type { StoredAuditEntry } from '../store/audit-store.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { addPageOptions, pageOf, printListing } from './listing.js';
import { withStoreIfThere } from './open-store.js';
import { addPeriodOptions, periodOf } from './period.js';
import type { Column } from './table.js';

interface Given {
  readonly limit: number;
  readonly after?: number;
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly command?: string;
}

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('who did what by hand');
  const list = audit
    .command('list')
    .description('print what was done by hand, newest first; nothing of it is ever changed or removed')
    .option('--user <name>', 'only what that account did')
    .option('--command <name>', "only one command, such as 'sequence set'");
  addPageOptions(addPeriodOptions(list))
    .addHelpText(
      'after',
      helpTail(
        ['altinn-batch audit list', "altinn-batch audit list --command 'services import' --from 2024-01-01 --json"],
        [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
      ),
    )
    .action(async (given: Given, command: Command) => {
      const { home, output } = openCommand(command);
      const { timeZone } = home.settings;
      const page = pageOf(given);
      const query = {
        ...periodOf(given, timeZone),
        user: given.user ?? null,
        command: given.command ?? null,
        after: page.after,
        most: page.limit + 1,
      };
      const entries = await withStoreIfThere(home, [], (store) => store.audit.list(query));
      printListing(entries, page, ({ id }) => id, columns(timeZone), output);
    });
}

function columns(timeZone: string): readonly Column<StoredAuditEntry>[] {
  return [
    { title: 'ID', width: 6, right: true, value: ({ id }) => String(id) },
    { title: 'AT', width: 19, value: ({ at }) => localDateTime(Date.parse(at), timeZone) },
    { title: 'USER', width: 12, value: ({ user }) => user },
    { title: 'COMMAND', width: 16, value: ({ command }) => command },
    { title: 'ARGUMENTS', width: 24, value: (one) => one.arguments.map(asTyped).join(' ') },
    { title: 'DETAIL', width: 0, value: ({ detail }) => JSON.stringify(detail) },
  ];
}

/** As it would have to be typed. */
function asTyped(argument: string): string {
  return /^[\w./:=@%+,*-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
