/** A form's XML as a tree that knows where everything stands, so that a value can be changed and all else stays as it was sent. */

/** An element, with offsets (UTF-16 units) into the text. */
export class FormElement {
  readonly children: FormElement[] = [];
  /** Behind the end of its end tag. */
  end = 0;
  /** Where its end tag begins; of an empty-element tag its end. */
  innerEnd = 0;
  #byName: Map<string, FormElement[]> | null = null;
  #attributes: readonly FormAttribute[] | null = null;

  /**
   * @param source the whole text
   * @param start of its `<`
   * @param nameEnd of its name
   * @param innerStart behind the `>` of its start tag
   */
  constructor(
    readonly source: string,
    readonly parent: FormElement | null,
    readonly prefix: string,
    readonly local: string,
    readonly start: number,
    readonly nameEnd: number,
    readonly innerStart: number,
  ) {}

  get isEmptyTag(): boolean {
    return this.source.charAt(this.innerStart - 2) === '/';
  }

  /** Children of that local name, in the order of the document. */
  childrenNamed(local: string): readonly FormElement[] {
    if (this.#byName === null) {
      this.#byName = new Map();
      for (const child of this.children) {
        const named = this.#byName.get(child.local);
        if (named === undefined) this.#byName.set(child.local, [child]);
        else named.push(child);
      }
    }
    return this.#byName.get(local) ?? [];
  }

  get attributes(): readonly FormAttribute[] {
    this.#attributes ??= readAttributes(this.source, this.nameEnd, this.innerStart - (this.isEmptyTag ? 2 : 1));
    return this.#attributes;
  }

  /** The namespace that a prefix is bound to here; null: none. */
  namespaceOf(prefix: string): string | null {
    if (prefix === 'xml') return XML_NAMESPACE;
    const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
    for (let element: FormElement | null = this; element !== null; element = element.parent) {
      const declared = element.attributes.find((attribute) => attribute.name === name);
      if (declared !== undefined) return declared.value === '' ? null : declared.value;
    }
    return null;
  }
}

const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';

export interface FormAttribute {
  /** As it is written, prefix included. */
  readonly name: string;
  readonly value: string;
  /** Of the white space before it, and behind its closing quote. */
  readonly start: number;
  readonly end: number;
  /** Of what stands between the quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/**
 * Reads a form that is known to be well-formed. Deep or wide, it takes time and memory in proportion to its length.
 * @returns its root element; null when there is none
 */
export function parseForm(source: string): FormElement | null {
  let root: FormElement | null = null;
  let open: FormElement | null = null;
  let at = 0;
  for (;;) {
    const tag = source.indexOf('<', at);
    if (tag === -1) return root;
    const mark = source.charAt(tag + 1);
    if (mark === '!') {
      const isCdata = source.startsWith('<![CDATA[', tag);
      at = isCdata
        ? behind(source, ']]>', tag + 9)
        : behind(source, source.startsWith('<!--', tag) ? '-->' : '>', tag + 2);
    } else if (mark === '?') {
      at = behind(source, '?>', tag + 2);
    } else if (mark === '/') {
      at = behind(source, '>', tag);
      if (open !== null) {
        open.innerEnd = tag;
        open.end = at;
        open = open.parent;
      }
    } else {
      const nameEnd = endOfName(source, tag + 1);
      at = endOfStartTag(source, nameEnd);
      const [prefix, local] = split(source.slice(tag + 1, nameEnd));
      const element = new FormElement(source, open, prefix, local, tag, nameEnd, at);
      if (open === null) root ??= element;
      else open.children.push(element);
      element.innerEnd = at;
      element.end = at;
      if (!element.isEmptyTag) open = element;
    }
  }
}

function behind(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found === -1 ? source.length : found + mark.length;
}

function endOfName(source: string, from: number): number {
  let at = from;
  while (at < source.length && !/[\s/>]/.test(source.charAt(at))) at++;
  return at;
}

/** A `>` in a quoted value does not end the tag. */
function endOfStartTag(source: string, from: number): number {
  let quote = '';
  for (let at = from; at < source.length; at++) {
    const character = source.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') {
      return at + 1;
    } else if (character === '"' || character === "'") {
      quote = character;
    }
  }
  return source.length;
}

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

function readAttributes(source: string, from: number, to: number): FormAttribute[] {
  const found: FormAttribute[] = [];
  const pattern = /\s+([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/gy;
  pattern.lastIndex = from;
  for (let match = pattern.exec(source); match !== null && pattern.lastIndex <= to; match = pattern.exec(source)) {
    const [whole, name = '', quoted = ''] = match;
    const start = match.index;
    const end = start + whole.length;
    const valueStart = end - quoted.length + 1;
    found.push({ name, value: decoded(quoted.slice(1, -1)), start, end, valueStart, valueEnd: end - 1 });
  }
  return found;
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text with its references resolved: there are no others than these. */
export function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot|apos));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = hex === undefined ? Number.parseInt(decimal as string, 10) : Number.parseInt(hex as string, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
