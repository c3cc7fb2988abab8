const LONGEST_EMAIL_ADDRESS = 254;

// Pragmatic: one @, no spaces, quotes or brackets, no empty part between dots, a domain of at least two labels.
// Letters beyond ASCII are let through, for `post@blåbær.no`.
const EMAIL_ADDRESS =
  /^[^\s@<>()[\]\\,;:".]+(?:\.[^\s@<>()[\]\\,;:".]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*[\p{L}\p{N}]$/u;

const PHONE_NUMBER = /^ *(?:\+|00)?(?:[ -]*[0-9]){5,15} *$/;
const LONGEST_PHONE_NUMBER = 50;

/** Whether the value is an e-mail address and nothing else: no name, no angle brackets, no white space around it. */
export function isEmailAddress(value: string): boolean {
  return value.length <= LONGEST_EMAIL_ADDRESS && EMAIL_ADDRESS.test(value);
}

/** Whether the value is a phone number: 5 to 15 digits, spaces and hyphens between them, `+` or `00` before them or not. */
export function isPhoneNumber(value: string): boolean {
  return value.length <= LONGEST_PHONE_NUMBER && PHONE_NUMBER.test(value);
}
