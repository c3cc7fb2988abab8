/** The one transaction in which a file's shipments become visible, are accepted or refused, and get their receipts. */
import { entranceOf } from '../config/mailboxes.js';
import { settingsFor } from '../config/owner-settings.js';
import type { Format } from '../domain/format.js';
import { type Issue, IssueCode, isFailure, issue } from '../domain/issue.js';
import { gravest, type ReceiptStatusCode } from '../domain/receipt.js';
import { checkSender } from '../domain/system-user-code.js';
import { receiptTypeName, shipmentReferences } from '../receipts/references.js';
import type { Rejection } from '../receipts/rejection.js';
import { type ItemCounts, shipmentReceiptText } from '../receipts/text.js';
import type { Batch, SeenBefore } from '../store/batch-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import type { Shipment } from '../store/shipment-store.js';
import { type Engine, nowLocal, nowUtc } from './engine.js';
import { seenWarnings } from './seen-before.js';
import type { StagedShipment, Staging } from './staging.js';
import { judgeBytes, judgeCounts, rejectionIssue, repeatedReferenceIssue } from './verdict.js';

/** A file that has been read to its end and whose envelope is valid. */
export function commitShipments(engine: Engine, batch: Batch, staging: Staging, sha256: string): void {
  const { store } = engine;
  store.durableTransaction(() => {
    const seen = store.batches.seenBefore(sha256, batch);
    const statuses = staging.shipments.map(
      (shipment) => shipment.kept?.status ?? commitShipment(engine, batch, shipment, seen),
    );
    if (statuses.length === 0) statuses.push(commitEmptyFile(engine, batch, staging.systemUserCode, seen));
    const format = staging.shipments[0]?.start.layout.format ?? null;
    const { systemUserCode } = staging;
    store.batches.setState(batch.id, 'committed', { format, systemUserCode, sha256, status: gravest(statuses) });
  });
}

/** A file that is refused whole: nothing of it is visible, and it has one receipt without sub-receipts. */
export function commitRefusedFile(
  engine: Engine,
  batch: Batch,
  staging: Staging | null,
  refusal: { readonly status: ReceiptStatusCode; readonly issues: readonly Issue[]; readonly sha256: string },
): void {
  const { store } = engine;
  const { status, sha256 } = refusal;
  const shipments = (staging?.shipments ?? []).filter(({ kept }) => kept === null);
  const first = shipments[0];
  const format = first?.start.layout.format ?? onlyFormat(staging);
  const systemUserCode = staging?.systemUserCode ?? null;
  store.durableTransaction(() => {
    const seen = store.batches.seenBefore(sha256, batch);
    const issues = [...refusal.issues, ...seenWarnings(engine, batch, seen, { systemUserCode, reference: null })];
    const shipmentId = first === undefined ? null : openedId(engine, batch, first);
    const { receiptId } = writeReceipt(engine, batch, {
      shipmentId,
      format,
      status,
      accepted: false,
      shipment: first ?? { systemUserCode: systemUserCode ?? '', reference: null },
      counts: null,
      issues,
      rejection: null,
    });
    // All that is in the store of it: an earlier attempt may have staged more than this one came to see.
    for (const { id } of stagedOf(engine, batch)) {
      store.shipments.settle(id, {
        state: 'refused',
        status,
        endedAt: nowUtc(),
        receiptId: id === shipmentId ? receiptId : null,
      });
    }
    store.batches.addIssues(batch.id, null, issues, nowUtc());
    store.batches.setState(batch.id, 'committed', { format, systemUserCode, sha256, status });
  });
}

