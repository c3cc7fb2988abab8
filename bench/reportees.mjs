const DAYS = 28;
const MONTHS = 12;
const YEARS = 100;
const INDIVIDUALS = 1000;
const CANDIDATES = DAYS * MONTHS * YEARS * INDIVIDUALS;
/** Shares no factor with CANDIDATES, so that stepping by it meets every candidate once before any comes again. */
const STEP = 12_345_701;

/**
 * Distinct identity numbers of synthetic persons (month + 80) with right check digits, in an order that the seed decides.
 * @param {number} seed
 * @returns {Generator<string, void, void>}
 */
export function* reportees(seed) {
  const start = (seed * 7919) % CANDIDATES;
  for (let step = 0; step < CANDIDATES; step++) {
    const number = identityNumber((start + step * STEP) % CANDIDATES);
    if (number !== null) yield number;
  }
}

/** @param {number} candidate @returns {string | null} null where no check digit fits */
function identityNumber(candidate) {
  let rest = candidate;
  const take = (/** @type {number} */ below) => {
    const part = rest % below;
    rest = (rest - part) / below;
    return part;
  };
  const day = take(DAYS) + 1;
  const month = take(MONTHS) + 81;
  const year = take(YEARS);
  const digits = `${padded(day, 2)}${month}${padded(year, 2)}${padded(rest, 3)}`;
  const first = checkDigit(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]);
  if (first === 10) return null;
  const second = checkDigit(digits + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
  return second === 10 ? null : `${digits}${first}${second}`;
}

/** Modulus 11; 10 means that there is none. */
function checkDigit(/** @type {string} */ digits, /** @type {number[]} */ weights) {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at] * (digits.charCodeAt(at) - 48);
  return (11 - (sum % 11)) % 11;
}

function padded(/** @type {number} */ value, /** @type {number} */ width) {
  return String(value).padStart(width, '0');
}
