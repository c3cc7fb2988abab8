/** A chunk of raw items on its way to DataItems: schema, mapping and rules, XML inside values. */
import type { ItemContent } from '../domain/content.js';
import type { DataItem, ItemFields } from '../domain/data-item.js';
import { type Issue, IssueCode, isFailure, issue, type Place } from '../domain/issue.js';
import type { ItemMapper, MapContext, MappedItem } from '../formats/item-mapper.js';
import type { FileLayout } from '../formats/layouts.js';
import { type Chunk, ChunkItem, type GroupCheck, HUGE_FROM } from '../xml/chunk.js';
import type { XmlItem } from '../xml/element.js';
import { Refusal } from '../xml/refusal.js';
import type { Skeleton } from '../xml/skeleton.js';
import { parseItem } from '../xml/tree.js';
import type { Validator } from '../xml/validator.js';
import type { DocumentFault, SchemaKey, ValidateAnswer } from '../xml/validator-protocol.js';
import { type EmbeddedList, EmbeddedLists, rangesOf } from './embedded-lists.js';
import { placeOfFault } from './fault-places.js';

/** No item needs more faults to be mended. */
const MAX_FAULTS_AN_ITEM = 20;

export interface CheckedChunk {
  readonly items: readonly DataItem[];
  /** Reportees of this chunk that are at fault outside their items, all of whose items fail. */
  readonly faultyGroups: ReadonlyMap<number, FaultyGroup>;
  /** Reportees that hold no item and whose shape the schema passed. */
  readonly emptyGroups: readonly GroupCheck[];
  /** Faults of Reportees that hold no item: issues of the shipment. */
  readonly emptyGroupFaults: readonly Issue[];
}

export interface FaultyGroup {
  /** The first of its faults: the same for each of its items, wherever the chunks are cut. */
  readonly issue: Issue;
  /** An item of the group, given as the bytes it has in the file, as a document of its own. */
  rawXmlOf(bytes: Buffer): string;
}

export interface CheckContext {
  readonly layout: FileLayout;
  readonly mapper: ItemMapper;
  readonly validator: Validator;
  /** Where the child can read for itself what the chunk was cut from; null when it is nowhere as UTF-8. */
  readonly utf8File: string | null;
  /** Without the Reportee, which each item brings. */
  readonly context: Omit<MapContext, 'reporteeId' | 'reporteePlace'>;
}

/**
 * Maps the items of a chunk, has them validated by the child, and puts both together.
 * @throws Refusal when an item is not well-formed: then the file is not
 */
export async function checkChunk(chunk: Chunk, check: CheckContext): Promise<CheckedChunk> {
  const lists = new EmbeddedLists();
  const unopposed = chunk.items.map((item, index) => mapUnopposed(chunk, item, index, check, lists));
  const { faults, embedded } = await validate(chunk, check, lists.all);
  const empty: { groups: GroupCheck[]; faults: Issue[] } = { groups: [], faults: [] };
  const faultyGroups = new Map<number, FaultyGroup>();
  for (const group of chunk.groupChecks) await checkGroup(chunk, group, check, faultyGroups, empty);
  const items = chunk.items.map((item, index) => {
    const issues = [...groupIssuesOf(item, faults.heads, faultyGroups), ...schemaIssuesOf(item, faults.items)];
    const inside = embedded.get(index) ?? NO_ISSUES;
    const found = issues.length === 0 && inside.length === 0 ? unopposed[index] : null;
    return found ?? dataItem(chunk, check, item, issues, inside);
  });
  chunk.release();
  return { items, faultyGroups, emptyGroups: empty.groups, emptyGroupFaults: empty.faults };
}

const NO_ISSUES: readonly Issue[] = [];

interface SchemaFaults {
  readonly items: Map<ChunkItem, DocumentFault[]>;
  /**
   * Faults in the Id of plain Reportees: it stands in each chunk that has items of theirs, so each chunk fails its own.
   * Those of other Reportees are found by the look at their whole shape, when they are closed.
   */
  readonly heads: Map<number, Issue>;
}

