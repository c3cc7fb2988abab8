/** A ReceiptSave document, read from end to end in memory that does not grow with its sub-receipts. */
import { type Acknowledgement, checkAcknowledgement, type SubAcknowledgement } from '../domain/acknowledgement.js';
import { InternalFault } from '../domain/faults.js';
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import { envelopeIssues } from '../intake/envelope-issues.js';
import { Interrupted, type ReadOptions, type Utf8Source } from '../intake/read-submission.js';
import { itemFaults } from '../intake/schema-faults.js';
import type { Chunk, ChunkItem } from '../xml/chunk.js';
import { child, childrenNamed, childText, childToken, type XmlElement } from '../xml/element.js';
import { Refusal } from '../xml/refusal.js';
import type { Skeleton } from '../xml/skeleton.js';
import { splitFile } from '../xml/split.js';
import { parseItem } from '../xml/tree.js';
import { detectReceiptSave, RECEIPT_SAVE } from './layout.js';

/** What a valid ReceiptSave says; its sub-receipts are read from the file when they are needed. */
export interface ReceiptSave {
  readonly systemUserCode: string;
  /** The receipt that it is about. */
  readonly target: { readonly receiptId: number } | { readonly archiveReference: string };
  readonly say: Acknowledgement;
  readonly subReceipts: number;
  /** Where the document begins. */
  readonly place: Place;
}

/** One that is not valid: what is wrong with it, and who sent it as far as that can be told. */
export interface InvalidSave {
  readonly systemUserCode: string | null;
  readonly issues: readonly [Issue, ...Issue[]];
}

type Options = Pick<ReadOptions, 'settings' | 'validator' | 'signal'>;

/** Enough to mend it by. */
const MOST_ISSUES = 100;

/**
 * Reads and validates a ReceiptSave: what it is stands in docs/receipts.md, "Acknowledging and updating".
 * @throws Interrupted when the signal came
 */
export async function readReceiptSave(source: Utf8Source, options: Options): Promise<ReceiptSave | InvalidSave> {
  const reading = new Reading(source, options);
  try {
    await reading.read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { systemUserCode: reading.systemUserCode, issues: error.issues };
  }
  return reading.result();
}

/** What a file that readReceiptSave has passed says of sub-receipts, one at a time. */
export function* savedSubReceipts(
  source: Utf8Source,
  { settings }: Pick<Options, 'settings'>,
): Generator<SubAcknowledgement> {
  for (const event of splitFile(source.blocks, settings, source.firstOffset, detectReceiptSave)) {
    if (event.kind !== 'chunk') continue;
    for (const item of event.items) {
      const { root } = parseItem(item.text, item);
      const say = checkAcknowledgement(rawSay(root));
      if ('faults' in say)
        throw new InternalFault(`A ReceiptSave that was valid no longer is: ${say.faults.join(' ')}`);
      yield { ...say, receiptId: receiptIdOf(root), place: placeOf(item) };
    }
    event.release();
  }
}

class Reading {
  readonly #source: Utf8Source;
  readonly #options: Options;
  readonly #schemaIssues: Issue[] = [];
  /** They count only where the schema is satisfied. */
  readonly #ruleIssues: Issue[] = [];
  #place: Place = { line: 1, position: 1 };
  #subReceipts = 0;
  #head: Head | null = null;
  /** As soon as it has been read. */
  systemUserCode: string | null = null;

  constructor(source: Utf8Source, options: Options) {
    this.#source = source;
    this.#options = options;
  }

