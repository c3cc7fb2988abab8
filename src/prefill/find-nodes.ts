import { type FormAttribute, type FormElement, parseForm } from './form-tree.js';
import type { ElementStep, LocationPath, NodeName } from './location-path.js';

/** What a field prefill may be written into. */
export type FormNode =
  | { readonly kind: 'element'; readonly element: FormElement }
  | { readonly kind: 'attribute'; readonly element: FormElement; readonly attribute: FormAttribute };

/** So many nodes are looked at for the fields of one form: it is far beyond any form, and done in no time. */
const MOST_LOOKED_AT = 2_000_000;

/** Thrown when the paths lead to more nodes than can be meant. */
export class TooManyNodes extends Error {}

/** A form in which nodes are looked up by path. */
export class FormNodes {
  readonly root: FormElement | null;
  readonly #found = new Map<LocationPath, readonly FormElement[]>();
  #byName: Map<string, FormElement[]> | null = null;
  #lookedAt = 0;

  constructor(source: string) {
    this.root = parseForm(source);
  }

  /**
   * The node that a path leads to, of several that with the number `index`, from 1; undefined when there is none. A name
   * without a prefix is that of an element of any namespace; a prefix means what it means in the form.
   * @throws TooManyNodes
   */
  find(path: LocationPath, index: number): FormNode | undefined {
    const element = this.#elements(path)[index - 1];
    if (element === undefined) return undefined;
    if (path.attribute === null) return { kind: 'element', element };
    const attribute = attributeOf(element, path.attribute);
    return attribute === undefined ? undefined : { kind: 'attribute', element, attribute };
  }

  #elements(path: LocationPath): readonly FormElement[] {
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    let found = this.#walk(path.steps, null);
    // One that does not begin at the document may be meant from the root element on.
    if (found.length === 0 && !path.isAbsolute && this.root !== null) found = this.#walk(path.steps, [this.root]);
    this.#found.set(path, found);
    return found;
  }

  /** @param from null: the document */
  #walk(steps: readonly ElementStep[], from: readonly FormElement[] | null): readonly FormElement[] {
    let context = from;
    for (const step of steps) {
      const next: FormElement[] = [];
      for (const element of this.#candidates(step, context)) {
        if (++this.#lookedAt > MOST_LOOKED_AT) throw new TooManyNodes();
        if (isNamed(element, step) && isAt(element, step)) next.push(element);
      }
      context = next;
    }
    return context ?? [];
  }

  /** Elements of the step's local name, in the order of the document. */
  *#candidates(step: ElementStep, context: readonly FormElement[] | null): Generator<FormElement> {
    if (step.isDeep) {
      const above = context === null ? null : new Set(context);
      for (const element of this.#allNamed(step.local)) if (isBelow(element, above)) yield element;
    } else if (context !== null) {
      for (const parent of context) yield* parent.childrenNamed(step.local);
    } else if (this.root?.local === step.local) {
      yield this.root;
    }
  }

  #allNamed(local: string): readonly FormElement[] {
    this.#byName ??= byName(this.root);
    return this.#byName.get(local) ?? [];
  }
}

function byName(root: FormElement | null): Map<string, FormElement[]> {
  const found = new Map<string, FormElement[]>();
  const waiting = root === null ? [] : [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    const named = found.get(element.local);
    if (named === undefined) found.set(element.local, [element]);
    else named.push(element);
    for (let at = element.children.length - 1; at >= 0; at--) waiting.push(element.children[at] as FormElement);
  }
  return found;
}

function isBelow(element: FormElement, above: ReadonlySet<FormElement> | null): boolean {
  if (above === null) return true;
  for (let one = element.parent; one !== null; one = one.parent) if (above.has(one)) return true;
  return false;
}

function isNamed(element: FormElement, { prefix, namespace }: NodeName): boolean {
  if (namespace !== null) return (element.namespaceOf(element.prefix) ?? '') === namespace;
  return prefix === null || isSameNamespace(element, element.prefix, prefix);
}

/** Whether a path's prefix means here what a name's own does. One that the form does not know means nothing. */
function isSameNamespace(element: FormElement, own: string, prefix: string): boolean {
  const namespace = element.namespaceOf(prefix);
  return namespace !== null && element.namespaceOf(own) === namespace;
}

/** A position counts the elements that the step means, among the children of one parent. */
function isAt(element: FormElement, step: ElementStep): boolean {
  if (step.position === null) return true;
  if (element.parent === null) return step.position === 1;
  const siblings = element.parent.childrenNamed(step.local);
  if (step.prefix === null && step.namespace === null) return siblings[step.position - 1] === element;
  return siblings.filter((one) => isNamed(one, step))[step.position - 1] === element;
}

function attributeOf(element: FormElement, { local, prefix }: NodeName): FormAttribute | undefined {
  return element.attributes.find(({ name }) => {
    if (name === 'xmlns' || name.startsWith('xmlns:')) return false;
    if (prefix === null) return name === local;
    const [own = '', ownLocal] = name.split(':');
    return ownLocal === local && isSameNamespace(element, own, prefix);
  });
}
