/** A chunk of raw items on its way to DataItems: schema, mapping and rules, XML inside values. */
import type { DataItem, ItemFields } from '../domain/data-item.js';
import { type Issue, IssueCode, isFailure, issue, type Place } from '../domain/issue.js';
import type { EmbeddedXml, ItemMapper, MapContext, MappedItem } from '../formats/item-mapper.js';
import type { FileLayout } from '../formats/layouts.js';
import { type Chunk, ChunkItem, type GroupCheck, type GroupHead, HUGE_FROM } from '../xml/chunk.js';
import { Refusal } from '../xml/refusal.js';
import type { Skeleton } from '../xml/skeleton.js';
import { parseItem } from '../xml/tree.js';
import type { Validator } from '../xml/validator.js';
import type { DocumentFault } from '../xml/validator-protocol.js';

/** No item needs more faults to be mended. */
const MAX_FAULTS_AN_ITEM = 20;
/** Where libxml2's line numbers end. */
const LAST_RELIABLE_LINE = 65_000;

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
  readonly issues: readonly [Issue, ...Issue[]];
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

/** @throws Refusal when an item is not well-formed: then the file is not */
export async function checkChunk(chunk: Chunk, check: CheckContext): Promise<CheckedChunk> {
  const faults = await schemaFaults(chunk, check);
  const empty: { groups: GroupCheck[]; faults: Issue[] } = { groups: [], faults: [] };
  const faultyGroups = faults.groups;
  for (const group of chunk.groupChecks) await checkGroup(chunk, group, check, faultyGroups, empty);
  const mapped = chunk.items.map((item) => mapOne(item, faults.items.get(item), faultyGroups, check));
  const embeddedIssues = await checkEmbedded(mapped, check);
  return {
    items: mapped.map((one, index) => dataItem(chunk, one, embeddedIssues.get(index))),
    faultyGroups,
    emptyGroups: empty.groups,
    emptyGroupFaults: empty.faults,
  };
}

interface SchemaFaults {
  readonly items: Map<ChunkItem, DocumentFault[]>;
  readonly groups: Map<number, FaultyGroup>;
}

async function schemaFaults(chunk: Chunk, check: CheckContext): Promise<SchemaFaults> {
  const found: SchemaFaults = { items: new Map(), groups: new Map() };
  if (chunk.document === null) return found;
  const huge = chunk.document.length > HUGE_FROM;
  const { utf8File: path } = check;
  const document = path === null || chunk.pieces === null ? chunk.document : { path, pieces: chunk.pieces };
  const answer = await check.validator.validate(check.layout.schema, document, huge);
  if (answer.notWellFormed !== null) throw notWellFormed(chunk, answer.notWellFormed);
  for (const fault of answer.faults) {
    const owner = chunk.ownerOfLine(fault.line);
    if (owner instanceof ChunkItem) {
      const faults = found.items.get(owner);
      if (faults === undefined) found.items.set(owner, [fault]);
      else if (faults.length < MAX_FAULTS_AN_ITEM) faults.push(fault);
    } else if (owner !== null && !found.groups.has(owner.ordinal)) {
      const issues = [groupIssue(fault.message, owner.idPlace)] as const;
      found.groups.set(owner.ordinal, faultyGroup(chunk, owner, issues));
    }
  }
  return found;
}

function faultyGroup(chunk: Chunk, group: GroupHead | null, issues: FaultyGroup['issues']): FaultyGroup {
  return { issues, rawXmlOf: (bytes) => chunk.rawXml({ group, bytes, isWhole: true }) };
}

