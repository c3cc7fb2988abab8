import { idnr } from '@navikt/fnrvalidator';
import type { RuleSettings } from '../formats/item-mapper.js';
import { IssueCode } from './issue.js';
import { isBlank } from './quoted.js';

const EXPECTED = 'a reportee is an organisation number of 9 digits or a national identity number of 11 digits';
const NINE_DIGITS = /^[0-9]{9}$/;
const ELEVEN_DIGITS = /^[0-9]{11}$/;
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const LONGEST = 30;

/**
 * What is wrong with a reportee's number, or null when nothing is (formats.md section 5, "Reportee").
 * Person numbers get the verdict of the validation library, synthetic test persons by the setting.
 * No message holds a whole person number, not even one with a slip of the keyboard in it.
 */
export function checkReportee(
  value: string | null,
  rules: Pick<RuleSettings, 'acceptSyntheticPersons'>,
): { code: number; message: string } | null {
  if (value === null || isBlank(value)) {
    return { code: IssueCode.ReporteeCannotBeNull, message: `The reportee is empty; ${EXPECTED}.` };
  }
  if (NINE_DIGITS.test(value)) return checkOrganisation(value);
  if (ELEVEN_DIGITS.test(value)) return checkPerson(value, rules.acceptSyntheticPersons);
  return { code: IssueCode.InvalidReporteeNumber, message: `${whatItIs(value)}; ${EXPECTED}.` };
}

/** Whether nine digits are an organisation number: the last is the mod 11 check digit of the others. */
export function isOrganisationNumber(value: string): boolean {
  if (!NINE_DIGITS.test(value)) return false;
  const sum =
    3 * digit(value, 0) +
    2 * digit(value, 1) +
    7 * digit(value, 2) +
    6 * digit(value, 3) +
    5 * digit(value, 4) +
    4 * digit(value, 5) +
    3 * digit(value, 6) +
    2 * digit(value, 7);
  // A remainder of 1 would need the check digit 10, which no digit equals.
  return (11 - (sum % 11)) % 11 === digit(value, 8);
}

function digit(value: string, at: number): number {
  return value.charCodeAt(at) - 48;
}

function checkOrganisation(value: string): { code: number; message: string } | null {
  if (isOrganisationNumber(value)) return null;
  return {
    code: IssueCode.InvalidOrgNumber,
    message: `The reportee ${value} is not a valid organisation number: its last digit is not the check digit of the first eight.`,
  };
}

function checkPerson(value: string, acceptSyntheticPersons: boolean): { code: number; message: string } | null {
  const verdict = idnr(value);
  if (verdict.status === 'invalid') {
    const wrong = verdict.reasons.includes('invalid date')
      ? 'its first six digits are no date of birth'
      : 'its check digits are wrong';
    return {
      code: IssueCode.InvalidSSN,
      message: `The reportee ${masked(value)} is not a valid national identity number: ${wrong}.`,
    };
  }
  // The month tells: + 40 and + 80 are made-up persons, with or without the + 40 on the day of a D number.
  if (acceptSyntheticPersons || verdict.type === 'fnr' || verdict.type === 'dnr') return null;
  return {
    code: IssueCode.InvalidSSN,
    message: `The reportee ${masked(value)} is a synthetic test person, and these are not accepted here; a real person's number is expected.`,
  };
}

function whatItIs(value: string): string {
  const trimmed = value.trim();
  if (trimmed !== value && (NINE_DIGITS.test(trimmed) || ELEVEN_DIGITS.test(trimmed))) {
    return `The reportee '${trimmed.length === 9 ? trimmed : masked(trimmed)}' has white space around it`;
  }
  if (/^[0-9]+$/.test(value))
    return `The reportee '${masked(value)}' has ${value.length} ${value.length === 1 ? 'digit' : 'digits'}`;
  return `The reportee '${masked(value)}' has other characters than digits in it`;
}

/** The first six digits stay, so that the sender can find it; whatever stands between them stays too. */
function masked(value: string): string {
  const characters = [...value];
  let shown = '';
  let digits = 0;
  for (const character of characters.slice(0, LONGEST)) {
    if (character >= '0' && character <= '9') {
      digits += 1;
      shown += digits > 6 ? '*' : character;
    } else {
      shown += CONTROL.test(character) ? ' ' : character;
    }
  }
  return characters.length > LONGEST ? `${shown}...` : shown;
}
