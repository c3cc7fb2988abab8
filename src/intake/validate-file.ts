/** All of intake but storing and receipts: nothing is written anywhere, and the store is not opened. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Home } from '../config/home.js';
import { readHomeCatalogue } from '../config/import-catalogue.js';
import { entranceOf, realPath } from '../config/mailboxes.js';
import { largestFileBytes } from '../config/owner-settings.js';
import { parseSettings } from '../config/settings.js';
import type { DataItem } from '../domain/data-item.js';
import { localDateTime } from '../domain/dates.js';
import type { Format } from '../domain/format.js';
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import { parseSequenceNo } from '../domain/sequence-number.js';
import type { Catalogue } from '../domain/service.js';
import { checkSender, type Entrance } from '../domain/system-user-code.js';
import type { FileLayout } from '../formats/layouts.js';
import { eventLines, isEventFile } from '../messages/event-lines.js';
import { readEvent } from '../messages/read-event.js';
import { NO_EVENTS } from '../messages/take-event-file.js';
import { detectReceiptSave } from '../receipt-save/layout.js';
import { readReceiptSave } from '../receipt-save/read-receipt-save.js';
import { rejectionMessage } from '../receipts/rejection.js';
import { encodingOf, utf8Blocks } from '../xml/decode.js';
import { Refusal } from '../xml/refusal.js';
import type { ShipmentStart } from '../xml/split.js';
import type { FaultyGroup } from './check-chunk.js';
import { checkFileBytes } from './file-bytes.js';
import { formSchemasOf, startValidator } from './open-engine.js';
import { type ReadOptions, readSubmission, type SubmissionSink, UnknownRoot } from './read-submission.js';
import type { FileIssue, FileVerdict, Progress } from './results.js';
import { SeenReferences } from './seen-references.js';

export interface ValidateOptions {
  onIssue(found: FileIssue): void;
  onProgress(progress: Progress): void;
}

/** One file after the other, with one validating child for all of them. */
export interface FileValidation {
  /** Checks a file as intake would. @throws ConfigFault when a schema is broken, IoFault when the file can't be read */
  validate(path: string, options: ValidateOptions): Promise<FileVerdict>;
  close(): Promise<void>;
}

/**
 * @param home null: no catalogue checks, default settings
 * @throws ConfigFault when the catalogue or a schema is broken
 */
export async function startValidation(home: Home | null): Promise<FileValidation> {
  const settings = home?.settings ?? parseSettings({});
  const catalogue = home === null ? null : readHomeCatalogue(home).catalogue;
  const validator = await startValidator(home, catalogue === null ? [] : formSchemasOf(catalogue));
  return {
    validate: (path, options) =>
      validateFile(path, entranceAt(home, path), { settings, catalogue, validator }, options),
    close: () => validator.close(),
  };
}

/** Of a file that lies in an inbox; null elsewhere: then it may be meant for any. */
function entranceAt(home: Home | null, path: string): Entrance | null {
  const folder = realPath(dirname(resolve(path)));
  const mailbox = home?.mailboxes.find(({ inbox }) => realPath(inbox) === folder);
  return home === null || mailbox === undefined ? null : entranceOf(home, mailbox.owner);
}

async function validateFile(
  path: string,
  entrance: Entrance | null,
  { settings, catalogue, validator }: Pick<ReadOptions, 'settings' | 'catalogue' | 'validator'>,
  options: ValidateOptions,
): Promise<FileVerdict> {
  const printing = new Printing(path, catalogue, entrance, options);
  if (isEventFile(path)) return validateEvents(path, settings, entrance?.mailbox ?? null, printing);
  try {
    const { size } = statSync(path);
    checkFileBytes(size, largestFileBytes(settings, catalogue));
    await readSubmission(
      { blocks: blocksOf(path, size, printing, options), ...positionsOf(path), fileBytes: size },
      {
        settings,
        validator,
        catalogue,
        timeOfIntake: localDateTime(Date.now(), settings.timeZone),
      },
      printing,
    );
  } catch (error) {
    if (error instanceof UnknownRoot && detectReceiptSave(error.root.namespace, error.root.name) !== undefined) {
      await validateReceiptSave(path, { settings, validator }, printing, options);
    } else if (error instanceof Refusal) printing.refused(error.issues);
    else if (error instanceof UnknownRoot) printing.refused([error.issue]);
    else throw error;
  }
  return printing.verdict();
}

/** Whether there are such messages, and whether they can be read yet, takes the store. */
function validateEvents(
  path: string,
  settings: ReadOptions['settings'],
  systemUserCode: string | null,
  printing: Printing,
): FileVerdict {
  for (const { line, event } of eventLines(path)) {
    const outcome = 'why' in event ? event : readEvent(event, { ...settings, systemUserCode });
    printing.onEvent(line, 'why' in outcome ? outcome.why : null);
  }
  if (printing.items === 0) printing.refused([NO_EVENTS]);
  return printing.verdict();
}

/** Whether there is such a receipt, and whose it is, takes the store. */
async function validateReceiptSave(
  path: string,
  { settings, validator }: Pick<ReadOptions, 'settings' | 'validator'>,
  printing: Printing,
  options: ValidateOptions,
): Promise<void> {
  const source = { blocks: blocksOf(path, statSync(path).size, printing, options), ...positionsOf(path) };
  const save = await readReceiptSave(source, { settings, validator, signal: undefined });
  if ('issues' in save) printing.refused(save.issues);
  else printing.checkSender(save.systemUserCode, save.place, null);
}

