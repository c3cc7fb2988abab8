const PERSON_NUMBER = /(?<!\d)(\d{6})\d{5}(?!\d)/g;
// Day (of a D number + 40), month (of a made-up person + 40 or + 80), year: `202410-00001` is a reference, not a person.
const AS_PEOPLE_WRITE_IT =
  /(?<!\d)((?:[04][1-9]|[1256]\d|[37][01])(?:[048][1-9]|[159][0-2])\d\d[ \u00a0-])\d{5}(?!\d)/g;

/**
 * Masks every run of exactly eleven digits but for its first six: `01010112345` becomes `010101*****`; and what looks
 * like a person number with a space or hyphen behind the date of birth.
 * All that leaves the process as a log line, an error text or a terminal line goes through here;
 * receipts and the database hold the whole numbers.
 */
export function maskPersonNumbers(text: string): string {
  return text.replace(PERSON_NUMBER, '$1*****').replace(AS_PEOPLE_WRITE_IT, '$1*****');
}