/** A file whose processing ended with the process too often: set aside, so that it can't stop the others for ever. */
export function commitUnexpectedError(engine: Engine, batch: Batch, attempts: number): void {
  const { store } = engine;
  const issues = [
    failedTooOften(attempts, ' Nothing of it was taken in, and there is nothing for the sender to mend.'),
  ];
  store.durableTransaction(() => {
    const known = stagedOf(engine, batch);
    const shipmentId = known[0]?.id ?? null;
    const { receiptId } = writeReceipt(engine, batch, {
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
    const { format = null, systemUserCode = null } = known[0] ?? {};
    store.batches.setState(batch.id, 'committed', { format, systemUserCode, status: 'UnExpectedError' });
  });
}

/** Those that are to be settled: what was settled before, and is not tried again, stays as it is. */
function stagedOf({ store }: Engine, batch: Batch): Shipment[] {
  return store.shipments.ofBatch(batch.id).filter(({ state }) => state === 'staged');
}

export function failedTooOften(attempts: number, more = ''): Issue {
  const message = `Processing this file has failed ${attempts} times without coming to an end. It is set aside; the operator of altinn-batch has to look into it.${more}`;
  return issue(IssueCode.GeneralError, 'Critical', message);
}

function commitShipment(engine: Engine, batch: Batch, shipment: StagedShipment, seen: SeenBefore): ReceiptStatusCode {
  const { store } = engine;
  const shipmentId = openedId(engine, batch, shipment);
  const verdict = judge(engine, batch, shipment, shipmentId, seen);
  const { state, status, counts, issues, rejection } = verdict;
  const { receiptId, isUpdate } = writeReceipt(engine, batch, {
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
    rejection === null ? issues : [...issues, rejectionIssue(rejection, shipment.start.place, shipment.reference)];
  store.batches.addIssues(batch.id, shipmentId, logged, nowUtc());
  store.shipments.settle(shipmentId, { state, status, endedAt: nowUtc(), receiptId, isLate: isUpdate });
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
function judge(engine: Engine, batch: Batch, shipment: StagedShipment, shipmentId: number, seen: SeenBefore): Verdict {
  const { store } = engine;
  const { issues } = shipment;
  const { format } = shipment.start.layout;
  const { sequenceNo } = shipment;
  // Whose sender is unknown, or in the wrong place, is told nothing of earlier shipments: they may be another's.
  const isOfOwner = shipment.ownerCode !== '';
  const rejection = isOfOwner ? (shipment.rejection ?? judgeBytes({ format, sequenceNo }, batch, seen)) : null;
  const isToldBySameBytes = rejection?.kind === 'sameBytes';
  const warned = isToldBySameBytes ? issues : [...issues, ...seenWarnings(engine, batch, seen, shipment)];
  if (rejection !== null || !isOfOwner) {
    return { state: 'refused', status: 'Rejected', counts: null, issues: warned, rejection };
  }
  warnOfRepeatedReferences(engine, shipmentId);
  const counts = store.shipments.counts(shipmentId);
  const limit = settingsFor(engine.home.settings, engine.catalogue.owner(shipment.ownerCode)).maxFailedItems;
  const tooMany = judgeCounts(limit, counts);
  if (tooMany !== null) {
    store.shipments.refuseItems(shipmentId);
    const refused = { ...counts, accepted: 0 };
    return { state: 'failed', status: 'ValidationFailed', counts: refused, issues: warned, rejection: tooMany };
  }
  const isValid = counts.failed === 0 && !issues.some(isFailure);
  const isAccepted = counts.accepted + counts.ignored > 0 || (counts.total === 0 && isValid);
  return {
    state: isAccepted ? 'accepted' : 'failed',
    status: isValid ? 'OK' : 'ValidationFailed',
    counts,
    issues: warned,
    rejection: null,
  };
}

function warnOfRepeatedReferences({ store }: Engine, shipmentId: number): void {
  for (const repeat of store.shipments.repeatedReferences(shipmentId)) {
    store.shipments.addItemIssue(repeat.itemId, repeatedReferenceIssue(repeat, repeat.reference, repeat.firstLine));
  }
}

/** A ServiceOwner with neither Subscription nor Prefill (formats.md section 1). */
function commitEmptyFile(
  engine: Engine,
  batch: Batch,
  systemUserCode: string | null,
  seen: SeenBefore,
): ReceiptStatusCode {
  const status = 'ValidationFailed';
  const message = 'The file holds no shipment: a Subscription, a Prefill or both must stand in the root element.';
  const issues = [
    issue(IssueCode.GeneralError, 'Error', message, { line: 1, position: 1 }),
    ...seenWarnings(engine, batch, seen, { systemUserCode, reference: null }),
  ];
  writeReceipt(engine, batch, {
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

/** Makes the receipt; of a shipment or file that has had one and is tried again, updates that. */
function writeReceipt(engine: Engine, batch: Batch, parts: ReceiptParts): { receiptId: number; isUpdate: boolean } {
  const { shipmentId, format, status, accepted, shipment, counts, issues, rejection } = parts;
  const { receipts } = engine.store;
  const reference = shipment?.reference ?? null;
  const systemUserCode = shipment?.systemUserCode ?? null;
  const owner = checkSender(systemUserCode, engine.catalogue, entranceOf(engine.home, batch.mailbox));
  const ownerOrgNumber = 'code' in owner ? null : (engine.catalogue.owner(owner.ownerCode)?.orgNumber ?? null);
  const typeName = receiptTypeName(format);
  const lastChanged = nowLocal(engine);
  const references = shipmentReferences({ format, reference, batchId: batch.id, ownerOrgNumber });
  const subReceipts = counts?.total ?? 0;
  const { fileName } = batch;
  const textOf = (isTriedAgain: boolean) =>
    shipmentReceiptText({
      fileName,
      systemUserCode,
      status,
      accepted,
      reference,
      counts,
      issues,
      rejection,
      isTriedAgain,
    });
  const known = earlierReceipt(engine, batch, shipmentId);
  if (known === undefined) {
    const made = { batchId: batch.id, shipmentId, statusCode: status, typeName, lastChanged, references, subReceipts };
    return { receiptId: receipts.create({ ...made, text: textOf(false) }), isUpdate: false };
  }
  const { receiptId } = known;
  receipts.assign(receiptId, shipmentId ?? known.shipmentId, format === null ? known.typeName : typeName);
  receipts.update(receiptId, { statusCode: status, text: textOf(true), lastChanged, references });
  if (subReceipts > 0) receipts.addSubReceipts(receiptId, subReceipts, lastChanged);
  return { receiptId, isUpdate: true };
}

/** The receipt that the shipment has had, or that of the file when it was refused whole: never one of a settled shipment. */
function earlierReceipt(engine: Engine, batch: Batch, shipmentId: number | null): StoredReceipt | undefined {
  const staged = stagedOf(engine, batch).map(({ id }) => id);
  const known = engine.store.receipts
    .ofBatch(batch.id)
    .filter((receipt) => receipt.shipmentId === null || staged.includes(receipt.shipmentId));
  if (shipmentId === null) return known[0];
  return (
    known.find((receipt) => receipt.shipmentId === shipmentId) ?? known.find((receipt) => receipt.shipmentId === null)
  );
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
