import { type Issue, IssueCode, issue } from '../domain/issue.js';
import type { Skeleton } from '../xml/skeleton.js';
import type { Validator } from '../xml/validator.js';
import type { SchemaKey } from '../xml/validator-protocol.js';
import { skeletonFaults } from './skeleton-faults.js';

/** The issues of a file's envelope, its items replaced by placeholders. */
export async function envelopeIssues(
  validator: Validator,
  schema: SchemaKey,
  skeleton: Skeleton,
): Promise<readonly Issue[]> {
  const answer = await validator.validate(schema, skeleton.bytes(), false);
  const faults =
    answer.notWellFormed === null
      ? skeletonFaults(skeleton, answer.faults)
      : [
          {
            message: `The file is not well-formed XML: ${answer.notWellFormed.message}.`,
            line: skeleton.fileLine(answer.notWellFormed.line),
          },
        ];
  return faults.map(({ message, line }) => issue(IssueCode.GeneralError, 'Error', message, { line, position: 1 }));
}
