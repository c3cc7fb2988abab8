import { type Command, InvalidArgumentError } from 'commander';
import type { Home } from '../config/home.js';
import {
  type Acknowledgement,
  checkAcknowledgement,
  type RawAcknowledgement,
  type SubAcknowledgement,
} from '../domain/acknowledgement.js';
import { localDateTime } from '../domain/dates.js';
import { IoFault, NotFoundFault, UsageFault } from '../domain/faults.js';
import { quoted } from '../domain/quoted.js';
import { RECEIPT_STATUS_CODES } from '../domain/receipt.js';
import type { Store } from '../store/store.js';
import { currentUser, recordByHand, typedArguments } from './audited.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import type { Output } from './output.js';
import {
  findReceipt,
  type GivenReference,
  givenReference,
  noSuchReceipt,
  RECEIPT_CODES,
  withReceipts,
} from './receipt-lookup.js';

export function addReceiptsUpdate(receipts: Command): void {
  receipts
    .command('update')
    .description('give a receipt another status and text; the old text goes into its history')
    .argument('<id>', 'its ReceiptId, or that of one of its sub-receipts; or ArchiveReference=VALUE', idOrReference)
    .requiredOption('--status <status>', RECEIPT_STATUS_CODES.join(', '))
    .requiredOption('--text <text>', 'what it is to say')
    .option('--reference <type=value>', 'a reference to add; may be given several times', gatherReference)
    .option('--sub <id:status:text>', 'the same for a sub-receipt of it; may be given several times', gatherSub)
    .addHelpText(
      'after',
      `\nThe text will begin with who did it. The receipt is written into the outbox again, under the same name.\n${helpTail(
        [
          'altinn-batch receipts update 17 --status OK --text "Loaded into the archive"',
          'altinn-batch receipts update 17 --status ValidationFailed --text "One is not ours" --sub "19:Rejected:Not ours"',
          'altinn-batch receipts update 17 --status OK --text Done --reference ArchiveReference=AR1234567',
        ],
        RECEIPT_CODES,
      )}`,
    )
    .action(async (id: number | GivenReference, options: UpdateOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const say = checked({ ...options, references: options.reference ?? [] });
      const subReceipts = (options.sub ?? []).map(({ id: receiptId, ...raw }) => {
        return { ...checked({ ...raw, references: [] }), receiptId, place: null };
      });
      await withReceipts(home, (store) =>
        update({ id, say, subReceipts, typed: typedArguments(command) }, home, store, output),
      );
    });
}

interface UpdateOptions {
  readonly status: string;
  readonly text: string;
  readonly reference?: readonly GivenReference[];
  readonly sub?: readonly GivenSub[];
}

interface GivenSub {
  readonly id: number;
  readonly status: string;
  readonly text: string;
}

interface Update {
  readonly id: number | GivenReference;
  readonly say: Acknowledgement;
  readonly subReceipts: readonly SubAcknowledgement[];
  readonly typed: readonly string[];
}

async function update(
  { id, say, subReceipts, typed }: Update,
  home: Home,
  store: Store,
  output: Output,
): Promise<void> {
  const { acknowledge } = await import('../receipts/acknowledge.js');
  const { mailboxOfReceipt } = await import('../receipts/publish-receipt.js');
  const by = `operator: ${currentUser()}`;
  const lastChanged = localDateTime(Date.now(), home.settings.timeZone);
  // Durable, for after a power cut the file must not know more than the store.
  const { receipt, subReceiptId } = store.durableTransaction(() => {
    const found = findReceipt(store, typeof id === 'number' ? id : idOfReference(id, store));
    // Nothing is changed that could be written nowhere.
    mailboxOfReceipt(home, store, found.receipt);
    const count = acknowledge(store, { found, say, subReceipts, by, lastChanged });
    const { receiptId, statusCode } = found.receipt;
    const detail = { receiptId, subReceiptId: found.subReceiptId, statusBefore: statusCode, subReceipts: count };
    recordByHand(store, 'receipts update', typed, detail);
    return found;
  });
  const { receiptId } = receipt;
  const file = await published(home, store, receiptId);
  if (output.quiet) return;
  const updated = { receiptId, subReceiptId, status: say.statusCode, lastChanged, receipt: file, text: say.text };
  const which = subReceiptId === null ? `receipt ${receiptId}` : `sub-receipt ${subReceiptId} of receipt ${receiptId}`;
  output.result(updated, () => `${which}: now ${say.statusCode}, written to ${file}`);
}

async function published(home: Home, store: Store, receiptId: number): Promise<string> {
  const { publishReceipt } = await import('../receipts/publish-receipt.js');
  try {
    return publishReceipt(home, store, receiptId).receipt;
  } catch (error) {
    if (!(error instanceof IoFault)) throw error;
    const text = `Receipt ${receiptId} is updated, but its file is not: the next run writes it. ${error.message}`;
    throw new IoFault(text, { cause: error });
  }
}

/** @throws NotFoundFault when none has it, or several */
function idOfReference({ value }: GivenReference, store: Store): number {
  const ids = store.receiptSearch.byReference('ArchiveReference', value, MOST_NAMED);
  const [id, ...others] = ids;
  if (id === undefined) throw noSuchReceipt(`has the ArchiveReference ${quoted(value)}`);
  if (others.length === 0) return id;
  throw new NotFoundFault(
    `Several receipts have the ArchiveReference ${quoted(value)}: name one of them by its id, ${ids.join(', ')}.`,
  );
}

/** So many of several are named. */
const MOST_NAMED = 10;

function checked(raw: RawAcknowledgement): Acknowledgement {
  const say = checkAcknowledgement(raw);
  if ('faults' in say) throw new UsageFault(say.faults.join(' '));
  return say;
}

function idOrReference(text: string): number | GivenReference {
  if (!text.includes('=')) return wholeNumber(text);
  const given = givenReference(text);
  if (given.type === 'ArchiveReference') return given;
  throw new InvalidArgumentError('A receipt is updated by its id, or by ArchiveReference=VALUE.');
}

function gatherReference(text: string, before: readonly GivenReference[] = []): readonly GivenReference[] {
  return [...before, givenReference(text)];
}

function gatherSub(text: string, before: readonly GivenSub[] = []): readonly GivenSub[] {
  const [, id, status, said] = /^(\d{1,15}):([^:]*):(.*)$/s.exec(text) ?? [];
  if (id === undefined || status === undefined || said === undefined) {
    throw new InvalidArgumentError('It must be ID:STATUS:TEXT, such as 19:Rejected:Not ours.');
  }
  return [...before, { id: Number(id), status, text: said }];
}
