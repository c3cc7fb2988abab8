const PERSON_NUMBER = /(?<!\d)(\d{6})\d{5}(?!\d)/g;

/**
 * Masks every run of exactly eleven digits but for its first six: `01010112345` becomes `010101*****`.
 * All that leaves the process as a log line, an error text or a terminal line goes through here;
 * receipts and the database hold the whole numbers.
 */
export function maskPersonNumbers(text: string): string {
  return text.replace(PERSON_NUMBER, '$1*****');
}