  /** @throws Refusal when it is not well-formed, or the gate refuses it */
  async read(): Promise<void> {
    const { blocks, firstOffset } = this.#source;
    const { settings, signal } = this.#options;
    for (const event of splitFile(blocks, settings, firstOffset, detectReceiptSave)) {
      if (signal?.aborted) throw new Interrupted();
      if (event.kind === 'root') this.#place = event.place;
      else if (event.kind === 'sender') this.systemUserCode = event.systemUserCode;
      else if (event.kind === 'shipment') this.systemUserCode = event.header.systemUserCode;
      else if (event.kind === 'chunk') await this.#chunk(event);
      else if (event.kind === 'envelope') await this.#envelope(event.skeleton);
      if (this.#schemaIssues.length >= MOST_ISSUES) return;
    }
  }

  result(): ReceiptSave | InvalidSave {
    const issues = this.#schemaIssues.length > 0 ? this.#schemaIssues : this.#ruleIssues;
    const [first, ...more] = issues.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, MOST_ISSUES);
    if (first !== undefined) return { systemUserCode: this.systemUserCode, issues: [first, ...more] };
    const { say, target } = this.#head ?? {};
    if (say === undefined || say === null || target === undefined)
      throw new InternalFault('A ReceiptSave ended without its envelope.');
    const systemUserCode = this.systemUserCode ?? '';
    return { systemUserCode, target, say, subReceipts: this.#subReceipts, place: this.#place };
  }

  async #chunk(chunk: Chunk): Promise<void> {
    const { utf8File } = this.#source;
    const { validator } = this.#options;
    const faults = await itemFaults(chunk, { layout: RECEIPT_SAVE, validator, utf8File });
    for (const issues of faults.values()) this.#schemaIssues.push(...issues);
    const isJudged = this.#schemaIssues.length === 0 && this.#ruleIssues.length < MOST_ISSUES;
    if (isJudged) this.#ruleIssues.push(...chunk.items.flatMap(ruleIssues));
    this.#subReceipts += chunk.items.length;
    chunk.release();
  }

  async #envelope(skeleton: Skeleton): Promise<void> {
    this.#schemaIssues.push(...(await envelopeIssues(this.#options.validator, RECEIPT_SAVE.schema, skeleton)));
    this.#head = readHead(skeleton);
    this.systemUserCode = this.#head.systemUserCode;
    this.#ruleIssues.push(...this.#head.issues);
  }
}

function ruleIssues(item: ChunkItem): readonly Issue[] {
  const { root } = parseItem(item.text, item);
  const say = checkAcknowledgement(rawSay(root));
  return 'faults' in say ? say.faults.map((text) => ruleIssue(`Sub-receipt ${receiptIdOf(root)}: ${text}`, item)) : [];
}

interface Head extends Pick<ReceiptSave, 'target'> {
  readonly systemUserCode: string | null;
  /** Null when it is against the rules: then the issues say why. */
  readonly say: Acknowledgement | null;
  readonly issues: readonly Issue[];
}

/** The document outside its sub-receipts; of one that is not valid, what can be made of it. */
function readHead(skeleton: Skeleton): Head {
  const head = parseItem(skeleton.bytes().toString('utf8'), { line: 1, position: 1 });
  const { root } = head;
  const systemUserCode = childText(root, 'SystemUserCode');
  const archiveReference = childText(root, 'ArchiveReference');
  const target = archiveReference === null ? { receiptId: receiptIdOf(root) } : { archiveReference };
  const say = checkAcknowledgement(rawSay(root));
  if (!('faults' in say)) return { systemUserCode, target, say, issues: [] };
  const line = skeleton.fileLine(head.placeOf(child(root, 'ReceiptStatus') ?? root).line);
  const issues = say.faults.map((text) => ruleIssue(text, { line, position: 1 }));
  return { systemUserCode, target, say: null, issues };
}

function rawSay(element: XmlElement) {
  return {
    status: childText(element, 'ReceiptStatus') ?? '',
    text: childText(element, 'ReceiptText') ?? '',
    references: childrenNamed(child(element, 'References'), 'Reference').map((reference) => ({
      type: childText(reference, 'ReferenceTypeName') ?? '',
      value: childText(reference, 'ReferenceValue') ?? '',
    })),
  };
}

function receiptIdOf(element: XmlElement): number {
  return Number(childToken(element, 'ReceiptId'));
}

function ruleIssue(message: string, { line, position }: Place): Issue {
  return issue(IssueCode.GeneralError, 'Error', message, { line, position });
}

function placeOf({ line, position }: ChunkItem): Place {
  return { line, position };
}
