/** A SHA-256 first, for one in twenty has eleven digits in a row; then what may be a person number. */
const HASH_OR_PERSON_NUMBER = /(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])|(?<!\d)(\d{6})\d{5}(?!\d)/g;

/**
 * Masks every run of exactly eleven digits but for its first six: `01010112345` becomes `010101*****`.
 * All that leaves the process as a log line, an error text or a terminal line goes through here;
 * receipts and the database hold the whole numbers.
 */
export function maskPersonNumbers(text: string): string {
  return text.replace(HASH_OR_PERSON_NUMBER, (found, kept?: string) => (kept === undefined ? found : `${kept}*****`));
}
