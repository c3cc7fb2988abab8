import { IssueCode, issue } from '../domain/issue.js';
import { Refusal } from '../xml/refusal.js';

/**
 * Before the header is read the largest limit of any service owner holds, and then the owner's own.
 * @param bytes of the file as it was sent
 * @throws Refusal when it is larger than may be
 */
export function checkFileBytes(bytes: number, limit: number | null): void {
  if (limit === null || bytes <= limit) return;
  const message = `The file is ${bytes} bytes large; at most ${limit} bytes are accepted (setting maxFileBytes). Split it into several shipments.`;
  throw new Refusal([issue(IssueCode.GeneralError, 'Error', message, { line: 1, position: 1 })]);
}
