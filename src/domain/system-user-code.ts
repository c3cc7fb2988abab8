import { IssueCode } from './issue.js';
import { isBlank, listed, quoted } from './quoted.js';
import type { Catalogue } from './service.js';

const SHAPE = /^([\p{L}\p{Nd}]{3})(?:[-_](\S|\S.*\S))?$/u;
const EXPECTED =
  "three letters or digits for the service owner, then optionally '-' or '_' and a department: SKD, SKD-PSA";

/**
 * The service owner of a system user code, or why there is none (formats.md section 5, "System user code").
 * Either refuses the whole shipment. Without a catalogue only the shape is checked.
 */
export function checkSystemUserCode(
  value: string | null,
  catalogue: Catalogue | null,
): { ownerCode: string } | { code: number; message: string } {
  if (value === null || isBlank(value)) {
    return { code: IssueCode.SystemUserCodeCannotBeNull, message: `The system user code is empty; it is ${EXPECTED}.` };
  }
  const ownerCode = SHAPE.exec(value)?.[1];
  if (ownerCode === undefined) {
    const why = value.trim() === value ? 'is malformed' : 'has white space around it';
    return {
      code: IssueCode.NotAValidServiceOwnerCode,
      message: `The system user code ${quoted(value)} ${why}; it is ${EXPECTED}.`,
    };
  }
  if (catalogue !== null && catalogue.owner(ownerCode) === undefined) {
    return {
      code: IssueCode.NotAValidServiceOwnerCode,
      message: `The service owner ${quoted(ownerCode)} of the system user code ${quoted(value)} is not in the service catalogue; ${known(catalogue)}.`,
    };
  }
  return { ownerCode };
}

function known(catalogue: Catalogue): string {
  if (catalogue.serviceOwners.length === 0) return 'it has no service owner at all';
  return `the service owners there are ${listed(catalogue.serviceOwners.map((owner) => owner.code))}`;
}
