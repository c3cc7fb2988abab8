/**
 * A notation for what a format holds, close to the tables of formats.md, so that a test file reads as the table and
 * every row becomes instances that keep to it and instances that break exactly that row (see cases.ts).
 */
export interface ElementFact {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly nillable: boolean;
  readonly attributes: readonly AttributeFact[];
  readonly content: Content;
}

export interface AttributeFact {
  readonly name: string;
  readonly required: boolean;
  readonly value: Value;
}

export type Content =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'sequence'; readonly elements: readonly ElementFact[] }
  | { readonly kind: 'choice'; readonly optional: boolean; readonly elements: readonly ElementFact[] }
  | { readonly kind: 'any' }
  | { readonly kind: 'empty' };

export interface Value {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

type Inside = Value | Content | readonly ElementFact[];

/** Exactly one. */
export function one(name: string, inside: Inside, attributes: readonly AttributeFact[] = []): ElementFact {
  return occurs(1, 1, name, inside, attributes);
}

/** None or one. */
export function maybe(name: string, inside: Inside, attributes: readonly AttributeFact[] = []): ElementFact {
  return occurs(0, 1, name, inside, attributes);
}

/** One or more. */
export function some(name: string, inside: Inside, attributes: readonly AttributeFact[] = []): ElementFact {
  return occurs(1, Number.POSITIVE_INFINITY, name, inside, attributes);
}

/** None or more. */
export function many(name: string, inside: Inside, attributes: readonly AttributeFact[] = []): ElementFact {
  return occurs(0, Number.POSITIVE_INFINITY, name, inside, attributes);
}

export function oneTo(max: number, name: string, inside: Inside): ElementFact {
  return occurs(1, max, name, inside, []);
}

export function nillable(element: ElementFact): ElementFact {
  return { ...element, nillable: true };
}

export function choice(...elements: readonly ElementFact[]): Content {
  return { kind: 'choice', optional: false, elements };
}

export function optionalChoice(...elements: readonly ElementFact[]): Content {
  return { kind: 'choice', optional: true, elements };
}

export const anyMarkup: Content = { kind: 'any' };
export const empty: Content = { kind: 'empty' };

export function required(name: string, value: Value): AttributeFact {
  return { name, required: true, value };
}

export function optional(name: string, value: Value): AttributeFact {
  return { name, required: false, value };
}

export const string: Value = { good: ['text', '', '  blåbær & <røyk>  ', '\u{1F600}'], bad: [] };

/** Lengths are in characters, not in bytes or UTF-16 units. */
export function stringOf(min: number, max: number): Value {
  const bad = ['å'.repeat(max + 1)];
  if (min > 0) bad.push('x'.repeat(min - 1));
  return { good: ['å'.repeat(max), '\u{1F600}'.repeat(max), 'x'.repeat(min)], bad };
}

export function oneOf(...values: readonly string[]): Value {
  const first = values[0] ?? '';
  return {
    good: values,
    bad: ['', 'SomethingElse', ` ${first}`, first === first.toLowerCase() ? `${first}x` : first.toLowerCase()],
  };
}

export const boolean: Value = { good: ['true', 'false', '1', '0', ' true '], bad: ['', 'TRUE', 'yes', '2'] };

export const int: Value = {
  good: ['12', '-2147483648', '2147483647', '+1', '007'],
  bad: ['', '1.0', 'twelve', '2147483648', '-2147483649', '1e3'],
};

export const date: Value = {
  good: ['2024-02-29', '2024-06-01Z', '2024-06-01+02:00'],
  bad: ['', '2023-02-29', '2024-6-1', '01.06.2024', '2024-06-01T12:00:00', '20240601'],
};

export const dateTime: Value = {
  good: ['2024-06-01T12:30:00', '2024-06-01T12:30:00.123', '2024-06-01T12:30:00Z', '2024-06-01T12:30:00+02:00'],
  bad: ['', '2024-06-01', '2024-06-01 12:30:00', '2024-06-31T12:30:00', '2024-06-01T25:00:00', '2024-06-01T12:30'],
};

export const gYear: Value = { good: ['2024', '2024Z'], bad: ['', '24', '2024-01', 'year'] };

/** Characters outside the alphabet are missing here: libxml2 passes over them, so it is for the mappers to refuse them. */
export const base64: Value = { good: ['QUJD', 'QUJD\n  REU=', ''], bad: ['QUJ', 'QUJDR===', '===='] };

/** With white space around a value, as a pretty-printing sender leaves it: it collapses before the type is judged. */
export function padded(value: Value): Value {
  return { good: [...value.good, `\n    ${value.good[0] ?? ''}  `], bad: [...value.bad, ' '] };
}

function occurs(
  min: number,
  max: number,
  name: string,
  inside: Inside,
  attributes: readonly AttributeFact[],
): ElementFact {
  return { name, min, max, nillable: false, attributes, content: contentOf(inside) };
}

function contentOf(inside: Inside): Content {
  if ('kind' in inside) return inside;
  if ('good' in inside) return { kind: 'value', value: inside };
  return { kind: 'sequence', elements: inside };
}