function notWellFormed(chunk: Chunk, fault: DocumentFault): Refusal {
  const owner = chunk.ownerOfLine(fault.line);
  const place = owner instanceof ChunkItem ? placeOfFault(owner, fault) : null;
  return new Refusal([
    issue(IssueCode.GeneralError, 'Error', `The file is not well-formed XML: ${fault.message}.`, place),
  ]);
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
  const [first, ...more] = issues;
  if (first === undefined) {
    if (group.items === 0) empty.groups.push(group);
  } else if (group.items === 0) {
    empty.faults.push(...issues);
  } else if (!faulty.has(group.ordinal)) {
    faulty.set(group.ordinal, faultyGroup(chunk, group.head, [first, ...more]));
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

/** The faults that are the skeleton's own, not of the empty placeholders that stand for items in it. */
export function skeletonFaults(
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
  readonly item: ChunkItem;
  readonly fields: ItemFields;
  readonly mapped: MappedItem | null;
  readonly issues: readonly Issue[];
}

function mapOne(
  item: ChunkItem,
  faults: readonly DocumentFault[] | undefined,
  faultyGroups: ReadonlyMap<number, FaultyGroup>,
  check: CheckContext,
): MappedOne {
  const { mapper } = check;
  const context = mapContext(item, check);
  const xml = parseItem(item.bytes.toString('utf8'), item);
  const groupIssues = item.group === null ? undefined : faultyGroups.get(item.group.ordinal)?.issues;
  if (item.faults.length === 0 && faults === undefined && groupIssues === undefined) {
    const mapped = mapper.map(xml, context);
    return { item, fields: mapped, mapped, issues: mapped.issues };
  }
  const fields = mapper.identify(xml, context);
  const reference = fields.sendersReference;
  const issues = [
    ...item.faults,
    ...(groupIssues ?? []),
    ...(faults ?? []).map((fault) => schemaIssue(item, fault)),
  ].map((one) => ({ ...one, reference: one.reference ?? reference }));
  return { item, fields, mapped: null, issues };
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

/** The element's own line, and its column where it can be found on that line; else the item's start. */
function placeOfFault(item: ChunkItem, fault: DocumentFault): Place {
  const into = fault.line - item.documentLine;
  if (fault.line > LAST_RELIABLE_LINE || into < 0) return { line: item.line, position: item.position };
  const line = item.line + into;
  const before = into === 0 ? item.position : 1;
  if (fault.column > 0) return { line, position: before + fault.column - 1 };
  return { line, position: before + columnOfElement(lineOf(item.bytes, into), fault.message) };
}

/** 0-based column of the element that the message names first; of the first character that is not white space if none. */
function columnOfElement(text: string, message: string): number {
  const name = /Element '([^']+)'/.exec(message)?.[1];
  if (name !== undefined) {
    for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
      const tag = /^<(?:[^\s<>/:]+:)?([^\s<>/]+)/.exec(text.slice(at, at + 300));
      if (tag?.[1] === name) return [...text.slice(0, at)].length;
    }
  }
  return Math.max(0, text.search(/\S/));
}

function lineOf(bytes: Buffer, number: number): string {
  let start = 0;
  for (let i = 0; i < number; i++) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1) return '';
    start = end + 1;
  }
  const end = bytes.indexOf(0x0a, start);
  return bytes.toString('utf8', start, Math.min(end === -1 ? bytes.length : end, start + 100_000));
}

/** Issues of XML inside values, by the index of the item (formats.md section 5, 40012). */
async function checkEmbedded(mapped: readonly MappedOne[], check: CheckContext): Promise<Map<number, Issue[]>> {
  const bySchema = new Map<string | null, { index: number; xml: EmbeddedXml }[]>();
  mapped.forEach((one, index) => {
    for (const xml of one.mapped?.content === null ? [] : (one.mapped?.embedded ?? [])) {
      const known = bySchema.get(xml.schema);
      if (known === undefined) bySchema.set(xml.schema, [{ index, xml }]);
      else known.push({ index, xml });
    }
  });
  const issues = new Map<number, Issue[]>();
  for (const [schema, documents] of bySchema) {
    const texts = documents.map(({ xml }) => xml.xml);
    const answer = await check.validator.embedded(texts, schema);
    for (const { index: failed, message } of answer.failed) {
      const document = documents[failed];
      if (document === undefined) continue;
      const { index, xml } = document;
      const reference = mapped[index]?.fields.sendersReference ?? null;
      const found = issue(
        IssueCode.FormDataIsNotValid,
        'Error',
        `${xml.what} is not valid: ${message}`,
        xml.place,
        reference,
      );
      issues.set(index, [...(issues.get(index) ?? []), found]);
    }
  }
  return issues;
}

function dataItem(chunk: Chunk, one: MappedOne, embedded: readonly Issue[] | undefined): DataItem {
  const { item, fields, mapped } = one;
  const issues = embedded === undefined ? one.issues : [...one.issues, ...embedded];
  const isFailed = mapped === null || mapped.content === null || issues.some(isFailure);
  return {
    ordinal: item.ordinal,
    reporteeOrdinal: item.group?.ordinal ?? null,
    line: item.line,
    position: item.position,
    byteOffset: item.byteOffset,
    byteLength: item.byteLength,
    serviceCode: fields.serviceCode,
    serviceEditionCode: fields.serviceEditionCode,
    reportee: fields.reportee,
    sendersReference: fields.sendersReference,
    shortName: fields.shortName,
    content: isFailed ? null : mapped.content,
    issues,
    rawXml: isFailed ? chunk.rawXml(item) : null,
    rawXmlTruncated: isFailed && !item.isWhole,
  };
}
