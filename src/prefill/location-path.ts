/**
 * The XPath of a field prefill, as far as it is one that leads to a node: a location path along children, with an attribute
 * or text() at its end. Nothing is computed: no function is called, no other axis followed, so that no path, whoever sent
 * it, can do harm or take long.
 */
export interface LocationPath {
  /** Whether it begins with `/`: at the document, and nowhere else. */
  readonly isAbsolute: boolean;
  readonly steps: readonly ElementStep[];
  /** The attribute at its end; null: the element itself. */
  readonly attribute: NodeName | null;
}

/** To elements among the children, or with `//` among all below. */
export interface ElementStep extends NodeName {
  readonly isDeep: boolean;
  /** Of those of one parent only this one, from 1; null: all. */
  readonly position: number | null;
}

/** Which elements or attributes are meant. */
export interface NodeName {
  readonly local: string;
  /** Null: none is written. */
  readonly prefix: string | null;
  /** Given by `namespace-uri()='...'`; null: not given. */
  readonly namespace: string | null;
}

const MOST_CHARACTERS = 2000;
const MOST_STEPS = 200;

/** Reads a field's Id. Null when it is no such path, or beyond all measure. */
export function parseLocationPath(text: string): LocationPath | null {
  const path = text.trim();
  if (path.length === 0 || path.length > MOST_CHARACTERS) return null;
  const steps: ElementStep[] = [];
  let attribute: NodeName | null = null;
  let isAtEnd = false;
  let at = 0;
  while (at < path.length) {
    const separator = path.startsWith('//', at) ? 2 : path.startsWith('/', at) ? 1 : 0;
    if (isAtEnd || (separator === 0 && at > 0) || steps.length === MOST_STEPS) return null;
    at += separator;
    STEP.lastIndex = at;
    const found = STEP.exec(path)?.groups;
    if (found === undefined) return null;
    at = STEP.lastIndex;
    const isDeep = separator === 2;
    if (found.self !== undefined) {
      if (isDeep) return null;
    } else if (found.text !== undefined || found.attribute !== undefined) {
      if (isDeep) return null;
      isAtEnd = true;
      if (found.attribute !== undefined) attribute = nameOf(found.attribute);
    } else {
      const step = stepOf(found, isDeep);
      if (step === null) return null;
      steps.push(step);
    }
  }
  return steps.length === 0 ? null : { isAbsolute: path.startsWith('/'), steps, attribute };
}

const NAME = '[\\p{L}_][\\p{L}\\p{Nd}\\p{M}_.\\-·]*';
const QUALIFIED = `${NAME}(?:\\s*:\\s*${NAME})?`;
const LITERAL = `(?:"[^"]*"|'[^']*')`;
const TEST = `\\s*(?:local-name\\s*\\(\\s*\\)|namespace-uri\\s*\\(\\s*\\))\\s*=\\s*${LITERAL}\\s*`;

/** One step. A name that is followed by `(` is a function's, and one followed by `::` an axis'. */
const STEP = new RegExp(
  `\\s*(?:(?<text>text\\s*\\(\\s*\\))|(?<self>\\.(?!\\.))|(?:@|attribute\\s*::)\\s*(?<attribute>${QUALIFIED})|` +
    `(?:child\\s*::\\s*)?(?:(?<name>${QUALIFIED})(?!\\s*(?:\\(|::|:))|\\*\\s*\\[(?<tests>${TEST}(?:and${TEST})?)\\])` +
    `\\s*(?:\\[\\s*(?<position>[1-9][0-9]{0,8})\\s*\\])?)\\s*(?=/|$)`,
  'uy',
);

function stepOf(found: Readonly<Record<string, string | undefined>>, isDeep: boolean): ElementStep | null {
  const position = found.position === undefined ? null : Number(found.position);
  const name = found.name !== undefined ? nameOf(found.name) : testedName(found.tests ?? '');
  return name === null ? null : { ...name, isDeep, position };
}

function nameOf(text: string): NodeName {
  const [first = '', second] = text.split(':').map((part) => part.trim());
  return second === undefined
    ? { local: first, prefix: null, namespace: null }
    : { local: second, prefix: first, namespace: null };
}

/** `local-name()='Navn' and namespace-uri()='urn:x'`, in either order; as BizTalk writes paths. */
function testedName(tests: string): NodeName | null {
  const literalOf = (name: string): string | null => {
    const quoted = new RegExp(`${name}\\s*\\(\\s*\\)\\s*=\\s*(${LITERAL})`).exec(tests)?.[1];
    return quoted === undefined ? null : quoted.slice(1, -1);
  };
  const local = literalOf('local-name');
  return local === null ? null : { local, prefix: null, namespace: literalOf('namespace-uri') };
}
