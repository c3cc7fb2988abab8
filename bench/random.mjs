/**
 * A seeded stream of whole numbers, so that a bench file has the same bytes every time.
 * @param {number} seed
 * @returns {(below: number) => number} a number from 0 up to, not including, `below`
 */
export function seededRandom(seed) {
  let state = Math.imul(seed, 0x9e3779b9) | 0;
  return (below) => {
    // A small hash of a counter: fast, and good enough for test data.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}
