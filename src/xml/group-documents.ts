import { countNewlines, type GroupCheck, HUGE_FROM, MAX_DOCUMENT_LINES } from './chunk.js';

/** Reportees without their items, many in one document: a native call costs the same for one of them as for hundreds. */
export interface GroupDocument {
  readonly bytes: Buffer;
  readonly groups: readonly GroupCheck[];
  /** Whose line of the document it is, and which of its own lines (1-based); null: the envelope's. */
  groupOfLine(line: number): { readonly group: GroupCheck; readonly line: number } | null;
}

/**
 * The documents in which the shape of these Reportees can be validated. Those that the gate has refused stand in none.
 * @param wrapper the envelope's open tags and header fields
 * @param closing the end tags that close them
 */
export function* groupDocuments(
  wrapper: Buffer,
  groups: readonly GroupCheck[],
  closing: Buffer,
): Generator<GroupDocument> {
  const firstLine = countNewlines(wrapper) + 2;
  let taken: GroupCheck[] = [];
  let lines = firstLine;
  let length = wrapper.length;
  for (const group of groups) {
    if (group.faults.length > 0) continue;
    const { skeleton } = group;
    const isFull = lines + skeleton.lineCount > MAX_DOCUMENT_LINES || length + skeleton.length > HUGE_FROM / 2;
    if (isFull && taken.length > 0) {
      yield groupDocument(wrapper, taken, closing, firstLine);
      taken = [];
      lines = firstLine;
      length = wrapper.length;
    }
    taken.push(group);
    lines += skeleton.lineCount;
    length += skeleton.length;
  }
  if (taken.length > 0) yield groupDocument(wrapper, taken, closing, firstLine);
}

const NEWLINE = Buffer.from('\n');

function groupDocument(
  wrapper: Buffer,
  groups: readonly GroupCheck[],
  closing: Buffer,
  firstLine: number,
): GroupDocument {
  const parts: Buffer[] = [wrapper];
  const owners: { readonly group: GroupCheck; readonly line: number }[] = [];
  for (const group of groups) {
    parts.push(NEWLINE, group.skeleton.bytes());
    for (let line = 1; line <= group.skeleton.lineCount; line++) owners.push({ group, line });
  }
  parts.push(closing);
  return { bytes: Buffer.concat(parts), groups, groupOfLine: (line) => owners[line - firstLine] ?? null };
}
