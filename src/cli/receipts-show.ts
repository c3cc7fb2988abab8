import type { Command } from 'commander';
import type { Home } from '../config/home.js';
import { UsageFault } from '../domain/faults.js';
import { quoted } from '../domain/quoted.js';
import { SEARCHABLE_REFERENCES } from '../domain/receipt.js';
import type { Store } from '../store/store.js';
import { ExitCode, helpTail } from './exit-codes.js';
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
import type { Shown } from './receipt-printer.js';

/** Who has more hits than this knows another reference. */
const MOST_HITS = 100;

export function addReceiptsShow(receipts: Command): void {
  receipts
    .command('show')
    .description('print a receipt, or one of its sub-receipts: the XML as it stands in the outbox')
    .argument('[id]', 'its ReceiptId', wholeNumber)
    .option('--reference <type=value>', 'those with that reference, instead of an id', givenReference)
    .option('--table', 'for people, with person numbers masked')
    .addHelpText(
      'after',
      `
With --json it is one object, with person numbers masked. A reference of an item leads to the sub-receipt of that item.
Of several with a reference the newest is printed as XML; --json and --table show all of them, newest first.
References can be ${SEARCHABLE_REFERENCES.slice(0, 3).join(', ')},
${SEARCHABLE_REFERENCES.slice(3).join(', ')}.
${helpTail(
  [
    'altinn-batch receipts show 17 > receipt.xml',
    'altinn-batch receipts show --reference ExternalShipmentReference=SUBSCRIPTION-2010-002 --table',
    'altinn-batch receipts show --json --reference SendersReference=OPPGJOR-22 | jq -r .status',
  ],
  [...RECEIPT_CODES, ExitCode.Locked],
)}`,
    )
    .action(async (id: number | undefined, options: ShowOptions, command: Command) => {
      const { home, output } = openCommand(command);
      const what = id ?? options.reference;
      if (what === undefined || (id !== undefined && options.reference !== undefined)) {
        throw new UsageFault('Name a receipt by its id, or by --reference TYPE=VALUE: one of the two.');
      }
      if (options.table === true && output.json) {
        throw new UsageFault('--json and --table contradict each other: give one of them.');
      }
      await withReceipts(home, (store) => show(what, store, { home, output, forPeople: options.table === true }));
    });
}

interface ShowOptions {
  readonly reference?: GivenReference;
  readonly table?: boolean;
}

interface Showing {
  readonly home: Home;
  readonly output: Output;
  readonly forPeople: boolean;
}

async function show(what: number | GivenReference, store: Store, { home, output, forPeople }: Showing): Promise<void> {
  const { printForPeople, printJson, printRows, printXml } = await import('./receipt-printer.js');
  const ids = typeof what === 'number' ? [what] : idsOf(what, store);
  const shown: Shown[] = [];
  for (const id of ids.slice(0, MOST_HITS)) shown.push(await shownReceipt(store, id));
  const [newest, ...others] = shown;
  if (newest === undefined) throw noSuchReceipt(`has the reference ${typeof what === 'number' ? what : named(what)}`);
  if (output.json) {
    for (const one of shown) await printJson(one, store, home.settings, output);
  } else if (!forPeople) {
    await printXml(newest, store, home.settings, output);
    if (others.length > 0) output.notice(`It is the newest with that reference; the others are ${idList(others)}.`);
  } else if (others.length > 0) {
    printRows(shown, output);
  } else {
    await printForPeople(newest, store, home.settings, output);
  }
  if (ids.length > MOST_HITS) output.notice(`There are more with that reference than the ${MOST_HITS} newest.`);
}

function idsOf(reference: GivenReference, store: Store): number[] {
  const { type, value } = reference;
  const known = SEARCHABLE_REFERENCES.find((one) => one === type);
  if (known !== undefined) return store.receiptSearch.byReference(known, value, MOST_HITS + 1);
  throw new UsageFault(
    `Receipts can't be searched by a reference of type ${quoted(type)}: it can be ${SEARCHABLE_REFERENCES.join(', ')}.`,
  );
}

async function shownReceipt(store: Store, id: number): Promise<Shown> {
  const { receiptDocument, subReceiptOf } = await import('../receipts/receipt-document.js');
  const { receipt, subReceiptId } = findReceipt(store, id);
  const document = receiptDocument(store, receipt);
  if (subReceiptId === null) return { document, subReceipt: null };
  const subReceipt = subReceiptOf(store, document, subReceiptId);
  if (subReceipt === undefined) throw noSuchReceipt(`has the id ${id}`);
  return { document, subReceipt };
}

function named({ type, value }: GivenReference): string {
  return `${type} ${quoted(value)}`;
}

function idList(shown: readonly Shown[]): string {
  return shown.map(({ document, subReceipt }) => (subReceipt ?? document.receipt).receiptId).join(', ');
}
