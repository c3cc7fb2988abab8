/** The service owner of a system user code that has been found valid: its first three characters. */
export function ownerCodeOf(systemUserCode: string): string {
  return [...systemUserCode.slice(0, 6)].slice(0, 3).join('');
}