interface Validated {
  readonly faults: SchemaFaults;
  /** Issues of XML inside values, by the index of the item. */
  readonly embedded: ReadonlyMap<number, readonly Issue[]>;
}

async function validate(chunk: Chunk, check: CheckContext, lists: readonly EmbeddedList[]): Promise<Validated> {
  const { validator, utf8File } = check;
  const answer = await validated(chunk, { validator, utf8File, schema: check.layout.schema }, lists);
  if (answer === null) return { faults: { items: new Map(), heads: new Map() }, embedded: new Map() };
  return { faults: byOwner(chunk, answer.faults), embedded: embeddedIssues(chunk, check, lists, answer.embedded) };
}

interface SchemaCheck extends Pick<CheckContext, 'validator' | 'utf8File'> {
  readonly schema: SchemaKey;
}

/** The gate's and the schema's faults of each item of a chunk that has any. @throws Refusal when it is not well-formed */
export async function itemFaults(chunk: Chunk, check: SchemaCheck): Promise<ReadonlyMap<ChunkItem, readonly Issue[]>> {
  const answer = await validated(chunk, check, []);
  const faults = answer === null ? new Map() : byOwner(chunk, answer.faults).items;
  const found = new Map<ChunkItem, readonly Issue[]>();
  for (const item of chunk.items) {
    const issues = [...item.faults, ...schemaIssuesOf(item, faults)];
    if (issues.length > 0) found.set(item, issues);
  }
  return found;
}

/** What the child says of a chunk's document; null when there is none. */
async function validated(
  chunk: Chunk,
  { validator, utf8File: path, schema }: SchemaCheck,
  lists: readonly EmbeddedList[],
): Promise<ValidateAnswer | null> {
  if (chunk.document === null) return null;
  const document = path === null || chunk.pieces === null ? chunk.document : { path, pieces: chunk.pieces };
  const isHuge = chunk.document.length > HUGE_FROM;
  const answer = await validator.validate(schema, document, isHuge, lists.map(rangesOf));
  if (answer.notWellFormed !== null) throw notWellFormed(chunk, answer.notWellFormed);
  return answer;
}

