/** The one transaction in which a file's shipments become visible, are accepted or refused, and get their receipts. */
import { entranceOf } from '../config/mailboxes.js';
import type { Format } from '../domain/format.js';
import { type Issue, IssueCode, isFailure, issue } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { checkSender } from '../domain/system-user-code.js';
import { receiptTypeName, shipmentReferences } from '../receipts/references.js';
import type { Rejection } from '../receipts/rejection.js';
import { type ItemCounts, shipmentReceiptText } from '../receipts/text.js';
import type { Batch } from '../store/batch-store.js';
import { type Engine, nowLocal, nowUtc } from './engine.js';
import { nameFor, rejectionIssue, type StagedShipment, type Staging } from './staging.js';

/** A file that has been read to its end and whose envelope is valid. */
export function commitShipments(engine: Engine, batch: Batch, staging: Staging, sha256: string): void {
  const { store } = engine;
  store.durableTransaction(() => {
    const seen = store.batches.seenBefore(sha256, batch.id);
    const statuses = staging.shipments.map((shipment) => commitShipment(engine, batch, shipment, seen));
    if (statuses.length === 0) statuses.push(commitEmptyFile(engine, batch, staging.systemUserCode));
    const format = staging.shipments[0]?.start.layout.format ?? null;
    store.batches.setState(batch.id, 'committed', { format, sha256, status: worst(statuses) });
  });
}

/** A file that is refused whole: nothing of it is visible, and it has one receipt without sub-receipts. */
export function commitRefusedFile(
  engine: Engine,
  batch: Batch,
  staging: Staging | null,
  status: ReceiptStatusCode,
  issues: readonly Issue[],
): void {
  const { store } = engine;
  const shipments = staging?.shipments ?? [];
  const first = shipments[0];
  const format = first?.start.layout.format ?? onlyFormat(staging);
  store.durableTransaction(() => {
    const shipmentId = first === undefined ? null : openedId(engine, batch, first);
    const receiptId = createReceipt(engine, batch, {
      shipmentId,
      format,
      status,
      accepted: false,
      shipment: first,
      counts: null,
      issues,
      rejection: null,
    });
    // All that is in the store of it: an earlier attempt may have staged more than this one came to see.
    for (const { id } of store.shipments.ofBatch(batch.id)) {
      store.shipments.settle(id, {
        state: 'refused',
        status,
        endedAt: nowUtc(),
        receiptId: id === shipmentId ? receiptId : null,
      });
    }
    store.batches.addIssues(batch.id, null, issues, nowUtc());
    store.batches.setState(batch.id, 'committed', { format, status });
  });
}

/** A file whose processing ended with the process too often: set aside, so that it can't stop the others for ever. */
export function commitUnexpectedError(engine: Engine, batch: Batch, attempts: number): void {
  const { store } = engine;
  const issues = [
    failedTooOften(attempts, ' Nothing of it was taken in, and there is nothing for the sender to mend.'),
  ];
  store.durableTransaction(() => {
    const known = store.shipments.ofBatch(batch.id);
    const shipmentId = known[0]?.id ?? null;
    const receiptId = createReceipt(engine, batch, {
      shipmentId,
      format: known[0]?.format ?? null,
      status: 'UnExpectedError',
      accepted: false,
      shipment: known[0],
      counts: null,
      issues,
      rejection: null,
    });
    for (const { id } of known) {
      store.shipments.settle(id, {
        state: 'refused',
        status: 'UnExpectedError',
        endedAt: nowUtc(),
        receiptId: id === shipmentId ? receiptId : null,
      });
    }
    store.batches.addIssues(batch.id, null, issues, nowUtc());
    store.batches.setState(batch.id, 'committed', { format: known[0]?.format ?? null, status: 'UnExpectedError' });
  });
}

export function failedTooOften(attempts: number, more = ''): Issue {
  const message = `Processing this file has failed ${attempts} times without coming to an end. It is set aside; the operator of altinn-batch has to look into it.${more}`;
  return issue(IssueCode.GeneralError, 'Critical', message);
}

