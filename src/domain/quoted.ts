import { maskPersonNumbers } from './mask.js';

const LONGEST = 60;

/**
 * A sender's value as it stands in an error text: in single quotes, on one line, cut to 60 characters.
 * Masked before it is cut, so that no cut leaves a person number that the mask no longer knows.
 */
export function quoted(value: string): string {
  const line = maskPersonNumbers(value).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
  if (line.length <= LONGEST) return `'${line}'`;
  return `'${[...line].slice(0, LONGEST).join('')}...'`;
}

/** Alternatives for an error text, `a, b, c and 7 more`: at most ten by name. */
export function listed(values: readonly string[], most = 10): string {
  if (values.length <= most) return values.join(', ');
  return `${values.slice(0, most).join(', ')} and ${values.length - most} more`;
}

/** Strings are taken as they stand, but white space only counts as empty, and empty as not given. */
export function blankToNull(value: string | null): string | null {
  return value === null || isBlank(value) ? null : value;
}

export function isBlank(value: string): boolean {
  const first = value.charCodeAt(0);
  // Nearly every value begins with a letter or a digit, and need not be looked at further.
  if (first > 32 && first < 127) return false;
  return value.trim() === '';
}