function byOwner(chunk: Chunk, faults: readonly DocumentFault[]): SchemaFaults {
  const found: SchemaFaults = { items: new Map(), heads: new Map() };
  for (const fault of faults) {
    const owner = chunk.ownerOfLine(fault.line);
    if (owner instanceof ChunkItem) {
      const known = found.items.get(owner);
      if (known === undefined) found.items.set(owner, [fault]);
      else if (known.length < MAX_FAULTS_AN_ITEM) known.push(fault);
    } else if (owner !== null && !owner.isIrregular && !found.heads.has(owner.ordinal)) {
      found.heads.set(owner.ordinal, groupIssue(fault.message, owner.idPlace));
    }
  }
  return found;
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

function groupIssue(message: string, at: Place | null): Issue {
  return issue(
    IssueCode.GeneralError,
    'Error',
    `The Reportee around the item is not valid: ${message} All items of this Reportee fail with it.`,
    at,
  );
}

async function checkGroup(
  chunk: Chunk,
  group: GroupCheck,
  check: CheckContext,
  faulty: Map<number, FaultyGroup>,
  empty: { groups: GroupCheck[]; faults: Issue[] },
): Promise<void> {
  const issues = await groupFaults(group, check);
  const [first] = issues;
  const { head } = group;
  if (first === undefined) {
    if (group.items === 0) empty.groups.push(group);
  } else if (group.items === 0) {
    empty.faults.push(...issues);
  } else {
    const rawXmlOf = (bytes: Buffer) => chunk.rawXml({ group: head, bytes, isWhole: true });
    faulty.set(group.ordinal, { issue: first, rawXmlOf });
  }
}

async function groupFaults(group: GroupCheck, check: CheckContext): Promise<readonly Issue[]> {
  if (group.document === null) return group.faults;
  const answer = await check.validator.validate(check.layout.schema, group.document, false);
  if (answer.notWellFormed !== null) {
    const line = group.skeleton.fileLine(answer.notWellFormed.line - group.linesBefore);
    const message = `The file is not well-formed XML: ${answer.notWellFormed.message}.`;
    throw new Refusal([issue(IssueCode.GeneralError, 'Error', message, { line, position: 1 })]);
  }
  const faults = answer.faults.filter((fault) => fault.line > group.linesBefore);
  return skeletonFaults(group.skeleton, faults, group.linesBefore).map(({ message, line }) =>
    group.items === 0
      ? issue(IssueCode.GeneralError, 'Error', `The Reportee is not valid: ${message}`, placeInGroup(group, line))
      : groupIssue(message, placeInGroup(group, line)),
  );
}

function placeInGroup(group: GroupCheck, line: number): Place {
  return line === group.line ? group : { line, position: 1 };
}

/** The issues of a file's envelope, its items replaced by placeholders. */
export async function envelopeIssues(
  validator: Validator,
  schema: SchemaKey,
  skeleton: Skeleton,
): Promise<readonly Issue[]> {
  const answer = await validator.validate(schema, skeleton.bytes(), false);
  const faults =
    answer.notWellFormed === null
      ? skeletonFaults(skeleton, answer.faults, 0)
      : [
          {
            message: `The file is not well-formed XML: ${answer.notWellFormed.message}.`,
            line: skeleton.fileLine(answer.notWellFormed.line),
          },
        ];
  return faults.map(({ message, line }) => issue(IssueCode.GeneralError, 'Error', message, { line, position: 1 }));
}

/** The faults that are the skeleton's own, not of the empty placeholders that stand for items in it. */
function skeletonFaults(
  skeleton: Skeleton,
  faults: readonly DocumentFault[],
  linesBefore: number,
): { message: string; line: number }[] {
  const own = faults.filter((fault) => {
    const isPlaceholder = skeleton.placeholderOn(fault.line - linesBefore) !== undefined;
    return !isPlaceholder || fault.message.includes('This element is not expected');
  });
  return own.map(({ message, line }) => ({ message, line: skeleton.fileLine(line - linesBefore) }));
}

interface MappedOne {
  readonly xml: XmlItem;
  /** Null when the gate has failed it, or it could not be mapped for `fault`. */
  readonly mapped: MappedItem | null;
  /** What mapping it threw: an item that the schema does not pass may well not be mappable. */
  readonly fault: unknown;
}

function mapOne(item: ChunkItem, check: CheckContext): MappedOne {
  const xml = parseItem(item.text, item);
  if (item.faults.length > 0) return { xml, mapped: null, fault: null };
  try {
    return { xml, mapped: check.mapper.map(xml, mapContext(item, check)), fault: null };
  } catch (fault) {
    return { xml, mapped: null, fault };
  }
}

/**
 * What becomes of an item that nobody else finds a fault with; null when it can't be mapped. The tree that it was mapped
 * from is let go: while the child is at work, hundreds of them would be in the way. Those few at fault are mapped again.
 */
function mapUnopposed(
  chunk: Chunk,
  item: ChunkItem,
  index: number,
  check: CheckContext,
  lists: EmbeddedLists,
): DataItem | null {
  const { xml, mapped } = mapOne(item, check);
  if (mapped === null) return null;
  if (mapped.content !== null) lists.add(index, item, xml, mapped.embedded);
  return assembled(chunk, item, mapped, mapped.content, mapped.issues);
}

function groupIssuesOf(
  { group, faults }: ChunkItem,
  heads: SchemaFaults['heads'],
  faulty: ReadonlyMap<number, FaultyGroup>,
): readonly Issue[] {
  if (group === null || (heads.size === 0 && faulty.size === 0)) return NO_ISSUES;
  const found = [heads.get(group.ordinal), faulty.get(group.ordinal)?.issue];
  // What the gate found in the Reportee before the item stands on the item already.
  return found.filter((one) => one !== undefined && !faults.includes(one)) as Issue[];
}

function schemaIssuesOf(item: ChunkItem, faults: SchemaFaults['items']): readonly Issue[] {
  return faults.get(item)?.map((fault) => schemaIssue(item, fault)) ?? NO_ISSUES;
}

/** Written out: a spread costs more than the rest of a small item's way. */
function mapContext({ group }: ChunkItem, { context }: CheckContext): MapContext {
  return {
    systemUserCode: context.systemUserCode,
    ownerCode: context.ownerCode,
    catalogue: context.catalogue,
    rules: context.rules,
    timeOfIntake: context.timeOfIntake,
    reporteeId: group === null ? null : group.id,
    reporteePlace: group === null ? null : group.idPlace,
  };
}

function schemaIssue(item: ChunkItem, fault: DocumentFault): Issue {
  return issue(IssueCode.GeneralError, 'Error', fault.message, placeOfFault(item, fault));
}

/** formats.md section 5, 40012. */
function embeddedIssues(
  chunk: Chunk,
  check: CheckContext,
  lists: readonly EmbeddedList[],
  failed: ValidateAnswer['embedded'],
): Map<number, Issue[]> {
  const issues = new Map<number, Issue[]>();
  for (const { list, index: at, message } of failed) {
    const document = lists[list]?.documents[at];
    if (document === undefined) continue;
    const { index, which } = document;
    const known = issues.get(index) ?? [];
    if (known.length >= MAX_FAULTS_AN_ITEM) continue;
    const item = chunk.items[index];
    const mapped = item === undefined ? null : mapOne(item, check).mapped;
    const xml = mapped?.embedded[which];
    if (mapped === null || xml === undefined) continue;
    const text = `${xml.what} is not valid: ${message}`;
    known.push(issue(IssueCode.FormDataIsNotValid, 'Error', text, xml.place, mapped.sendersReference));
    issues.set(index, known);
  }
  return issues;
}

/** @param outside issues of the schema and of the Reportee around it: with one of them the mapping counts for nothing */
function dataItem(
  chunk: Chunk,
  check: CheckContext,
  item: ChunkItem,
  outside: readonly Issue[],
  embedded: readonly Issue[],
): DataItem {
  const { xml, mapped, fault } = mapOne(item, check);
  if (mapped !== null && outside.length === 0) {
    const issues = embedded.length === 0 ? mapped.issues : [...mapped.issues, ...embedded];
    const isFailed = mapped.content === null || embedded.some(isFailure);
    return assembled(chunk, item, mapped, isFailed ? null : mapped.content, issues);
  }
  const all = [...item.faults, ...outside];
  if (all.length === 0) throw fault;
  const fields = check.mapper.identify(xml, mapContext(item, check));
  const issues = all.map((found) => ({ ...found, reference: found.reference ?? fields.sendersReference }));
  return assembled(chunk, item, fields, null, issues);
}

function assembled(
  chunk: Chunk,
  item: ChunkItem,
  fields: ItemFields,
  content: ItemContent | null,
  issues: readonly Issue[],
): DataItem {
  return {
    ordinal: item.ordinal,
    reporteeOrdinal: item.group === null ? null : item.group.ordinal,
    line: item.line,
    position: item.position,
    byteOffset: item.byteOffset,
    byteLength: item.byteLength,
    serviceCode: fields.serviceCode,
    serviceEditionCode: fields.serviceEditionCode,
    reportee: fields.reportee,
    sendersReference: fields.sendersReference,
    shortName: fields.shortName,
    content,
    issues,
    rawXml: content === null ? chunk.rawXml(item) : null,
    rawXmlTruncated: content === null && !item.isWhole,
  };
}
