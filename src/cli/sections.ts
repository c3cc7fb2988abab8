import { type Column, Table } from './table.js';

const LABEL_WIDTH = 14;

/** Lines of `label  value`, indented under a heading; a value that is null is left out. */
export function labelled(values: Readonly<Record<string, string | null>>): string[] {
  return Object.entries(values).flatMap(([label, value]) =>
    value === null ? [] : [`  ${label.padEnd(LABEL_WIDTH)}  ${value.replace(/\s+/g, ' ')}`],
  );
}

/** A heading with a table under it; nothing when there are no rows. */
export function tableSection<T>(heading: string, rows: readonly T[], columns: readonly Column<T>[]): string[] {
  if (rows.length === 0) return [];
  const table = new Table(columns);
  return ['', heading, ...rows.flatMap((row) => table.row(row).split('\n')).map((line) => `  ${line}`)];
}