type Seen = ReturnType<Engine['store']['batches']['seenBefore']>;

function commitShipment(engine: Engine, batch: Batch, shipment: StagedShipment, seen: Seen): ReceiptStatusCode {
  const { store } = engine;
  const shipmentId = openedId(engine, batch, shipment);
  const verdict = judge(engine, batch, shipment, shipmentId, seen);
  const { state, status, counts, issues, rejection } = verdict;
  const receiptId = createReceipt(engine, batch, {
    shipmentId,
    format: shipment.start.layout.format,
    status,
    accepted: state === 'accepted',
    shipment,
    counts,
    issues,
    rejection,
  });
  const logged =
    rejection === null ? issues : [...issues, rejectionIssue(rejection, shipment.start, shipment.reference)];
  store.batches.addIssues(batch.id, shipmentId, logged, nowUtc());
  store.shipments.settle(shipmentId, { state, status, endedAt: nowUtc(), receiptId });
  store.messageStatus.begin(shipmentId, engine.home.settings.timeZone);
  return status;
}

interface Verdict {
  readonly state: 'accepted' | 'failed' | 'refused';
  readonly status: ReceiptStatusCode;
  readonly counts: ItemCounts | null;
  readonly issues: readonly Issue[];
  readonly rejection: Rejection | null;
}

/** What becomes of a shipment (formats.md sections 5 and 6). */
function judge(engine: Engine, batch: Batch, shipment: StagedShipment, shipmentId: number, seen: Seen): Verdict {
  const { store } = engine;
  const { issues } = shipment;
  // Whose sender is unknown, or in the wrong place, is told nothing of earlier files: they may be another's.
  const isOfOwner = shipment.ownerCode !== '';
  const rejection = isOfOwner ? (shipment.rejection ?? sameBytes(engine, batch, shipment, seen)) : null;
  if (rejection !== null || !isOfOwner) {
    return { state: 'refused', status: 'Rejected', counts: null, issues, rejection };
  }
  const warned = seen.any ? [...issues, seenWarning(shipment)] : issues;
  warnOfRepeatedReferences(engine, shipmentId);
  const counts = store.shipments.counts(shipmentId);
  const limit = engine.home.settings.maxFailedItems;
  if (limit !== null && isMoreThan(limit, counts)) {
    store.shipments.refuseItems(shipmentId);
    const refused = { total: counts.total, accepted: 0, failed: counts.failed };
    const tooMany: Rejection = { kind: 'tooManyFailed', limit };
    return { state: 'failed', status: 'ValidationFailed', counts: refused, issues: warned, rejection: tooMany };
  }
  const isValid = counts.failed === 0 && !issues.some(isFailure);
  const isAccepted = counts.accepted > 0 || (counts.total === 0 && isValid);
  return {
    state: isAccepted ? 'accepted' : 'failed',
    status: isValid ? 'OK' : 'ValidationFailed',
    counts,
    issues: warned,
    rejection: null,
  };
}

/** An AltUt file without sequence number has nothing but its bytes to tell it by. */
function sameBytes(engine: Engine, batch: Batch, shipment: StagedShipment, seen: Seen): Rejection | null {
  const isByBytes = shipment.start.layout.format === 'altut' && shipment.sequenceNo === null;
  if (!isByBytes || seen.accepted === null) return null;
  const { batchId, receiptId } = seen.accepted;
  const first = engine.store.batches.byId(batchId);
  return { kind: 'sameBytes', receiptId, fileName: first === undefined ? `batch ${batchId}` : nameFor(batch, first) };
}

function seenWarning(shipment: StagedShipment): Issue {
  return issue(
    IssueCode.GeneralError,
    'Warning',
    'A file with the very same bytes was received before. If this one was sent by mistake, nothing more is needed.',
    shipment.start.place,
    shipment.reference,
  );
}

