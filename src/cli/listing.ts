import { type Command, InvalidArgumentError } from 'commander';
import type { Output } from './output.js';
import { type Column, Table } from './table.js';

/** Which part of a listing is asked for: newest first, so `after` an id means those with lower ones. */
export interface Page {
  readonly limit: number;
  readonly after: number | null;
}

/** Altinn gives at most so many a call (formats.md section 8). */
const MOST_ROWS = 10_000;
const STANDARD_ROWS = 100;

/** The options that every listing takes. */
export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <n>', `at most so many, 1 to ${MOST_ROWS}`, limit, STANDARD_ROWS)
    .option('--after <id>', 'go on from that id: what comes after it in the list', wholeNumber);
}

export function pageOf(options: { readonly limit: number; readonly after?: number }): Page {
  return { limit: options.limit, after: options.after ?? null };
}

/**
 * Prints a page of a listing, and where it goes on when there is more.
 * @param rows one more than the page's limit, when there are more
 */
export function printListing<T extends object>(
  rows: readonly T[],
  page: Page,
  idOf: (row: T) => number,
  columns: readonly Column<T>[],
  output: Output,
): void {
  const table = new Table(columns);
  const shown = rows.slice(0, page.limit);
  for (const row of shown) output.result(row, () => table.row(row));
  const last = shown.at(-1);
  if (rows.length > shown.length && last !== undefined) {
    output.notice(`There are more: go on with --after ${idOf(last)}`);
  }
}

/** For an option that takes an id or a count. */
export function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** For an option that says how many rows are wanted. */
export function limit(text: string): number {
  const number = wholeNumber(text);
  if (number >= 1 && number <= MOST_ROWS) return number;
  throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_ROWS}.`);
}
