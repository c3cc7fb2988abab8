import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ExitCode, STOPPED_BY_SIGNAL } from '../../src/cli/exit-codes.js';
import { ROOT } from '../docs/markdown.js';
import { altinnBatch, temporaryFolder } from '../support/cli.js';
import { commandsOfHelp } from '../support/help.js';

/** As man shows it, in plain letters; whatever groff has to say against it fails the test. */
function shown(page: string): string {
  const file = join(temporaryFolder(), 'altinn-batch.1');
  writeFileSync(file, page);
  const flags = ['-man', '-ww', '-Tutf8', '-P-cbou'];
  const { status, stdout, stderr } = spawnSync('groff', [...flags, file], { encoding: 'utf8' });
  expect({ status, stderr }, 'groff is needed: apt-get install groff').toEqual({ status: 0, stderr: '' });
  return stdout;
}

test('the man page and the completion scripts know every command and option that the help tells of', async () => {
  const [{ stdout }, commands] = await Promise.all([altinnBatch(['man']), commandsOfHelp()]);
  const page = shown(stdout);
  const common = page.slice(page.indexOf('OPTIONS'), page.indexOf('COMMANDS'));
  const sections = page.split(/^ {3}(?=altinn-batch )/m);
  const scripts = await Promise.all(['bash', 'zsh'].map((shell) => altinnBatch(['completion', shell])));
  const [bash = '', zsh = ''] = scripts.map((one) => one.stdout);
  expect(commands.length).toBeGreaterThan(10);
  for (const { path, options } of commands) {
    const section = sections.find((one) => one.startsWith(`altinn-batch ${path.join(' ')} `));
    const places = [
      `${common}${section}`,
      new RegExp(`^ +'${path.join(' ')}'\\) printf .*$`, 'm').exec(bash)?.[0],
      new RegExp(`^_altinn_batch_${path.join('_').replaceAll('-', '_')}\\(\\) \\{.*?^\\}`, 'ms').exec(zsh)?.[0],
    ];
    for (const place of places) for (const option of options) expect(place, path.join(' ')).toContain(option);
  }
});

test('the man page tells every exit code, and shows examples as they are typed', async () => {
  const page = shown((await altinnBatch(['man'])).stdout);
  const status = page.slice(page.indexOf('EXIT STATUS'));
  for (const code of Object.values(ExitCode)) expect(status).toMatch(new RegExp(`^ +${code} `, 'm'));
  for (const code of STOPPED_BY_SIGNAL) expect(page).toMatch(new RegExp(`^ +${code} `, 'm'));
  expect(page).toContain('*/5 * * * *  altinn-batch run -q --home /srv/altinn --max-seconds 240');
  expect(page).toContain('30 2 * * *  altinn-batch purge -q --home /srv/altinn');
});

test('the build puts the man page where the package has it, and the package holds all that an installed one needs', async () => {
  const manifest: { man: string; files: string[] } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(readFileSync(join(ROOT, manifest.man), 'utf8')).toBe((await altinnBatch(['man'])).stdout);

  const pack = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' });
  expect(pack.status).toBe(0);
  const [packed]: { files: { path: string }[] }[] = JSON.parse(pack.stdout);
  const paths = packed?.files.map(({ path }) => path) ?? [];
  const needed = [
    'dist/cli/main.js',
    manifest.man,
    'schemas/receipt.xsd',
    'examples/services.json',
    'docs/operations.md',
  ];
  expect(paths).toEqual(expect.arrayContaining(needed));
  expect(manifest.files.filter((folder) => !existsSync(join(ROOT, folder)))).toEqual([]);
  expect(paths.filter((path) => /^(src|test|bench|data|inbox|outbox)\//.test(path))).toEqual([]);
});
