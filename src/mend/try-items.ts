/** Failed items on their way once more: gate, schema and rules as ever, from what was kept of them. */

import type { DataItem } from '../domain/data-item.js';
import { localDateTime } from '../domain/dates.js';
import { type Issue, IssueCode, isFailure, type Place } from '../domain/issue.js';
import type { FaultyGroup } from '../intake/check-chunk.js';
import type { Engine } from '../intake/engine.js';
import { Interrupted, readSubmission, type SubmissionSink } from '../intake/read-submission.js';
import type { Batch } from '../store/batch-store.js';
import type { FailedItem } from '../store/failed-item-store.js';
import type { TriedItem } from '../store/retry-store.js';
import type { Shipment } from '../store/shipment-store.js';
import { placeAt } from '../xml/tree.js';
import { type ItemDocument, takeApart } from './item-document.js';

/** An item with what was kept of it. */
export interface KeptItem {
  readonly item: FailedItem;
  readonly rawXml: string;
}

export interface TrySubject {
  readonly batch: Batch;
  readonly shipment: Shipment;
  /** First three characters of the system user code. */
  readonly ownerCode: string;
}

/**
 * Tries items of one shipment together, as one document.
 * @returns what was found, item by item, with the places that they have in the file
 * @throws Refusal when their envelope does not pass any more, Interrupted
 */
export async function tryItems(
  engine: Engine,
  subject: TrySubject,
  kept: readonly KeptItem[],
): Promise<readonly TriedItem[]> {
  const { batch, shipment } = subject;
  const documents = kept.map(({ rawXml }) => takeApart(rawXml, shipment.format));
  const bytes = Buffer.from(together(kept, documents), 'utf8');
  const sink = new Results(subject);
  await readSubmission(
    { blocks: [bytes].values(), firstOffset: 0, utf8File: null, fileBytes: 0 },
    {
      settings: engine.home.settings,
      validator: await engine.validator(),
      catalogue: engine.catalogue,
      timeOfIntake: localDateTime(Date.parse(batch.claimedAt), engine.home.settings.timeZone),
      signal: engine.signal,
    },
    sink,
  );
  if (engine.signal?.aborted) throw new Interrupted();
  return kept.map((one, index) =>
    toTried(engine, one, documents[index] as ItemDocument, sink.items[index] as DataItem),
  );
}

/** Their envelope once, and each Reportee once around those of its items that follow each other. */
function together(kept: readonly KeptItem[], documents: readonly ItemDocument[]): string {
  const [first] = documents;
  if (first === undefined) return '';
  const parts = [first.root, first.part];
  let reportee: number | null = null;
  for (const [index, { group, groupClose, item }] of documents.entries()) {
    const own = kept[index]?.item.reporteeOrdinal ?? null;
    if (group !== '' && own !== reportee) {
      if (reportee !== null) parts.push(groupClose);
      parts.push('\n', group);
      reportee = own;
    }
    parts.push('\n', item);
  }
  return [...parts, first.groupClose, first.partClose, first.rootClose].join('');
}

class Results implements SubmissionSink {
  readonly items: DataItem[] = [];
  readonly #owner: { readonly systemUserCode: string; readonly ownerCode: string };

  constructor({ shipment, ownerCode }: TrySubject) {
    this.#owner = { systemUserCode: shipment.systemUserCode, ownerCode };
  }

  onRoot(): void {}

  onShipment(): { readonly systemUserCode: string; readonly ownerCode: string } {
    return this.#owner;
  }

  onItems(_shipment: number, items: readonly DataItem[]): void {
    this.items.push(...items);
  }

  /** Those of it that were in an earlier chunk. */
  onFaultyReportee(_shipment: number, reporteeOrdinal: number, fault: FaultyGroup): void {
    for (const [index, item] of this.items.entries()) {
      if (item.reporteeOrdinal !== reporteeOrdinal || item.issues.includes(fault.issue)) continue;
      this.items[index] = { ...item, content: null, ignored: false, issues: [...item.issues, fault.issue] };
    }
  }

  onShipmentIssues(): void {}
  onSender(): void {}
  onShipmentEnd(): void {}
  onNoShipment(): void {}
}

function toTried(engine: Engine, { item, rawXml }: KeptItem, document: ItemDocument, tried: DataItem): TriedItem {
  const found = tried.issues.map((one) => asInFile(one, tried, item));
  const lasting = lastingFaults(engine, item, document, found);
  const passed = lasting.length === 0;
  return {
    itemId: item.itemId,
    fields: tried,
    content: passed ? tried.content : null,
    ignored: passed && tried.ignored,
    issues: [...found, ...lasting],
    rawXml: item.rawXml === 'whole' ? null : rawXml,
  };
}

/** An Issue with the place it has in the file; one outside the item, as of its Reportee, comes without. */
function asInFile(one: Issue, tried: Place, inFile: Place): Issue {
  const { line, position } = one;
  if (line === null || position === null) return one;
  if (isBefore({ line, position }, tried)) return { ...one, line: null, position: null };
  const column = line === tried.line ? inFile.position + position - tried.position : position;
  return { ...one, line: inFile.line + line - tried.line, position: column };
}

/**
 * Faults of the Reportee around the item that stood outside what was kept with it, such as a stray element behind the item.
 * What was kept can't show whether they are mended, so they last.
 */
function lastingFaults(
  { store }: Engine,
  item: FailedItem,
  document: ItemDocument,
  found: readonly Issue[],
): readonly Issue[] {
  const end = placeAt(document.item, document.item.length, item);
  const isOutside = ({ line, position }: Issue) =>
    line !== null &&
    !(isBefore({ line, position: position ?? 1 }, end) && !isBefore({ line, position: position ?? 1 }, item));
  return store.retries
    .standingIssues(item.itemId)
    .filter((one) => one.code === IssueCode.GeneralError && isFailure(one) && isOutside(one))
    .filter((one) => !found.some(({ message }) => message === one.message));
}

function isBefore(one: Place, other: Place): boolean {
  return one.line < other.line || (one.line === other.line && one.position < other.position);
}
