import { readFileSync } from 'node:fs';

/** The version of the package that this is part of. */
export function productVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(file) as { version: string };
  return version;
}
