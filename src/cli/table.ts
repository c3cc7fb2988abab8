/** A column of a table that is printed row by row: a width that most values fit, and the side they stand on. */
export interface Column<T> {
  readonly title: string;
  readonly width: number;
  readonly right?: boolean;
  value(row: T): string;
}

/** Lines of a table. Wider values push the rest of their line to the right: nothing is cut off. */
export class Table<T> {
  readonly #columns: readonly Column<T>[];
  #started = false;

  constructor(columns: readonly Column<T>[]) {
    this.#columns = columns;
  }

  /** One row, with the titles above it when it is the first. */
  row(row: T): string {
    const line = this.#line((column) => column.value(row).replace(/\s+/g, ' '));
    if (this.#started) return line;
    this.#started = true;
    return `${this.#line((column) => column.title)}\n${line}`;
  }

  #line(cell: (column: Column<T>) => string): string {
    const cells = this.#columns.map((column) => {
      const text = cell(column);
      return column.right === true ? text.padStart(column.width) : text.padEnd(column.width);
    });
    return cells.join('  ').trimEnd();
  }
}
