/** What the commands have in common that send batches out. */
import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { importCatalogue } from '../config/import-catalogue.js';
import { type Fault, IoFault, NotFoundFault } from '../domain/faults.js';
import type { OutboundKind } from '../domain/outbound-kind.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import { quoted } from '../domain/quoted.js';
import type { Catalogue } from '../domain/service.js';
import type { PublishedOutbound } from '../outbound/publish.js';
import type { Sending, SentOutbound } from '../outbound/send.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { recordByHand, typedArguments } from './audited.js';
import { ExitCode } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { withStore, withStoreIfThere } from './open-store.js';
import { Table } from './table.js';

/** The exit codes of the commands that send batches out. */
export const SENDING_CODES = [
  ExitCode.Ok,
  ExitCode.Usage,
  ExitCode.NotAccepted,
  ExitCode.Internal,
  ExitCode.InputOutput,
  ExitCode.Configuration,
];

/** A batch as it is printed; the keys and their order are those of its JSON. */
export interface SentLine {
  /** OutboundShipmentReference. */
  readonly reference: string;
  readonly kind: OutboundKind;
  readonly systemUserCode: string;
  readonly sequenceNo: number;
  /** How many confirmations, messages or form tasks. */
  readonly entries: number;
  readonly receiptId: number;
  /** Both relative to the home. */
  readonly file: string;
  readonly receipt: string;
}

export const sentTable = () =>
  new Table<SentLine>([
    { title: 'REFERENCE', width: 20, value: (one) => one.reference },
    { title: 'KIND', width: 27, value: (one) => one.kind },
    { title: 'ENTRIES', width: 7, right: true, value: (one) => String(one.entries) },
    { title: 'FILE', width: 0, value: (one) => one.file },
    { title: 'RECEIPT', width: 0, value: (one) => one.receipt },
  ]);

/**
 * Sends out what `begin` finds, and first what an earlier command or run has prepared and could not publish.
 * @param name of the command, for the audit log
 * @param owner whose batches are asked for; it must be in the catalogue
 * @throws Fault the first that kept a batch from going, once all others have gone
 */
export async function sendAll(
  command: Command,
  name: string,
  owner: string | null,
  begin: (sending: Sending, catalogue: Catalogue, home: Home) => Promise<Iterable<SentOutbound | null>>,
): Promise<void> {
  const { home, output } = openCommand(command);
  await withStore(home, async (store) => {
    const { catalogue } = importCatalogue(home, store, new Date().toISOString());
    if (owner !== null && catalogue.owner(ownerCodeOf(owner)) === undefined) {
      throw new NotFoundFault(`The service owner ${quoted(owner)} is not in the service catalogue.`);
    }
    const faults: Fault[] = [];
    const table = sentTable();
    const print = (batch: OutboundBatch, published: PublishedOutbound) => {
      const line = toLine(batch, published);
      if (!output.quiet) output.result(line, () => table.row(line));
    };
    const sending: Sending = {
      home,
      store,
      attempt: (_mailbox, work) => unlessIoFault(work, faults),
      onFault: (fault) => faults.push(fault),
      onNotice: (text) => output.notice(text),
      onPrepared: ({ reference, entries }) =>
        recordByHand(store, name, typedArguments(command), { reference, entries }),
    };
    let sent = 0;
    const { publishPrepared } = await import('../outbound/recover.js');
    for (const id of await publishPrepared(sending)) {
      const batch = store.outbound.byId(id);
      if (batch === undefined) continue;
      print(batch, publishedOf(store, batch));
      sent += 1;
    }
    for (const one of await begin(sending, catalogue, home)) {
      if (one === null) continue;
      print(one.batch, one);
      sent += 1;
    }
    const [fault] = faults;
    if (fault !== undefined) throw fault;
    if (sent === 0) output.notice('There is nothing to send.');
  });
}

/** What is prepared stays so, and the next command or run publishes it. */
function unlessIoFault<T>(work: () => T, faults: Fault[]): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof IoFault)) throw error;
    const text = `What was to go out is kept, and the next command or run sends it. ${error.message}`;
    faults.push(new IoFault(text, { cause: error }));
    return null;
  }
}

/** Writes a batch that has gone out into the outbox again. @param kinds those that the command is about */
export async function sendAgain(
  command: Command,
  name: string,
  reference: string,
  kinds: readonly OutboundKind[],
): Promise<void> {
  const { home, output } = openCommand(command);
  const line = await withStoreIfThere(home, null, async (store) => {
    const batch = store.outbound.byReference(reference);
    if (batch === undefined) return null;
    if (!kinds.includes(batch.kind)) throw ofAnotherKind(batch);
    const { publishOutbound } = await import('../outbound/publish.js');
    const also = () => recordByHand(store, name, typedArguments(command), { reference });
    return toLine(batch, publishOutbound({ home, store, also }, batch.id, true));
  });
  if (line === null) {
    throw new NotFoundFault(
      `There is no such batch with the reference ${quoted(reference)}: altinn-batch receipts list --type Outbound lists what was sent out.`,
    );
  }
  if (!output.quiet) output.result(line, () => sentTable().row(line));
}

const COMMANDS: Readonly<Record<OutboundKind, string>> = {
  AltUtConfirmationBatch: 'confirmations',
  CorrespondenceConfirmations: 'confirmations',
  CorrespondenceUsageData: 'usage-data',
  FormTaskInstances: 'subscriptions',
};

function ofAnotherKind({ reference, kind }: OutboundBatch): NotFoundFault {
  return new NotFoundFault(
    `${reference} is a batch of ${kind}, which another command sends again: altinn-batch ${COMMANDS[kind]} resend ${reference}`,
  );
}

/** A batch that is in the outbox, as it is printed. */
export function sentLine(store: Store, batch: OutboundBatch): SentLine {
  return toLine(batch, publishedOf(store, batch));
}

function publishedOf(store: Store, { publishedAs, receiptId }: OutboundBatch): PublishedOutbound {
  return { file: publishedAs ?? '', receipt: store.receipts.byId(receiptId)?.publishedAs ?? '' };
}

function toLine(batch: OutboundBatch, { file, receipt }: PublishedOutbound): SentLine {
  const { reference, kind, systemUserCode, sequenceNo, entries, receiptId } = batch;
  return { reference, kind, systemUserCode, sequenceNo, entries, receiptId, file, receipt };
}
