/** Goes first, for one in twenty has eleven digits in a row. */
const SHA256 = /(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])/;
// Day (of a D number + 40), month (of a made-up person + 40 or + 80), year: `202410-00001` is a reference, not a person.
const DATE_OF_BIRTH = /(?:[04][1-9]|[1256]\d|[37][01])(?:[048][1-9]|[159][0-2])\d\d/;
const PERSON_NUMBER = new RegExp(`(?<!\\d)(\\d{6}|${DATE_OF_BIRTH.source}[ \\u00a0-])\\d{5}(?!\\d)`);
const HASH_OR_PERSON_NUMBER = new RegExp(`${SHA256.source}|${PERSON_NUMBER.source}`, 'g');

/**
 * Masks every run of exactly eleven digits but for its first six: `01010112345` becomes `010101*****`; and what looks
 * like a person number with a space or hyphen behind the date of birth.
 * All that leaves the process as a log line, an error text or a terminal line goes through here;
 * receipts and the database hold the whole numbers.
 */
export function maskPersonNumbers(text: string): string {
  return text.replace(HASH_OR_PERSON_NUMBER, (found, kept?: string) => (kept === undefined ? found : `${kept}*****`));
}
