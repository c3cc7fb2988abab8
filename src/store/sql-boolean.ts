/** Booleans are 0 and 1 in the store. */
export function sqlBoolean(value: boolean): number;
export function sqlBoolean(value: boolean | null): number | null;
export function sqlBoolean(value: boolean | null): number | null {
  return value === null ? null : value ? 1 : 0;
}
