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

/** Where a file came in, and so whose it may be. */
export interface Entrance {
  /** The service owner whose mailbox it is; null: the common inbox. */
  readonly mailbox: string | null;
  /** Service owners whose files the common inbox does not take, for they have a mailbox of their own. */
  readonly elsewhere: readonly string[];
}

/**
 * As checkSystemUserCode, and refuses what came in at the wrong place: a receipt is written where its file came from, and
 * must not be read by another owner. The text tells nothing of other owners.
 * @param entrance null: not known, and not checked
 */
export function checkSender(
  value: string | null,
  catalogue: Catalogue | null,
  entrance: Entrance | null,
): { ownerCode: string } | { code: number; message: string } {
  if (entrance === null) return checkSystemUserCode(value, catalogue);
  const { mailbox, elsewhere } = entrance;
  const named = checkSystemUserCode(value, mailbox === null ? catalogue : null);
  if ('code' in named) return named;
  const { ownerCode } = named;
  if (mailbox !== null && ownerCode !== mailbox) {
    const message = `The system user code ${quoted(value ?? '')} is not one of ${mailbox}, in whose mailbox the file came. Only files of ${mailbox} are taken there: put it into the inbox of its own service owner, or mend the code.`;
    return { code: IssueCode.NotAValidServiceOwnerCode, message };
  }
  if (mailbox === null && elsewhere.includes(ownerCode)) {
    const message = `The service owner ${quoted(ownerCode)} of the system user code ${quoted(value ?? '')} has a mailbox of its own, and its files are taken there only, so that nobody else reads its receipts: put the file into the inbox of that mailbox.`;
    return { code: IssueCode.NotAValidServiceOwnerCode, message };
  }
  return checkSystemUserCode(value, catalogue);
}

function known(catalogue: Catalogue): string {
  if (catalogue.serviceOwners.length === 0) return 'it has no service owner at all';
  return `the service owners there are ${listed(catalogue.serviceOwners.map((owner) => owner.code))}`;
}
