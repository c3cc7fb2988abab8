import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../docs/markdown.js';
import { altinnBatch } from '../support/cli.js';
import { commandsOfHelp } from '../support/help.js';

test('the man page and the completion scripts know every command and option that the help tells of', async () => {
  const [{ stdout }, commands] = await Promise.all([altinnBatch(['man']), commandsOfHelp()]);
  const page = stdout.replaceAll('\\-', '-');
  const common = page.slice(page.indexOf('.SH OPTIONS'), page.indexOf('.SH COMMANDS'));
  const sections = page.split(/^\.SS (?=altinn-batch )/m);
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