function positionsOf(path: string): { firstOffset: number; utf8File: string | null } {
  const { encoding, bomBytes } = encodingOf(path);
  return encoding === 'UTF-8' ? { firstOffset: bomBytes, utf8File: resolve(path) } : { firstOffset: 0, utf8File: null };
}

function blocksOf(path: string, size: number, printing: Printing, options: ValidateOptions): Iterator<Buffer> {
  let read = 0;
  return utf8Blocks(path, {
    reuseBlocks: true,
    onRaw(raw) {
      read += raw.length;
      options.onProgress({ file: path, bytes: read, totalBytes: size, items: printing.items });
    },
  });
}

class Printing implements SubmissionSink {
  readonly #path: string;
  readonly #catalogue: Catalogue | null;
  readonly #entrance: Entrance | null;
  readonly #options: ValidateOptions;
  readonly #references = new SeenReferences();
  readonly #shipments = new Map<number, Format>();
  /** The Reportee that the last item stood under, and how many of its items have been passed as valid. */
  #reportee: { shipment: number; ordinal: number | null; valid: number } = { shipment: -1, ordinal: null, valid: 0 };
  #format: Format | null = null;
  #failed = 0;
  #issues = 0;
  items = 0;

  constructor(path: string, catalogue: Catalogue | null, entrance: Entrance | null, options: ValidateOptions) {
    this.#path = path;
    this.#catalogue = catalogue;
    this.#entrance = entrance;
    this.#options = options;
  }

  onRoot(_layout: FileLayout): void {}

  onShipment(start: ShipmentStart): { systemUserCode: string; ownerCode: string } {
    const { header, layout, place } = start;
    this.#format ??= layout.format;
    this.#shipments.set(start.index, layout.format);
    const owner = this.checkSender(header.systemUserCode, place, header.reference);
    const isInSequence = layout.format === 'correspondence' || layout.format === 'altut';
    const given = header.sequenceNo?.trim() ?? '';
    if (isInSequence && given !== '' && parseSequenceNo(given) === null) {
      const message = rejectionMessage({ kind: 'sequenceNotANumber', given, expected: null });
      this.#print(null, issue(IssueCode.GeneralError, 'Error', message, place, header.reference));
    }
    return {
      systemUserCode: header.systemUserCode ?? '',
      ownerCode: 'ownerCode' in owner ? owner.ownerCode : (header.systemUserCode ?? '').slice(0, 3),
    };
  }

  checkSender(systemUserCode: string | null, place: Place, reference: string | null): ReturnType<typeof checkSender> {
    const owner = checkSender(systemUserCode, this.#catalogue, this.#entrance);
    if ('code' in owner) this.#print(null, issue(owner.code, 'Error', owner.message, place, reference));
    return owner;
  }

  onItems(shipment: number, items: readonly DataItem[]): void {
    this.items += items.length;
    for (const item of items) {
      if (item.content === null && !item.ignored) this.#failed++;
      this.#countOfReportee(shipment, item);
      for (const one of item.issues) this.#print(item.ordinal, one);
      this.#repeated(shipment, item);
    }
  }

  /** Items of it that are yet to come bring the fault with them. */
  onFaultyReportee(shipment: number, reporteeOrdinal: number, fault: FaultyGroup): void {
    const { shipment: last, ordinal, valid } = this.#reportee;
    if (last !== shipment || ordinal !== reporteeOrdinal || valid === 0) return;
    this.#failed += valid;
    this.#reportee.valid = 0;
    this.#print(null, fault.issue);
  }

  onShipmentIssues(_shipment: number, issues: readonly Issue[]): void {
    for (const one of issues) this.#print(null, one);
  }

  onShipmentEnd(_shipment: number, _items: number): void {}

  onEvent(line: number, why: string | null): void {
    this.items++;
    if (why === null) return;
    this.#failed++;
    this.#print(this.items, issue(IssueCode.GeneralError, 'Error', why, { line, position: 1 }));
  }

  refused(issues: readonly Issue[]): void {
    for (const one of issues) this.#print(null, one);
  }

  onSender(_systemUserCode: string | null): void {}

  onNoShipment(): void {
    const message = 'The file holds no shipment: a Subscription, a Prefill or both must stand in the root element.';
    this.#print(null, issue(IssueCode.GeneralError, 'Error', message, { line: 1, position: 1 }));
  }

  verdict(): FileVerdict {
    return { items: this.items, failed: this.#failed, issues: this.#issues, format: this.#format };
  }

  #countOfReportee(shipment: number, { reporteeOrdinal: ordinal, content, ignored }: DataItem): void {
    const valid = content === null && !ignored ? 0 : 1;
    if (this.#reportee.shipment === shipment && this.#reportee.ordinal === ordinal) this.#reportee.valid += valid;
    else this.#reportee = { shipment, ordinal, valid };
  }

  #repeated(shipment: number, item: DataItem): void {
    if (item.sendersReference === null || item.sendersReference === '') return;
    const key = `${shipment} ${item.shortName?.trim() ?? ''} ${item.sendersReference}`;
    if (!this.#references.addIsRepeat(key)) return;
    const message =
      'The SendersReference is not unique in the shipment. Confirmations and receipts can not tell them apart.';
    this.#print(item.ordinal, issue(IssueCode.GeneralError, 'Warning', message, item, item.sendersReference));
  }

  #print(item: number | null, found: Issue): void {
    this.#issues++;
    const { line, position, level, code, reference, message } = found;
    this.#options.onIssue({ file: this.#path, item, line, position, level, code, reference, message });
  }
}
