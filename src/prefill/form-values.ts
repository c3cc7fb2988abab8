import type { StoredField } from '../store/prefill-lookup.js';
import { FormNodes } from './find-nodes.js';
import { decoded, type FormElement } from './form-tree.js';
import { parseLocationPath } from './location-path.js';

/** A value of a form, and where it came from. */
export interface FormValue {
  /** `/Skjema/Antall[2]`, or `/Skjema/@versjon`; names as they are written in the form. */
  readonly path: string;
  readonly value: string;
  /** Null: it is the form set's own. */
  readonly field: StoredField | null;
}

/**
 * All values of a form, in the order of the document: the texts of elements that hold no others, and attributes.
 * @param fields those that have gone into it
 */
export function formValues(formData: string, fields: readonly StoredField[]): readonly FormValue[] {
  const nodes = new FormNodes(formData);
  const sources = new Map<number, StoredField>();
  for (const field of fields) {
    const path = parseLocationPath(field.fieldId);
    const node = path === null ? undefined : nodes.find(path, field.index ?? 1);
    if (node !== undefined) sources.set(node.kind === 'element' ? node.element.start : node.attribute.start, field);
  }
  const values: FormValue[] = [];
  if (nodes.root !== null) collect(nodes.root, sources, values);
  return values;
}

/** Not by recursion: forms may be deep. */
function collect(root: FormElement, sources: ReadonlyMap<number, StoredField>, values: FormValue[]): void {
  const waiting = [{ element: root, path: `/${nameOf(root)}` }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { element, path } = next;
    for (const { name, value, start } of element.attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
      values.push({ path: `${path}/@${name}`, value, field: sources.get(start) ?? null });
    }
    if (element.children.length === 0) {
      values.push({ path, value: textOf(element), field: sources.get(element.start) ?? null });
    }
    waiting.push(...pathsOfChildren(element, path).reverse());
  }
}

/** Of several with one name each has its number. */
function pathsOfChildren(parent: FormElement, path: string): { element: FormElement; path: string }[] {
  const counts = new Map<string, number>();
  for (const child of parent.children) counts.set(nameOf(child), (counts.get(nameOf(child)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return parent.children.map((element) => {
    const name = nameOf(element);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return { element, path: `${path}/${name}${(counts.get(name) ?? 0) > 1 ? `[${number}]` : ''}` };
  });
}

function nameOf({ prefix, local }: FormElement): string {
  return prefix === '' ? local : `${prefix}:${local}`;
}

const PIECE = /<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|(?<text>[^<]+)/g;

function textOf({ source, innerStart, innerEnd }: FormElement): string {
  let text = '';
  for (const { groups } of source.slice(innerStart, innerEnd).matchAll(PIECE)) {
    text += groups?.cdata ?? decoded(groups?.text ?? '');
  }
  return text;
}
