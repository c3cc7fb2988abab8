/**
 * A value of named parts as an indented outline, `name: value`, for people: lists with a dash for each entry, texts of
 * several lines below their name. What is null or empty is left out.
 */
export function outline(value: object): string[] {
  return Object.entries(value).flatMap(([name, part]) => partLines(name, part));
}

const INDENT = '  ';

function partLines(name: string, part: unknown): string[] {
  if (isNothing(part)) return [];
  if (Array.isArray(part)) return [`${name}:`, ...part.flatMap(entryLines)];
  if (typeof part === 'object' && part !== null) return [`${name}:`, ...outline(part).map(indented)];
  const [first = '', ...more] = String(part).trimEnd().split('\n');
  if (more.length === 0) return [`${name}: ${first}`];
  return [`${name}:`, ...[first, ...more].map(indented)];
}

function entryLines(entry: unknown): string[] {
  const lines = typeof entry === 'object' && entry !== null ? outline(entry) : String(entry).split('\n');
  return lines.map((line, at) => `${INDENT}${at === 0 ? '- ' : INDENT}${line}`);
}

function indented(line: string): string {
  return INDENT + line;
}

function isNothing(part: unknown): boolean {
  return part === null || part === undefined || (Array.isArray(part) && part.length === 0);
}
