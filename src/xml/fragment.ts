import type { XmlElement } from './element.js';

/**
 * What stands between an element's tags, as it stood in the file but for the namespaces that it takes from around it:
 * those are declared on its outermost elements, for in the store nothing stands around it any more. The format's own
 * namespace is not: markup of no namespace stands in the files as if it were the format's.
 * @param root of the item that `source` is
 * @param around the envelope's start tags, from the outside in
 */
export function fragmentOf(
  source: string,
  root: XmlElement,
  element: XmlElement,
  around: () => readonly string[],
): string {
  const inner = source.slice(element.innerStart, element.innerEnd);
  const path = pathTo(root, element);
  // Mostly: then the default namespace is the format's, and no other is used.
  const isPlain = !PREFIXED.test(startTagOf(source, root)) && !PREFIXED.test(inner);
  if (isPlain && !path.some((one) => DEFAULT_DECLARATION.test(startTagOf(source, one)))) return inner;
  const tags = [...around(), ...path.map((one) => startTagOf(source, one))];
  const inScope = declarationsIn(tags);
  const format = namespaceOf(startTagOf(source, root), declarationsIn([...around(), startTagOf(source, root)]));
  const used = new Set([...inner.matchAll(USED_PREFIX)].map(([, prefix = '']) => prefix));
  const needed = [...inScope].filter(([prefix, uri]) => (prefix === '' ? uri !== format : used.has(prefix)));
  return needed.length === 0 ? inner : declaredOn(source, element, needed);
}

const PREFIXED = /<\/?[^\s<>/!?]+:|\s[^\s<>="':]+:[^\s<>="':]+\s*=/;
const USED_PREFIX = /(?:<|\s)([^\s<>/!?="':]+):(?=[^\s<>="':])/g;
const DECLARATION = /\sxmlns(?::([^\s=]+))?\s*=\s*("[^"]*"|'[^']*')/g;
const DEFAULT_DECLARATION = /\sxmlns\s*=/;

/** The elements from the root to this one, both included. */
function pathTo(root: XmlElement, element: XmlElement): XmlElement[] {
  const path = [root];
  for (let at: XmlElement | undefined = root; at !== undefined && at !== element; ) {
    at = at.children.find((one) => one.start <= element.start && element.start < one.innerEnd);
    if (at !== undefined) path.push(at);
  }
  return path;
}

function startTagOf(source: string, { start, innerStart }: XmlElement): string {
  return source.slice(start, innerStart);
}

/** What is declared behind these start tags: by prefix, '' for the default, the namespace in its quotes. */
function declarationsIn(tags: readonly string[]): Map<string, string> {
  const declared = new Map<string, string>();
  for (const tag of tags) {
    for (const [, prefix = '', quoted = ''] of tag.matchAll(DECLARATION)) declared.set(prefix, quoted);
  }
  return declared;
}

function namespaceOf(tag: string, declared: ReadonlyMap<string, string>): string | undefined {
  const prefix = /^<(?:([^\s<>/:]+):)?/.exec(tag)?.[1] ?? '';
  return declared.get(prefix);
}

function declaredOn(source: string, element: XmlElement, needed: readonly (readonly [string, string])[]): string {
  let fragment = '';
  let from = element.innerStart;
  for (const child of element.children) {
    const tag = startTagOf(source, child);
    const nameEnd = child.start + (/^<[^\s<>/]+/.exec(tag)?.[0].length ?? 0);
    const own = declarationsIn([tag]);
    const added = needed.filter(([prefix]) => !own.has(prefix));
    const text = added.map(([prefix, quoted]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}=${quoted}`).join('');
    fragment += source.slice(from, nameEnd) + text;
    from = nameEnd;
  }
  return fragment + source.slice(from, element.innerEnd);
}
