import type { StoredField } from '../store/prefill-lookup.js';
import { type FormNode, FormNodes, TooManyNodes } from './find-nodes.js';
import type { FormElement } from './form-tree.js';
import type { LocationPath } from './location-path.js';

/** Why a field can't be written into a form. */
export type Misfit =
  /** No node is there. */
  | 'no node'
  /** Its node holds elements, which a value would take the place of. */
  | 'holds elements'
  | 'too many nodes';

/** A field of a form, with its path read. */
export interface FieldToFill {
  readonly field: StoredField;
  readonly path: LocationPath;
}

/**
 * A form and the places in it where fields go. Nothing but the values of these nodes changes: the rest of the form is, byte
 * for byte, what its sender wrote.
 */
export class FormEdits {
  readonly #source: string;
  readonly #nodes = new Map<StoredField, FormNode>();
  readonly misfits = new Map<StoredField, Misfit>();

  constructor(source: string, fields: readonly FieldToFill[]) {
    this.#source = source;
    const nodes = new FormNodes(source);
    for (const { field, path } of fields) {
      try {
        const node = nodes.find(path, field.index ?? 1);
        if (node === undefined) this.misfits.set(field, 'no node');
        else if (node.kind === 'element' && node.element.children.length > 0) this.misfits.set(field, 'holds elements');
        else this.#nodes.set(field, node);
      } catch (error) {
        if (!(error instanceof TooManyNodes)) throw error;
        this.misfits.set(field, 'too many nodes');
      }
    }
  }

  /** Those that go somewhere. */
  get fitting(): readonly StoredField[] {
    return [...this.#nodes.keys()];
  }

  /** The form with these values in it; where two go to one node the later one stays. */
  textWith(fields: readonly StoredField[]): string {
    const edits: Edit[] = [];
    for (const { field, node } of this.lastOf(fields)) edits.push(...editsOf(node, field.value));
    edits.sort((a, b) => a.start - b.start);
    let text = '';
    let at = 0;
    for (const { start, end, replacement } of edits) {
      text += this.#source.slice(at, start) + replacement;
      at = end;
    }
    return text + this.#source.slice(at);
  }

  /** Of the fields that go to one node the last, in the order of the fields. */
  lastOf(fields: readonly StoredField[]): readonly { readonly field: StoredField; readonly node: FormNode }[] {
    const places = new Map<object, { field: StoredField; node: FormNode }>();
    for (const field of fields) {
      const node = this.#nodes.get(field);
      if (node === undefined) continue;
      const place = node.kind === 'element' ? node.element : node.attribute;
      places.delete(place);
      places.set(place, { field, node });
    }
    return [...places.values()];
  }
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function editsOf(node: FormNode, value: string): readonly Edit[] {
  if (node.kind === 'attribute') {
    const { valueStart, valueEnd } = node.attribute;
    return [{ start: valueStart, end: valueEnd, replacement: escaped(value, true) }];
  }
  const { element } = node;
  return [...withoutNil(element), contentEdit(element, escaped(value, false))];
}

function contentEdit(element: FormElement, text: string): Edit {
  const { source, start, nameEnd, innerStart, innerEnd, isEmptyTag } = element;
  if (!isEmptyTag) return { start: innerStart, end: innerEnd, replacement: text };
  return { start: innerStart - 2, end: innerStart, replacement: `>${text}</${source.slice(start + 1, nameEnd)}>` };
}

const INSTANCE_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/** An element that has a value is not nil any more. */
function withoutNil(element: FormElement): readonly Edit[] {
  return element.attributes
    .filter(({ name }) => name.endsWith(':nil') && element.namespaceOf(name.slice(0, -4)) === INSTANCE_NAMESPACE)
    .map(({ start, end }) => ({ start, end, replacement: '' }));
}

/** Characters that a parser would take for something else, or change, become references. */
function escaped(value: string, inAttribute: boolean): string {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
  return inAttribute
    ? text.replaceAll('"', '&quot;').replaceAll("'", '&apos;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
    : text;
}
