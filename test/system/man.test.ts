import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode, STOPPED_BY_SIGNAL } from '../../src/cli/exit-codes.js';
import { altinnBatch, temporaryFolder } from '../support/cli.js';

/** As man shows it, in plain letters; whatever groff has to say against it fails the test. */
function shown(page: string): string {
  const file = join(temporaryFolder(), 'altinn-batch.1');
  writeFileSync(file, page);
  const flags = ['-man', '-ww', '-Tutf8', '-P-cbou'];
  const { status, stdout, stderr } = spawnSync('groff', [...flags, file], { encoding: 'utf8' });
  expect({ status, stderr }, 'groff is needed: apt-get install groff').toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('the man page tells every exit code, and shows examples as they are typed', async () => {
  const page = shown((await altinnBatch(['man'])).stdout);
  const status = page.slice(page.indexOf('EXIT STATUS'));
  for (const code of Object.values(ExitCode)) expect(status).toMatch(new RegExp(`^ +${code} `, 'm'));
  for (const code of STOPPED_BY_SIGNAL) expect(page).toMatch(new RegExp(`^ +${code} `, 'm'));
  expect(page).toContain('*/5 * * * *  altinn-batch run -q --home /srv/altinn --max-seconds 240');
  expect(page).toContain('30 2 * * *  altinn-batch purge -q --home /srv/altinn');
});
