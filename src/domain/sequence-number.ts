/**
 * A sequence number as a number, null when it is none (formats.md section 5, "Sequence number"): decimal digits only;
 * leading zeros and the white space around it don't count. Null also beyond 2^53 - 1, where counting on would go wrong.
 */
export function parseSequenceNo(text: string): number | null {
  const digits = text.trim();
  if (!/^[0-9]+$/.test(digits)) return null;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : null;
}
