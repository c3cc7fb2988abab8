/** Prints rows under titles; the first column to the left, the others to the right. */
export function printTable(/** @type {string[]} */ titles, /** @type {string[][]} */ rows) {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  for (const row of [titles, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    process.stdout.write(`${cells.join('  ')}\n`);
  }
}
