import { maskPersonNumbers } from './mask.js';

/** Paths that a script goes by: it must find the files as they are. */
const NAMES = new Set(['file', 'receipt', 'path']);

/** One line of JSON with the person numbers in its texts masked. */
export function jsonLine(value: object): string {
  return JSON.stringify(value, (key, one: unknown) =>
    typeof one === 'string' && !NAMES.has(key) ? maskPersonNumbers(one) : one,
  );
}
