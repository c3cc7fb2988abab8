import { maskPersonNumbers } from './mask.js';

/** How grave an Issue is (formats.md section 8). `Error` and `Critical` fail what they stand on. */
export type IssueLevel = 'Other' | 'Information' | 'Warning' | 'Error' | 'Critical';

/** Where in the file: 1-based line, and 1-based column in characters (code points), as an editor counts. */
export interface Place {
  readonly line: number;
  readonly position: number;
}

/**
 * An error, warning or note met on the way, on a batch, a shipment or an item (formats.md section 8).
 * `message` is one plain-English sentence or two for the sender: what is wrong, and what would be right.
 * It carries no place and no reference of its own: those are fields, put into words where it is shown.
 */
export interface Issue {
  readonly code: number;
  readonly level: IssueLevel;
  readonly message: string;
  readonly line: number | null;
  readonly position: number | null;
  /** The item's or the shipment's reference, when it was readable. */
  readonly reference: string | null;
}

/** The codes of formats.md section 8. */
export const IssueCode = {
  GeneralError: 0,
  NotAValidService: 30003,
  NotAValidServiceOwnerCode: 30005,
  InValidServiceEditionVersion: 30006,
  ReceiptNotFound: 30008,
  ReceiptTypeNotGiven: 30101,
  FromDateAfterToDate: 30102,
  BadLogRequest: 31033,
  LanguageCodeCannotBeNull: 40001,
  MessageBodyCannotBeNull: 40002,
  MessageTitleCannotBeNull: 40003,
  ExternalServiceCodeCannotBeNull: 40006,
  ReporteeCannotBeNull: 40007,
  SystemUserCodeCannotBeNull: 40008,
  FormDataIsNotValid: 40012,
  ServiceIsNotValid: 40013,
  InvalidFormatSmsAndEmail: 40015,
  InvalidSSN: 40016,
  InvalidServiceType: 40019,
  InvalidEmailAddressForFromAddress: 40020,
  InvalidOrgNumber: 50008,
  InvalidCaseID: 60001,
  InvalidLanguage: 60003,
  InvalidReporteeNumber: 60012,
} as const;

/** Altinn's name of a code; null for one that it does not have. */
export function issueName(code: number): string | null {
  return Object.entries(IssueCode).find(([, one]) => one === code)?.[0] ?? null;
}

/** From the least grave to the gravest. */
export const ISSUE_LEVELS: readonly IssueLevel[] = ['Other', 'Information', 'Warning', 'Error', 'Critical'];

/** Makes an Issue; person numbers in its message are masked here, so no caller can forget to. */
export function issue(
  code: number,
  level: IssueLevel,
  message: string,
  at: Place | null = null,
  reference: string | null = null,
): Issue {
  return {
    code,
    level,
    message: maskPersonNumbers(message),
    line: at?.line ?? null,
    position: at?.position ?? null,
    reference,
  };
}

/** Whether the Issue fails the item or shipment it stands on. */
export function isFailure(one: Issue): boolean {
  return one.level === 'Error' || one.level === 'Critical';
}