function warnOfRepeatedReferences({ store }: Engine, shipmentId: number): void {
  for (const repeat of store.shipments.repeatedReferences(shipmentId)) {
    const message = `The SendersReference is not unique in the shipment: the item on line ${repeat.firstLine} has it too. Confirmations and receipts can't tell them apart.`;
    store.shipments.addItemIssue(
      repeat.itemId,
      issue(IssueCode.GeneralError, 'Warning', message, repeat, repeat.reference),
    );
  }
}

function isMoreThan(limit: number | string, { failed, total }: ItemCounts): boolean {
  if (typeof limit === 'number') return failed > limit;
  return failed * 100 > Number.parseFloat(limit) * total;
}

/** A ServiceOwner with neither Subscription nor Prefill (formats.md section 1). */
function commitEmptyFile(engine: Engine, batch: Batch, systemUserCode: string | null): ReceiptStatusCode {
  const status = 'ValidationFailed';
  const message = 'The file holds no shipment: a Subscription, a Prefill or both must stand in the root element.';
  const issues = [issue(IssueCode.GeneralError, 'Error', message, { line: 1, position: 1 })];
  createReceipt(engine, batch, {
    shipmentId: null,
    format: null,
    status,
    accepted: false,
    shipment: { systemUserCode: systemUserCode ?? '', reference: null },
    counts: null,
    issues,
    rejection: null,
  });
  engine.store.batches.addIssues(batch.id, null, issues, nowUtc());
  return status;
}

interface ReceiptParts {
  readonly shipmentId: number | null;
  readonly format: Format | null;
  readonly status: ReceiptStatusCode;
  readonly accepted: boolean;
  readonly shipment: Pick<StagedShipment, 'systemUserCode' | 'reference'> | undefined;
  readonly counts: ItemCounts | null;
  readonly issues: readonly Issue[];
  readonly rejection: Rejection | null;
}

function createReceipt(engine: Engine, batch: Batch, parts: ReceiptParts): number {
  const { shipmentId, format, status, accepted, shipment, counts, issues, rejection } = parts;
  const reference = shipment?.reference ?? null;
  const systemUserCode = shipment?.systemUserCode ?? null;
  const owner = checkSender(systemUserCode, engine.catalogue, entranceOf(engine.home, batch.mailbox));
  const ownerOrgNumber = 'code' in owner ? null : (engine.catalogue.owner(owner.ownerCode)?.orgNumber ?? null);
  return engine.store.receipts.create({
    batchId: batch.id,
    shipmentId,
    statusCode: status,
    typeName: receiptTypeName(format),
    text: shipmentReceiptText({
      fileName: batch.fileName,
      systemUserCode,
      status,
      accepted,
      reference,
      counts,
      issues,
      rejection,
    }),
    lastChanged: nowLocal(engine),
    references: shipmentReferences({ format, reference, batchId: batch.id, ownerOrgNumber }),
    subReceipts: counts?.total ?? 0,
  });
}

function openedId({ store }: Engine, batch: Batch, shipment: StagedShipment): number {
  if (shipment.shipmentId !== null) return shipment.shipmentId;
  const { systemUserCode, reference, sequenceNo, sequenceValue } = shipment;
  const { format } = shipment.start.layout;
  return store.shipments.open(batch.id, { format, systemUserCode, reference, sequenceNo, sequenceValue }).shipmentId;
}

/** Of a file whose root is of one format only, its format; a ServiceOwner may hold two. */
function onlyFormat(staging: Staging | null): Format | null {
  const shipments = staging?.layout?.shipments ?? [];
  return shipments.length === 1 ? (shipments[0]?.format ?? null) : null;
}

const GRAVITY: readonly ReceiptStatusCode[] = ['OK', 'ValidationFailed', 'Rejected', 'UnExpectedError'];

function worst(statuses: readonly ReceiptStatusCode[]): ReceiptStatusCode {
  return statuses.reduce((a, b) => (GRAVITY.indexOf(b) > GRAVITY.indexOf(a) ? b : a), 'OK');
}
