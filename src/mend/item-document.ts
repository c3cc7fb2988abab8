import { InternalFault } from '../domain/faults.js';
import type { Format } from '../domain/format.js';
import { layoutOf } from '../formats/layouts.js';
import { child, type XmlElement } from '../xml/element.js';
import { parseItem } from '../xml/tree.js';

/** An item that was kept as a document of its own, taken apart: joined again, the parts are that document. */
export interface ItemDocument {
  /** From the root's start tag to the shipment's, or, where that is the root itself, to the end of the header fields. */
  readonly root: string;
  /** The start tag of the shipment and its header fields; empty where the root is the shipment. */
  readonly part: string;
  /** The Reportee's start tag and what stands in it before the item; empty in formats without. */
  readonly group: string;
  readonly item: string;
  readonly groupClose: string;
  readonly partClose: string;
  readonly rootClose: string;
}

/**
 * Takes apart what `standalone` made of an item.
 * @param rawXml whole: it has passed the gate, and ends with the end tags of all that it opens
 */
export function takeApart(rawXml: string, format: Format): ItemDocument {
  const layout = layoutOf(format);
  const { root } = parseItem(rawXml, { line: 1, position: 1 });
  const part = layout.part === null ? root : lastNamed(root, [layout.part]);
  const group = layout.group === null ? part : lastNamed(part, [layout.group]);
  const item = lastNamed(group, layout.items);
  if (part === undefined || group === undefined || item === undefined) {
    throw new InternalFault(`What is kept of a failed ${format} item is not laid out as such an item is.`);
  }
  const head = group === part ? item : group;
  const partStart = part === root ? head.start : part.start;
  const closing = endTags(rawXml.slice(endOf(rawXml, item)));
  return {
    root: rawXml.slice(0, partStart),
    part: rawXml.slice(partStart, head.start),
    group: rawXml.slice(head.start, item.start),
    item: rawXml.slice(item.start, endOf(rawXml, item)),
    groupClose: group === part ? '' : (closing.shift() ?? ''),
    partClose: part === root ? '' : (closing.shift() ?? ''),
    rootClose: closing.join(''),
  };
}

/** The item is the last of all: before it only what stood in front of it. */
function lastNamed(parent: XmlElement | undefined, names: readonly string[]): XmlElement | undefined {
  return parent?.children.findLast(({ name }) => names.includes(name));
}

function endOf(source: string, { innerEnd }: XmlElement): number {
  return source.startsWith('</', innerEnd) ? source.indexOf('>', innerEnd) + 1 : innerEnd;
}

function endTags(text: string): string[] {
  return text.match(/<\/[^>]*>/g) ?? [];
}

/** What is to stand in the header in the place of what stands there. */
export interface FreshHeader {
  /** Null: the format has none. */
  readonly reference: string | null;
  /** Null: as it is. */
  readonly sequenceNo: string | null;
}

/** The document's head with another reference and sequence number. */
export function withHeader(
  { root, part }: Pick<ItemDocument, 'root' | 'part'>,
  format: Format,
  { reference, sequenceNo }: FreshHeader,
): { root: string; part: string } {
  switch (format) {
    case 'altut':
      return { root, part: sequenceNo === null ? part : withAttribute(part, 'sequenceno', sequenceNo) };
    case 'correspondence':
      return { root: withTexts(root, { ShipmentReference: reference, SequenceNo: sequenceNo }), part };
    case 'prefill':
    case 'subscription':
      return { root, part: withTexts(part, { ExternalShipmentReference: reference, SequenceNo: sequenceNo }) };
  }
}

/** Puts other texts into child elements of the outermost element, which need not be closed. */
function withTexts(source: string, texts: Readonly<Record<string, string | null>>): string {
  let edited = source;
  for (const [name, text] of Object.entries(texts)) {
    const element = text === null ? undefined : child(parseItem(edited, { line: 1, position: 1 }).root, name);
    if (text !== null && element !== undefined) edited = withText(edited, element, text);
  }
  return edited;
}

function withText(source: string, { start, innerStart, innerEnd }: XmlElement, text: string): string {
  const isEmptyTag = source.charAt(innerStart - 2) === '/' && innerStart === innerEnd;
  if (!isEmptyTag) return source.slice(0, innerStart) + escaped(text) + source.slice(innerEnd);
  const name = /^<([^\s/>]+)/.exec(source.slice(start))?.[1] ?? '';
  const tag = `${source.slice(start, innerStart - 2).trimEnd()}>${escaped(text)}</${name}>`;
  return source.slice(0, start) + tag + source.slice(innerEnd);
}

function withAttribute(source: string, name: string, value: string): string {
  const attribute = new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`);
  return source.replace(attribute, (_whole, before: string) => `${before}"${escaped(value)}"`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
