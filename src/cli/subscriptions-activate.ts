import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Home, makeMailbox } from '../config/home.js';
import { importCatalogue, readHomeCatalogue } from '../config/import-catalogue.js';
import { localDateTime } from '../domain/dates.js';
import { IoFault } from '../domain/faults.js';
import type { Store } from '../store/store.js';
import type { ActivationCounts } from '../subscriptions/activate.js';
import { recordByHand, typedArguments } from './audited.js';
import { ExitCode, helpTail, STOPPED_BY_SIGNAL } from './exit-codes.js';
import { FormChecker } from './form-checker.js';
import { openCommand } from './global-options.js';
import { withStore, withStoreToRead } from './open-store.js';
import type { Output } from './output.js';
import { calendarDay } from './period.js';
import { sentLine, sentTable } from './sending.js';
import { stopSignal } from './stop-signal.js';

export function addSubscriptionsActivate(subscriptions: Command): void {
  subscriptions
    .command('activate')
    .description('make the form tasks of the subscriptions that are due, and tell their service owners')
    .option('--date <day>', 'due by that day (default: today)', calendarDay)
    .option('--dry-run', 'only count what would be made; change nothing')
    .addHelpText(
      'after',
      `\nEach period makes its form task once, however often this is run; stopped halfway, the next one goes on. What is made
goes into the outbox of its service owner as a FormTaskInstances file. \`watch\` does the same once a day with the setting
activateAt.\n${helpTail(
        [
          'altinn-batch subscriptions activate',
          'altinn-batch subscriptions activate --date 2024-02-01 --dry-run',
          '0 5 * * *  altinn-batch subscriptions activate -q --home /srv/altinn',
        ],
        [
          ...[ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration],
          ...STOPPED_BY_SIGNAL,
        ],
      )}`,
    )
    .action(async (options: { readonly date?: string; readonly dryRun?: boolean }, command: Command) => {
      const { home, output } = openCommand(command);
      const day = options.date ?? localDateTime(Date.now(), home.settings.timeZone).slice(0, 10);
      if (options.dryRun === true) {
        await count(home, day, output);
        return;
      }
      await withStore(home, (store) => activateNow(home, store, { day, typed: typedArguments(command) }, output));
    });
}

async function count(home: Home, day: string, output: Output): Promise<void> {
  const { countDue, NOTHING_DUE } = await import('../subscriptions/activate.js');
  const { catalogue } = readHomeCatalogue(home);
  const counts = await withStoreToRead(home, NOTHING_DUE, (store) =>
    store.snapshot(() => countDue({ home, store, catalogue }, day)),
  );
  tell(counts, day, true, output);
}

async function activateNow(
  home: Home,
  store: Store,
  { day, typed }: { readonly day: string; readonly typed: readonly string[] },
  output: Output,
): Promise<void> {
  const signal = stopSignal();
  const { activate, NOTHING_DUE } = await import('../subscriptions/activate.js');
  const at = new Date().toISOString();
  const { catalogue } = importCatalogue(home, store, at);
  recordByHand(store, 'subscriptions activate', typed, { day });
  const forms = new FormChecker(home, catalogue);
  const { checkForms } = forms;
  let counts: ActivationCounts = NOTHING_DUE;
  let exitCode: number = ExitCode.Ok;
  const failWith = (code: number) => (text: string) => {
    exitCode = code;
    output.notice(text);
  };
  const onNotice = failWith(ExitCode.Configuration);
  try {
    for await (const done of activate({ home, store, catalogue, checkForms, onNotice }, day)) {
      counts = done;
      // Signals come in between.
      await setImmediate();
      if (signal.aborted) break;
    }
  } finally {
    await forms.close();
  }
  if (!output.quiet) tell(counts, day, false, output);
  if (counts.held > 0) tellHeld(counts.held, output);
  await publish(home, store, { onNotice, onIoFault: failWith(ExitCode.InputOutput) }, output);
  if (signal.aborted) throw signal.reason;
  if (exitCode !== ExitCode.Ok) output.releaseNotices();
  process.exitCode = exitCode;
}

function tell(counts: ActivationCounts, day: string, dryRun: boolean, output: Output): void {
  output.result({ day, dryRun, ...counts }, () => {
    const { due, made, held, released, passedOver, ended, issues } = counts;
    const would = dryRun ? 'would be ' : '';
    const parts = [
      `${due} due`,
      `${made} ${would}made`,
      `${held} ${would}held`,
      `${released} ${would}released`,
      `${passedOver} passed over`,
      `${ended} ${dryRun ? 'would end' : 'ended'}`,
    ];
    if (!dryRun) parts.push(`${issues} ${issues === 1 ? 'issue' : 'issues'}`);
    return `subscriptions by ${day}: ${parts.join(', ')}`;
  });
}

function tellHeld(held: number, output: Output): void {
  output.notice(
    `${held} ${held === 1 ? 'form task waits' : 'form tasks wait'} for a prefill with the same identifying fields: see altinn-batch subscriptions list --held`,
  );
}

/** What this activation has prepared, and whatever an earlier one has left. */
async function publish(
  home: Home,
  store: Store,
  { onNotice, onIoFault }: { onNotice(text: string): void; onIoFault(text: string): void },
  output: Output,
): Promise<void> {
  const { publishPrepared } = await import('../outbound/recover.js');
  const ids = await publishPrepared({
    home,
    store,
    attempt(mailbox, work) {
      try {
        makeMailbox(home, mailbox);
        return work();
      } catch (error) {
        if (!(error instanceof IoFault)) throw error;
        onIoFault(`${error.message} What goes out is prepared: the next run or activation writes it.`);
        return null;
      }
    },
    onNotice,
  });
  if (output.quiet) return;
  const table = sentTable();
  for (const id of ids) {
    const batch = store.outbound.byId(id);
    if (batch === undefined) continue;
    const line = sentLine(store, batch);
    output.result(line, () => table.row(line));
  }
}
