/** A chunk of raw items on its way to DataItems: schema, mapping and rules, XML inside values. */
import type { ItemContent } from '../domain/content.js';
import type { DataItem, ItemFields } from '../domain/data-item.js';
import { type Issue, IssueCode, isFailure, issue } from '../domain/issue.js';
import type { ItemMapper, MapContext, MappedItem } from '../formats/item-mapper.js';
import type { Chunk, ChunkItem, GroupCheck } from '../xml/chunk.js';
import type { XmlItem } from '../xml/element.js';
import { parseItem } from '../xml/tree.js';
import type { ValidateAnswer } from '../xml/validator-protocol.js';
import { checkGroups } from './check-groups.js';
import { type EmbeddedList, EmbeddedLists, rangesOf } from './embedded-lists.js';
import {
  MAX_FAULTS_AN_ITEM,
  type SchemaCheck,
  type SchemaFaults,
  schemaIssuesOf,
  validateItems,
} from './schema-faults.js';

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

export interface CheckContext extends SchemaCheck {
  readonly mapper: ItemMapper;
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
  const { faults, embedded: failed } = await validateItems(chunk, check, lists.all.map(rangesOf));
  const embedded = embeddedIssues(chunk, check, lists.all, failed);
  const groups = sortGroups(chunk, await checkGroups(chunk, check));
  const items = chunk.items.map((item, index) => {
    const issues = [...groupIssuesOf(item, faults.heads, groups.faultyGroups), ...schemaIssuesOf(item, faults.items)];
    const inside = embedded.get(index) ?? NO_ISSUES;
    const found = issues.length === 0 && inside.length === 0 ? unopposed[index] : null;
    return found ?? dataItem(chunk, check, item, issues, inside);
  });
  chunk.release();
  return { items, ...groups };
}

const NO_ISSUES: readonly Issue[] = [];

/** Sorts the Reportees that were looked at by themselves: their fault is their items', or the shipment's where they have none. */
function sortGroups(
  chunk: Chunk,
  found: ReadonlyMap<GroupCheck, readonly Issue[]>,
): Pick<CheckedChunk, 'faultyGroups' | 'emptyGroups' | 'emptyGroupFaults'> {
  const faultyGroups = new Map<number, FaultyGroup>();
  const emptyGroups: GroupCheck[] = [];
  const emptyGroupFaults: Issue[] = [];
  for (const group of chunk.groupChecks) {
    const issues = found.get(group) ?? NO_ISSUES;
    const [first] = issues;
    const { head } = group;
    if (first === undefined) {
      if (group.items === 0) emptyGroups.push(group);
    } else if (group.items === 0) {
      emptyGroupFaults.push(...issues);
    } else {
      const rawXmlOf = (bytes: Buffer) => chunk.rawXml({ group: head, bytes, isWhole: true });
      faultyGroups.set(group.ordinal, { issue: first, rawXmlOf });
    }
  }
  return { faultyGroups, emptyGroups, emptyGroupFaults };
}

interface MappedOne {
  readonly xml: XmlItem;
  /** Null when the gate has failed it, or it could not be mapped for `fault`. */
  readonly mapped: MappedItem | null;
  /** What mapping it threw: an item that the schema does not pass may well not be mappable. */
  readonly fault: unknown;
}

function mapOne({ wrapper }: Chunk, item: ChunkItem, check: CheckContext): MappedOne {
  const xml = parseItem(item.text, item, wrapper);
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
  const { xml, mapped } = mapOne(chunk, item, check);
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
    const mapped = item === undefined ? null : mapOne(chunk, item, check).mapped;
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
  const { xml, mapped, fault } = mapOne(chunk, item, check);
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
