import { expect, test } from 'vitest';
import { ExitCode, STOPPED_BY_SIGNAL } from '../../src/cli/exit-codes.js';
import { IssueCode } from '../../src/domain/issue.js';
import { document, table } from '../docs/markdown.js';

const { text } = document('docs/operations.md');

/** The table under a heading. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = text.slice(text.indexOf(`## ${heading}\n`));
  return table({ path: 'docs/operations.md', text: section }, 'code');
}

test('docs/operations.md says what to do for every exit code', () => {
  const rows = rowsUnder('Exit codes');
  const codes = rows.map(([code]) => Number(code));
  expect(codes).toEqual(expect.arrayContaining([...Object.values(ExitCode), ...STOPPED_BY_SIGNAL]));
  for (const row of rows) expect(row.every((cell) => cell !== '')).toBe(true);
});

test('docs/operations.md says what to do for every code of an Issue, under its name', () => {
  const rows = rowsUnder('Issue codes');
  const known = rows.map(([code, name]) => `${code} ${name}`);
  expect(known).toEqual(expect.arrayContaining(Object.entries(IssueCode).map(([name, code]) => `${code} ${name}`)));
  for (const row of rows) expect(row.every((cell) => cell !== '')).toBe(true);
});
