/** Reportees that are looked at by themselves: those without items, and those that are not of the plain shape. */
import { type Issue, IssueCode, issue, type Place } from '../domain/issue.js';
import type { FileLayout, PartLayout } from '../formats/layouts.js';
import type { Chunk, GroupCheck } from '../xml/chunk.js';
import { type GroupDocument, groupDocuments } from '../xml/group-documents.js';
import { Refusal } from '../xml/refusal.js';
import type { Validator } from '../xml/validator.js';
import type { DocumentFault } from '../xml/validator-protocol.js';
import { skeletonFaults } from './skeleton-faults.js';
import { isStop } from './stop.js';

/**
 * What is wrong with the shape of each of a chunk's Reportees that has to be looked at; nothing for those that are valid.
 * @throws Refusal when one is not well-formed: then the file is not
 */
export async function checkGroups(
  chunk: Chunk,
  { layout, validator }: { readonly layout: FileLayout<PartLayout>; readonly validator: Validator },
): Promise<ReadonlyMap<GroupCheck, readonly Issue[]>> {
  const found = new Map<GroupCheck, readonly Issue[]>();
  for (const group of chunk.groupChecks) if (group.faults.length > 0) found.set(group, group.faults);
  const documents = [...groupDocuments(chunk.wrapper, chunk.groupChecks, chunk.closing)];
  for (let document = documents.shift(); document !== undefined; document = documents.shift()) {
    const answer = await validator.validate(layout.schema, document.bytes, false);
    if (answer.notWellFormed !== null) throw notWellFormed(document, answer.notWellFormed);
    const faulty = byGroup(document, answer.faults);
    for (const [group, faults] of faulty) {
      const issues = issuesOf(group, faults);
      if (issues.length > 0) found.set(group, issues);
    }
    for (const group of passedOver(document, faulty)) {
      documents.push(...groupDocuments(chunk.wrapper, [group], chunk.closing));
    }
  }
  return found;
}

/** The Issue that a Reportee's fault puts on each of its items. */
export function groupIssue(message: string, at: Place | null): Issue {
  return issue(
    IssueCode.GeneralError,
    'Error',
    `The Reportee around the item is not valid: ${message} All items of this Reportee fail with it.`,
    at,
  );
}

function notWellFormed(document: GroupDocument, fault: DocumentFault): Refusal {
  const owner = document.groupOfLine(fault.line);
  const line = owner === null ? (document.groups[0]?.line ?? 1) : owner.group.skeleton.fileLine(owner.line);
  const message = `The file is not well-formed XML: ${fault.message}.`;
  return new Refusal([issue(IssueCode.GeneralError, 'Error', message, { line, position: 1 })]);
}

function byGroup(document: GroupDocument, faults: readonly DocumentFault[]): Map<GroupCheck, DocumentFault[]> {
  const found = new Map<GroupCheck, DocumentFault[]>();
  for (const fault of faults) {
    // Those of the envelope are told when all of it has been read.
    const owner = document.groupOfLine(fault.line);
    if (owner === null) continue;
    const own = { ...fault, line: owner.line };
    const known = found.get(owner.group);
    if (known === undefined) found.set(owner.group, [own]);
    else known.push(own);
  }
  return found;
}

/** Those that the native parser has not looked at, each to be looked at alone: see `isStop`. */
function passedOver({ groups }: GroupDocument, faulty: ReadonlyMap<GroupCheck, readonly DocumentFault[]>) {
  const stop = groups.findIndex((group) => {
    const bytes = group.skeleton.bytes();
    return faulty.get(group)?.some(({ line, message }) => line === 1 && isStop(message, bytes)) ?? false;
  });
  return stop === -1 ? [] : groups.slice(stop + 1);
}

function issuesOf(group: GroupCheck, faults: readonly DocumentFault[]): readonly Issue[] {
  return skeletonFaults(group.skeleton, faults).map(({ message, line }) =>
    group.items === 0
      ? issue(IssueCode.GeneralError, 'Error', `The Reportee is not valid: ${message}`, placeInGroup(group, line))
      : groupIssue(message, placeInGroup(group, line)),
  );
}

function placeInGroup(group: GroupCheck, line: number): Place {
  return line === group.line ? group : { line, position: 1 };
}
