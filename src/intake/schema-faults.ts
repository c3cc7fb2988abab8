/** A chunk's items against the schema, many in one call. */
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import type { FileLayout, PartLayout } from '../formats/layouts.js';
import { type Chunk, ChunkItem, countNewlines, type GroupHead, HUGE_FROM } from '../xml/chunk.js';
import { Refusal } from '../xml/refusal.js';
import type { Validator } from '../xml/validator.js';
import type { DocumentFault, EmbeddedRanges, ValidateAnswer } from '../xml/validator-protocol.js';
import { groupIssue } from './check-groups.js';
import { placeOfFault } from './fault-places.js';
import { isStop } from './stop.js';

/** No item needs more faults to be mended. */
export const MAX_FAULTS_AN_ITEM = 20;

export interface SchemaFaults {
  readonly items: Map<ChunkItem, DocumentFault[]>;
  /**
   * Faults in the Id of plain Reportees: it stands in each chunk that has items of theirs, so each chunk fails its own.
   * Those of other Reportees are found by the look at their whole shape, when they are closed.
   */
  readonly heads: Map<number, Issue>;
}

export interface SchemaCheck {
  readonly layout: FileLayout<PartLayout>;
  readonly validator: Validator;
  /** Where the child can read for itself what the chunk was cut from; null when it is nowhere as UTF-8. */
  readonly utf8File: string | null;
}

/**
 * @param embedded what stands inside values, to be looked at in the same call
 * @throws Refusal when an item is not well-formed: then the file is not
 */
export async function validateItems(
  chunk: Chunk,
  check: SchemaCheck,
  embedded: readonly EmbeddedRanges[],
): Promise<{ readonly faults: SchemaFaults; readonly embedded: ValidateAnswer['embedded'] }> {
  const found: SchemaFaults = { items: new Map(), heads: new Map() };
  if (chunk.document === null) return { faults: found, embedded: [] };
  const { utf8File: path } = check;
  const document = path === null || chunk.pieces === null ? chunk.document : { path, pieces: chunk.pieces };
  const isHuge = chunk.document.length > HUGE_FROM;
  const parts = Float64Array.from(chunk.ownerLines);
  const answer = await check.validator.validate(check.layout.schema, document, isHuge, embedded, parts);
  if (answer.notWellFormed !== null) throw notWellFormed(chunk, answer.notWellFormed);
  for (const fault of answer.faults) addFault(found, chunk.ownerOfLine(fault.line), fault);
  const unseen = passedOver(chunk, answer.faults);
  if (unseen.size > 0 && !(await isEnvelopeAtFault(chunk, check))) {
    for (const item of unseen) await lookAlone(chunk, item, check, found);
  }
  return { faults: found, embedded: answer.embedded };
}

/** The gate's and the schema's faults of each item of a chunk that has any. @throws Refusal as above */
export async function itemFaults(chunk: Chunk, check: SchemaCheck): Promise<ReadonlyMap<ChunkItem, readonly Issue[]>> {
  const { faults } = await validateItems(chunk, check, []);
  const found = new Map<ChunkItem, readonly Issue[]>();
  for (const item of chunk.items) {
    const issues = [...item.faults, ...schemaIssuesOf(item, faults.items)];
    if (issues.length > 0) found.set(item, issues);
  }
  return found;
}

export function schemaIssuesOf(item: ChunkItem, faults: SchemaFaults['items']): readonly Issue[] {
  return faults.get(item)?.map((fault) => schemaIssue(item, fault)) ?? NO_ISSUES;
}

const NO_ISSUES: readonly Issue[] = [];

function schemaIssue(item: ChunkItem, fault: DocumentFault): Issue {
  return issue(IssueCode.GeneralError, 'Error', fault.message, placeOfFault(item, fault));
}

function addFault(found: SchemaFaults, owner: ReturnType<Chunk['ownerOfLine']>, fault: DocumentFault): void {
  if (owner instanceof ChunkItem) {
    const known = found.items.get(owner);
    if (known === undefined) found.items.set(owner, [fault]);
    else if (known.length < MAX_FAULTS_AN_ITEM) known.push(fault);
  } else if (owner !== null && !owner.isIrregular && !found.heads.has(owner.ordinal)) {
    found.heads.set(owner.ordinal, groupIssue(fault.message, owner.idPlace));
  }
}

function notWellFormed(chunk: Chunk, fault: DocumentFault): Refusal {
  const message = `The file is not well-formed XML: ${fault.message}.`;
  return new Refusal([issue(IssueCode.GeneralError, 'Error', message, placeInDocument(chunk, fault))]);
}

function placeInDocument(chunk: Chunk, fault: DocumentFault): Place {
  const owner = chunk.ownerOfLine(fault.line);
  if (owner instanceof ChunkItem) return placeOfFault(owner, fault);
  return owner?.idPlace ?? { line: chunk.envelopeLine(fault.line), position: 1 };
}

/** The items that the native parser has not looked at: they stand behind an item or a Reportee that must not stand there. */
function passedOver(chunk: Chunk, faults: readonly DocumentFault[]): ReadonlySet<ChunkItem> {
  const found = new Set<ChunkItem>();
  for (const fault of faults) {
    const owner = chunk.ownerOfLine(fault.line);
    if (owner === null || !isStop(fault.message, owner.bytes)) continue;
    for (const item of chunk.items) {
      if (item.documentLine > fault.line && isBehind(item, owner, fault)) found.add(item);
    }
  }
  return found;
}

/** Whether they share a parent in the chunk's document, given that the item stands further down in it. */
function isBehind({ group }: ChunkItem, stop: ChunkItem | GroupHead, fault: DocumentFault): boolean {
  if (!(stop instanceof ChunkItem)) return true;
  if (fault.line !== stop.documentLine) return false;
  return stop.group === null || (stop.group === group && !group.isIrregular);
}

/** Whether nothing may stand behind the header, which lacks something: then the file is refused, and its items don't matter. */
async function isEnvelopeAtFault(chunk: Chunk, { layout, validator }: SchemaCheck): Promise<boolean> {
  const prefix = /^<([^\s<>/:]+:)?/.exec(chunk.wrapper.toString('utf8'))?.[1] ?? '';
  const first = Buffer.from(`<${prefix}${layout.shipments[0]?.group ?? layout.shipments[0]?.items[0]}/>`);
  const document = Buffer.concat([chunk.wrapper, first, chunk.closing]);
  const { faults } = await validator.validate(layout.schema, document, false);
  return faults.some(({ message }) => isStop(message, first));
}

/** One call for each: among them may be more that would hide what stands behind them. */
async function lookAlone(chunk: Chunk, item: ChunkItem, check: SchemaCheck, found: SchemaFaults): Promise<void> {
  const document = Buffer.from(chunk.rawXml(item));
  const answer = await check.validator.validate(check.layout.schema, document, document.length > HUGE_FROM);
  const headLine = countNewlines(chunk.wrapper) + 2;
  const itemLine = headLine + countNewlines(item.group?.bytes ?? NOTHING);
  for (const fault of answer.faults) {
    const inChunk = { ...fault, line: item.documentLine + fault.line - itemLine };
    if (fault.line >= itemLine) addFault(found, item, inChunk);
    else if (fault.line >= headLine) addFault(found, item.group, inChunk);
  }
}

const NOTHING = Buffer.alloc(0);
