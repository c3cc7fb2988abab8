import { IssueCode } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import { isOrganisationNumber } from '../domain/reportee.js';
import type { XmlElement } from '../xml/element.js';
import { isEmailAddress, isPhoneNumber } from './contact-address.js';
import type { Findings } from './findings.js';

/** The rules of formats.md section 5 that correspondences and AltUt messages share; each adds what it finds. */

const LANGUAGES = new Set(['1033', '1044', '2068']);
const LANGUAGES_EXPECTED = 'Expected 1033 (English), 1044 (bokmål) or 2068 (nynorsk).';

/** Empty: 40001; another language: 60003. `what` names the field, as in `LanguageCode`. */
export function checkLanguage(findings: Findings, code: string | null, what: string, at: XmlElement): void {
  if (code === null) {
    findings.error(IssueCode.LanguageCodeCannotBeNull, `${what} is empty. ${LANGUAGES_EXPECTED}`, at);
  } else if (!LANGUAGES.has(code)) {
    const message = `${what} ${quoted(code)} is not a language of messages. ${LANGUAGES_EXPECTED}`;
    findings.error(IssueCode.InvalidLanguage, message, at);
  }
}

/** A body of no elements and nothing but white space, in a message whose service demands one: 40002. */
export function checkBody(findings: Findings, body: string | null, what: string, at: XmlElement): void {
  if (body !== null && body.trim() !== '') return;
  const message = `${what} is empty, and the service demands a message body. Give the text of the message there.`;
  findings.error(IssueCode.MessageBodyCannotBeNull, message, at);
}

const FUNCTION_TYPES = new Set(['Invoice', 'Unspecified']);
const DESTINATION_TYPES = new Set(['Default', 'ShowToAll', 'PortalOnly', 'EndUserSystemOnly']);
const ATTACHMENT_TYPES = new Set([
  'not_Applicable',
  'BASE64',
  'MTOM',
  'binary_octet_stream',
  'formtask_pdf',
  'application_None',
  'application_none',
  'application_msword',
  'application_pdf',
  'application_postscript',
  'application_rtf',
  'application_vnd_ms_excel',
  'application_vnd_ms_powerpoint',
  'application_vnd_oasis_opendocument_presentation',
  'application_vnd_oasis_opendocument_spreadsheet',
  'application_vnd_oasis_opendocument_text',
  'application_vns_oasis_opendocument_text',
  'application_zip',
  'image_bmp',
  'image_gif',
  'image_jpeg',
  'text_html',
  'text_plain',
  'text_richtext',
  'text_rtf',
  'text_xml',
]);

const KNOWN_VALUES = {
  FunctionType: { known: FUNCTION_TYPES, expected: 'Expected Invoice or Unspecified.' },
  DestinationType: {
    known: DESTINATION_TYPES,
    expected: 'Expected Default, ShowToAll, PortalOnly or EndUserSystemOnly.',
  },
  AttachmentType: {
    known: ATTACHMENT_TYPES,
    expected: 'Expected a type of the list in the implementation guide, such as application_pdf or text_html.',
  },
} as const;

/** A value that the guide does not list is kept, with a Warning. */
export function checkKnownValue(
  findings: Findings,
  type: keyof typeof KNOWN_VALUES,
  value: string | null,
  what: string,
  at: XmlElement,
): void {
  if (value === null) return;
  const { known, expected } = KNOWN_VALUES[type];
  if (known.has(value)) return;
  findings.warning(
    IssueCode.GeneralError,
    `${what} ${quoted(value)} is not known; it is kept as it is. ${expected}`,
    at,
  );
}

const TRANSPORT_TYPES = 'SMS, Email, Both, SMSPreferred, EmailPreferred or PriorityEmailSMSReminder';

/** An end point of a notification; anything wrong with it: 40015. */
export function checkEndPoint(
  findings: Findings,
  transportType: string,
  receiverAddress: string | null,
  what: string,
  at: XmlElement,
): void {
  const wrong = wrongEndPoint(transportType, receiverAddress, what);
  if (wrong !== null) findings.error(IssueCode.InvalidFormatSmsAndEmail, wrong, at);
}

const PHONE_EXPECTED = "Expected 5 to 15 digits, with '+' or '00' before them or not, as in '+47 912 34 567'";
const EMAIL_EXPECTED = "Expected an address such as 'name@example.no'";

function wrongEndPoint(transportType: string, address: string | null, what: string): string | null {
  switch (transportType) {
    case 'SMS':
      if (address === null || isPhoneNumber(address)) return null;
      return `${what} ${quoted(address)} is not a phone number. ${PHONE_EXPECTED}.`;
    case 'Email':
      if (address === null || isEmailAddress(address)) return null;
      return `${what} ${quoted(address)} is not an e-mail address. ${EMAIL_EXPECTED}.`;
    case 'PriorityEmailSMSReminder':
      if (address === null || isEmailAddress(address) || isPhoneNumber(address)) return null;
      return `${what} ${quoted(address)} is neither an e-mail address nor a phone number. ${EMAIL_EXPECTED}, or a number such as '+47 912 34 567'.`;
    case 'Both':
    case 'SMSPreferred':
    case 'EmailPreferred':
      if (address === null) return null;
      return `${what} must be empty when the TransportType is ${transportType}: the addresses in the reportee's profile are used. Leave it out, or use SMS or Email.`;
    default:
      return `TransportType ${quoted(transportType)} is not known. Expected ${TRANSPORT_TYPES}.`;
  }
}

/** FromAdress, when given, must be an e-mail address: 40020. */
export function checkFromAddress(findings: Findings, fromAddress: string | null, at: XmlElement): void {
  if (fromAddress === null || isEmailAddress(fromAddress)) return;
  const message = `FromAdress ${quoted(fromAddress)} is not an e-mail address. ${EMAIL_EXPECTED}.`;
  findings.error(IssueCode.InvalidEmailAddressForFromAddress, message, at);
}

/** CaseId, when given, must be a positive number: 60001. */
export function checkCaseId(findings: Findings, caseId: number | null, at: XmlElement | undefined): void {
  if (caseId === null || caseId > 0) return;
  const message = `CaseId ${caseId} is not valid. Expected a number of 1 or more, or no CaseId at all.`;
  findings.error(IssueCode.InvalidCaseID, message, at);
}

/** OnBehalfOfOrgNr, when given, must be an organisation number: 50008. */
export function checkOnBehalfOf(findings: Findings, orgNumber: string | null, at: XmlElement | undefined): void {
  if (orgNumber === null || isOrganisationNumber(orgNumber)) return;
  const message = `OnBehalfOfOrgNr ${quoted(orgNumber)} is not a valid organisation number. Expected 9 digits whose last is the right check digit.`;
  findings.error(IssueCode.InvalidOrgNumber, message, at);
}
