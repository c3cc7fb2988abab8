/** The highest ids of several lists, each of them once and highest first: at most `limit`. */
export function newest(lists: readonly (readonly number[])[], limit: number): number[] {
  const ids = lists.length === 1 ? (lists[0] ?? []) : [...new Set(lists.flat())];
  return ids.toSorted((a, b) => b - a).slice(0, limit);
}
