import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { temporaryFolder } from './temporary-folder.js';

/**
 * Makes a home once for a test file, and gives each test that asks a copy of its own: a run takes longer than a copy.
 * @param make called by the first test that asks; what it has started must have ended
 */
export function copiesOf(make: () => Promise<string>): () => Promise<string> {
  const template = mkdtempSync(join(tmpdir(), 'altinn-batch-template-'));
  afterAll(() => rmSync(template, { recursive: true, force: true }));
  let made: Promise<void> | undefined;
  return async () => {
    made ??= make().then((home) => copy(home, template));
    await made;
    const home = temporaryFolder();
    copy(template, home);
    return home;
  };
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}
