/** The story of a claimed file that is a ReceiptSave: it is read twice, to be judged and to be carried out at once. */
import { entranceOf } from '../config/mailboxes.js';
import { ConfigFault } from '../domain/faults.js';
import { IssueCode, issue, type Place } from '../domain/issue.js';
import type { ReceiptStatusCode } from '../domain/receipt.js';
import { checkSender } from '../domain/system-user-code.js';
import { type Engine, nowLocal, nowUtc } from '../intake/engine.js';
import type { SubmissionSource } from '../intake/read-submission.js';
import { Sha256 } from '../intake/sha256.js';
import { nameFor } from '../intake/staging.js';
import { acknowledge, NotCarriedOut } from '../receipts/acknowledge.js';
import { mailboxOfReceipt } from '../receipts/publish-receipt.js';
import { shipmentReferences } from '../receipts/references.js';
import { rejectionMessage } from '../receipts/rejection.js';
import { refusedSaveText } from '../receipts/text.js';
import type { Batch } from '../store/batch-store.js';
import type { StoredReceipt } from '../store/receipt-store.js';
import { utf8Blocks } from '../xml/decode.js';
import { findOwnReceipt } from './find-own-receipt.js';
import { type InvalidSave, type ReceiptSave, readReceiptSave, savedSubReceipts } from './read-receipt-save.js';

/** The file as UTF-8, and the file that the hash is to be taken of when that is another one. */
export interface SaveFile {
  readonly path: string;
  readonly firstOffset: number;
  readonly rehash: string | null;
  /** Of what the sender delivered. */
  readonly bytes: number;
}

/**
 * Commits a batch that is a ReceiptSave: the receipt is updated as it says, or the file is refused with a receipt of its
 * own. Either is one transaction with the batch's own state, so that a file is carried out once, wherever it is killed.
 * @throws Interrupted when the signal came
 */
export async function takeReceiptSave(engine: Engine, batch: Batch, file: SaveFile): Promise<void> {
  const hash = new Sha256();
  const save = await read(engine, batch, file, hash);
  const { systemUserCode } = save;
  if ('issues' in save) {
    refuse(engine, batch, { systemUserCode, statusCode: 'ValidationFailed', issues: save.issues });
    return;
  }
  try {
    carryOut(engine, batch, file, save, hash.digest());
  } catch (error) {
    if (!(error instanceof NotCarriedOut)) throw error;
    refuse(engine, batch, { systemUserCode, statusCode: 'Rejected', issues: [error.issue] });
  }
}

async function read(engine: Engine, batch: Batch, file: SaveFile, hash: Sha256): Promise<ReceiptSave | InvalidSave> {
  if (file.rehash !== null) hash.ofFile(file.rehash);
  let bytes = 0;
  const source = sourceOf(file, (raw) => {
    if (file.rehash === null) hash.update(raw);
    bytes += raw.length;
    engine.onProgress({ file: batch.fileName, bytes, totalBytes: file.bytes, items: 0 });
  });
  engine.store.batches.setState(batch.id, 'staging');
  const { signal } = engine;
  return readReceiptSave(source, { settings: engine.home.settings, validator: await engine.validator(), signal });
}

function carryOut(engine: Engine, batch: Batch, file: SaveFile, save: ReceiptSave, sha256: string): void {
  const { store, catalogue, home } = engine;
  const { systemUserCode, say, place } = save;
  const owner = checkSender(systemUserCode, catalogue, entranceOf(home, batch.mailbox));
  if ('code' in owner) throw new NotCarriedOut(issue(owner.code, 'Error', owner.message, place));
  store.durableTransaction(() => {
    const earlier = store.receiptSaves.carriedOutBefore(sha256, batch.id);
    if (earlier !== undefined) {
      const { receiptId } = earlier;
      const repeat = rejectionMessage({ kind: 'sameUpdate', receiptId, fileName: nameFor(batch, earlier) });
      throw new NotCarriedOut(issue(IssueCode.GeneralError, 'Error', repeat, place));
    }
    const found = findOwnReceipt(store, save, owner.ownerCode);
    requireOutbox(engine, found.receipt, place);
    const subReceipts = savedSubReceipts(sourceOf(file), home);
    acknowledge(store, {
      found,
      say,
      subReceipts,
      by: `service owner: ${systemUserCode}`,
      lastChanged: nowLocal(engine),
    });
    const { subReceiptId, receipt } = found;
    store.receiptSaves.add(batch.id, { systemUserCode, receiptId: receipt.receiptId, subReceiptId });
    store.batches.setState(batch.id, 'committed', { sha256, status: 'OK' });
  });
}

/** An answer that could be written nowhere would stop every run. */
function requireOutbox({ home, store }: Engine, receipt: StoredReceipt, place: Place): void {
  try {
    mailboxOfReceipt(home, store, receipt);
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    const message = `The file of receipt ${receipt.receiptId} came in at a place that is no longer there, so nothing can be written there. Ask whoever runs the intake.`;
    throw new NotCarriedOut(issue(IssueCode.GeneralError, 'Error', message, place));
  }
}

interface RefusedSave extends InvalidSave {
  readonly statusCode: ReceiptStatusCode;
}

function refuse(engine: Engine, batch: Batch, { systemUserCode, statusCode, issues }: RefusedSave): void {
  const { store } = engine;
  store.durableTransaction(() => {
    store.receipts.create({
      batchId: batch.id,
      shipmentId: null,
      statusCode,
      typeName: 'NotSet',
      text: refusedSaveText({ fileName: batch.fileName, systemUserCode }, statusCode, issues),
      lastChanged: nowLocal(engine),
      references: shipmentReferences({ format: null, reference: null, batchId: batch.id, ownerOrgNumber: null }),
      subReceipts: 0,
    });
    store.receiptSaves.add(batch.id, { systemUserCode, receiptId: null, subReceiptId: null });
    store.batches.addIssues(batch.id, null, issues, nowUtc());
    store.batches.setState(batch.id, 'committed', { status: statusCode });
  });
}

function sourceOf({ path, firstOffset }: SaveFile, onRaw: (raw: Buffer) => void = () => {}): SubmissionSource {
  return { blocks: utf8Blocks(path, { reuseBlocks: true, onRaw }), firstOffset, utf8File: path };
}
