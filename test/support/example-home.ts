import { copyFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.js';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** A fresh home with the catalogue of examples/ and some of its files in the inbox; complete at once, so that no test has to stand by. */
export function exampleHome(...files: readonly string[]): string {
  const home = temporaryFolder();
  mkdirSync(join(home, 'inbox'));
  cpSync(join(EXAMPLES, 'forms'), join(home, 'forms'), { recursive: true });
  copyFileSync(join(EXAMPLES, 'services.json'), join(home, 'services.json'));
  writeFileSync(join(home, 'altinn-batch.json'), '{"stableSeconds":0,"rescanSeconds":0.1}');
  for (const file of files) dropExample(home, file);
  return home;
}

export function dropExample(home: string, file: string): void {
  copyFileSync(examplePath(file), join(home, 'inbox', file));
}

export function examplePath(file: string): string {
  return join(EXAMPLES, 'inbox', file);
}
