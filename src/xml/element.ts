import type { Place } from '../domain/issue.js';

/** One element of an item, by local name: namespaces have been checked by the schema before anyone reads this. */
export interface XmlElement {
  readonly name: string;
  /** By local name, decoded; namespace declarations left out, `xsi:nil` under `nil`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /**
   * The element's own text and CDATA, decoded and joined, line ends as \n; white space as it stands, but left out beside
   * its children.
   */
  readonly text: string;
  /** Offsets (UTF-16 units) into the item's source: of its `<`, and of what stands between its tags. */
  readonly start: number;
  readonly innerStart: number;
  readonly innerEnd: number;
}

/** An item of the file as a light tree, with the means to say where a part of it stands in the file. */
export interface XmlItem {
  readonly root: XmlElement;
  placeOf(element: XmlElement): Place;
  /** Where what stands between the element's tags begins and ends, in bytes from the item's start. */
  innerBytes(element: XmlElement): { readonly start: number; readonly end: number };
  /** The markup between the element's tags as it stood in the file; what it takes from around it is declared in it. */
  innerXml(element: XmlElement): string;
}

/** The first child of that name. */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  if (parent !== undefined) for (const one of parent.children) if (one.name === name) return one;
  return undefined;
}

export function childrenNamed(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent === undefined ? [] : parent.children.filter((one) => one.name === name);
}

/** The text of the first child of that name; null when there is no such child. White space as it stands. */
export function childText(parent: XmlElement | undefined, name: string): string | null {
  return child(parent, name)?.text ?? null;
}

/** As childText, for types whose white space collapses (dates, numbers, booleans); null also when xsi:nil. */
export function childToken(parent: XmlElement | undefined, name: string): string | null {
  const found = child(parent, name);
  if (found === undefined || isNil(found)) return null;
  return found.text.trim();
}

export function isNil(element: XmlElement): boolean {
  const nil = element.attributes.nil?.trim();
  return nil === 'true' || nil === '1';
}
