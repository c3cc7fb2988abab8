import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, temporaryFolder, temporaryHome } from '../support/cli.js';

describe('the command line', () => {
  test.each([
    ['no command at all', []],
    ['an unknown command', ['rnu']],
    ['an unknown option', ['run', '--fast']],
    ['validate without a file', ['validate']],
    ['services without a command', ['services']],
    ['a number of seconds that is none', ['run', '--wait', 'soon']],
    ['negative seconds', ['run', '--max-seconds=-1']],
    ['too many arguments', ['init', 'there']],
    ['--home without a folder', ['run', '--home', '']],
    ['-q together with -v', ['run', '-q', '-v']],
    ['--log-file without a file', ['run', '--log-file', '']],
  ])('ends with 64 for %s, and says so on stderr only', async (_what, args) => {
    const { exitCode, stdout, stderr } = await altinnBatch(args, { cwd: temporaryFolder() });
    expect(exitCode).toBe(64);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  test.each([
    [['run']],
    [['watch']],
    [['services', 'list']],
    [['services', 'check', 'PSA']],
    [['status']],
    [['metrics']],
  ])('%j in a folder that is no home ends with 78, names init, and makes nothing', async (args) => {
    const folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await altinnBatch(args, { cwd: folder });
    expect(exitCode).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^altinn-batch: .* is no home folder.*altinn-batch init/);
    expect(readdirSync(folder)).toStrictEqual([]);
  });

  test('a setting that is wrong ends with 78, naming key, value and what is legal', async () => {
    const home = await temporaryHome();
    writeFileSync(join(home, 'altinn-batch.json'), '{"stableSeconds":"two"}');
    const { exitCode, stderr } = await altinnBatch(['run', '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('stableSeconds holds "two"; legal is a number of seconds from 0');
  });

  test('options stand before or after the command', async () => {
    const home = await temporaryHome();
    const before = await altinnBatch(['--home', home, '--json', 'services', 'list']);
    const after = await altinnBatch(['services', 'list', '--json', '--home', home]);
    expect(before.exitCode).toBe(0);
    expect(before.stdout).toBe(after.stdout);
  });

  test('--home wins over ALTINN_BATCH_HOME, which wins over the current folder', async () => {
    const home = await temporaryHome();
    const other = temporaryFolder();
    const env = { ALTINN_BATCH_HOME: home };
    expect((await altinnBatch(['services', 'list'], { cwd: other, env })).exitCode).toBe(0);
    expect((await altinnBatch(['services', 'list', '--home', other], { cwd: home, env })).exitCode).toBe(78);
    expect((await altinnBatch(['services', 'list'], { cwd: home, env: { ALTINN_BATCH_HOME: '' } })).exitCode).toBe(0);
  });

  test.each([
    [['--help']],
    [['init', '--help']],
    [['run', '--help']],
    [['watch', '-h']],
    [['validate', '--help']],
    [['services', 'list', '--help']],
    [['services', 'import', '--help']],
    [['services', 'check', '--help']],
    [['batches', 'list', '--help']],
    [['batches', 'show', '--help']],
    [['issues', 'list', '--help']],
    [['items', 'list', '--help']],
    [['items', 'show', '--help']],
    [['find', '--help']],
    [['status', '--help']],
    [['metrics', '--help']],
    [['audit', 'list', '--help']],
    [['purge', '--help']],
    [['backup', '--help']],
    [['restore', '--help']],
  ])('%j prints usage with examples, exit codes and the options every command takes', async (args) => {
    const { exitCode, stdout, stderr } = await altinnBatch(args);
    expect({ exitCode, stderr }).toStrictEqual({ exitCode: 0, stderr: '' });
    for (const part of ['Usage: altinn-batch', 'Examples:\n', 'Exit codes:\n', '--home <dir>', '--json', '-q', '-v']) {
      expect(stdout).toContain(part);
    }
  });

  test('-V prints the version of the package', async () => {
    const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { exitCode, stdout } = await altinnBatch(['-V']);
    expect(exitCode).toBe(0);
    expect(manifest).toMatchObject({ version: stdout.trim() });
  });

  test('a person number in an argument is masked in the error text', async () => {
    const { stderr } = await altinnBatch(['run', '--home', join(temporaryFolder(), '01010112345')]);
    expect(stderr).toContain('010101*****');
    expect(stderr).not.toContain('01010112345');
  });

  test('-v shows where a fault comes from', async () => {
    const folder = temporaryFolder();
    expect((await altinnBatch(['run', '--home', folder])).stderr).not.toContain(' at ');
    expect((await altinnBatch(['run', '-v', '--home', folder])).stderr).toMatch(/ConfigFault: .*\n +at openHome/);
  });
});

describe('validate', () => {
  test('ends with 74 and names a file that is not there, or is a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub.xml'));
    const { exitCode, stdout, stderr } = await altinnBatch(['validate', 'none.xml', 'sub.xml'], { cwd: folder });
    expect(exitCode).toBe(74);
    expect(stdout).toBe('');
    expect(stderr).toContain("none.xml can't be read (ENOENT)");
    expect(stderr).toContain('sub.xml is a folder');
  });

  test('with --home for a folder that is no home ends with 78', async () => {
    const { exitCode, stderr } = await altinnBatch(['validate', 'x.xml', '--home', temporaryFolder()]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('altinn-batch init');
  });

  test('says what is not checked, with and without a home', async () => {
    const folder = temporaryFolder();
    const without = await altinnBatch(['validate', 'none.xml'], { cwd: folder });
    expect(without.stderr).toMatch(
      /services and service owners are not checked; nor are duplicates and sequence numbers/,
    );
    const within = await altinnBatch(['validate', 'none.xml'], { cwd: await temporaryHome() });
    expect(within.stderr).toMatch(/^Duplicates and sequence numbers are not checked/);
  });
});
