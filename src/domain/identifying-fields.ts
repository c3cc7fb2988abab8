import { hash } from 'node:crypto';

/**
 * Lower-case hex SHA-256 of the values in order, each followed by a newline, as UTF-8; null without values
 * (formats.md section 5, "Identifying fields"). It tells several form sets of one reportee and service apart.
 */
export function identifyingFieldsHash(values: readonly string[]): string | null {
  if (values.length === 0) return null;
  return hash('sha256', `${values.join('\n')}\n`, 'hex');
}
