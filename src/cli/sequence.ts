import { type Command, InvalidArgumentError } from 'commander';
import { readCatalogueFile } from '../config/catalogue-file.js';
import { UsageFault } from '../domain/faults.js';
import { FORMATS, type Format } from '../domain/format.js';
import { parseSequenceNo } from '../domain/sequence-number.js';
import { checkSystemUserCode } from '../domain/system-user-code.js';
import type { Sequence } from '../store/sequence-store.js';
import { currentUser, recordByHand } from './audited.js';
import { ExitCode, helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStore, withStoreIfThere } from './open-store.js';
import { Table } from './table.js';

const CODES = [ExitCode.Ok, ExitCode.Usage, ExitCode.Internal, ExitCode.InputOutput, ExitCode.Configuration];

export function addSequenceCommand(program: Command): void {
  const sequence = program.command('sequence').description('the sequence numbers that are due next');
  sequence
    .command('list')
    .description('print what each sender has come to, and which number is due next')
    .option('--owner <code>', 'only senders of that service owner, such as SKD')
    .addHelpText('after', helpTail(['altinn-batch sequence list', 'altinn-batch sequence list --owner SKD'], CODES))
    .action(async ({ owner }: { owner?: string }, command: Command) => {
      const { home, output } = openCommand(command);
      const table = sequenceTable();
      const sequences = await withStoreIfThere(home, [], (store) => store.sequences.list(owner ?? null));
      for (const one of sequences.map(toJson)) output.result(one, () => table.row(one));
    });
  sequence
    .command('set')
    .description('say which number is due next; holds until a shipment with a number is accepted')
    .argument('<systemusercode>', 'the whole code, as it stands in the files')
    .argument('<format>', FORMATS.join(', '), format)
    .argument('<n>', 'the number that is due next', sequenceNumber)
    .requiredOption('--why <text>', 'for the record: what it is set for')
    .addHelpText(
      'after',
      helpTail(['altinn-batch sequence set SKD-PSA correspondence 18 --why "17 was lost, agreed with SKD"'], CODES),
    )
    .action(async (code: string, of: Format, next: number, { why }: { why: string }, command: Command) => {
      const { home, output } = openCommand(command);
      const owner = checkSystemUserCode(code, readCatalogueFile(home.catalogue, home.root).catalogue);
      if ('code' in owner) throw new UsageFault(owner.message);
      if (why.trim() === '') throw new UsageFault('--why must say what the number is set for: it stays on record.');
      const before = await withStore(home, (store) =>
        store.transaction(() => {
          const due = store.sequences.due(code, of)?.value ?? null;
          store.sequences.set(code, of, next, { at: new Date().toISOString(), by: currentUser(), why });
          const given = [code, of, String(next), '--why', why];
          recordByHand(store, 'sequence set', given, { dueBefore: due, dueNow: next });
          return due;
        }),
      );
      if (!isEnforced(of)) {
        output.notice(`Numbers of ${of} shipments are recorded, not enforced: none is refused for its number.`);
      }
      const result = { systemUserCode: code, format: of, nextDue: next, before };
      output.result(result, () => `${code} ${of}: ${next} is due next (before: ${before ?? 'any'})`);
    });
}

type SequenceJson = ReturnType<typeof toJson>;

/** The keys in the order that the command promises. */
function toJson({ systemUserCode, format: of, lastAccepted, receiptId, nextDue, setByHand }: Sequence) {
  return { systemUserCode, format: of, lastAccepted, receiptId, nextDue, enforced: isEnforced(of), setByHand };
}

function sequenceTable(): Table<SequenceJson> {
  return new Table<SequenceJson>([
    { title: 'SYSTEM USER', width: 11, value: (one) => one.systemUserCode },
    { title: 'FORMAT', width: 14, value: (one) => one.format },
    { title: 'LAST', width: 8, right: true, value: (one) => String(one.lastAccepted ?? '-') },
    { title: 'RECEIPT', width: 8, right: true, value: (one) => String(one.receiptId ?? '-') },
    { title: 'DUE NEXT', width: 8, right: true, value: (one) => String(one.nextDue) },
    { title: 'ENFORCED', width: 8, value: (one) => (one.enforced ? 'yes' : 'no') },
    {
      title: 'SET BY HAND',
      width: 0,
      value: ({ setByHand }) => (setByHand === null ? '-' : `${setByHand.at} by ${setByHand.by}: ${setByHand.why}`),
    },
  ]);
}

/** Of the other formats the number is kept and not looked at (formats.md section 5). */
function isEnforced(of: Format): boolean {
  return of === 'correspondence' || of === 'altut';
}

function format(text: string): Format {
  const known = FORMATS.find((one) => one === text.toLowerCase());
  if (known !== undefined) return known;
  throw new InvalidArgumentError(`It must be one of ${FORMATS.join(', ')}.`);
}

function sequenceNumber(text: string): number {
  const value = parseSequenceNo(text);
  if (value !== null) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}
