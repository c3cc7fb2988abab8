import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogueFile } from '../../src/config/catalogue-file.js';
import { defaultSettings } from '../../src/config/settings.js';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';

describe('init', () => {
  test('makes a home of a folder that is not there yet', async () => {
    const home = join(temporaryFolder(), 'new', 'home');
    const { exitCode, stdout, stderr } = await altinnBatch(['init', '--home', home]);
    expect({ exitCode, stderr }).toStrictEqual({ exitCode: 0, stderr: '' });
    for (const folder of ['inbox', 'outbox', 'data/work', 'data/archive', 'data/rejected']) {
      expect(statSync(join(home, folder)).isDirectory()).toBe(true);
      expect(statSync(join(home, folder)).mode & 0o777).toBe(0o750);
    }
    expect(stdout).toContain('made  services.json');
  });

  test('writes a settings file with every default, and a catalogue that is sound', async () => {
    const home = temporaryFolder();
    await altinnBatch(['init', '--home', home]);
    expect(JSON.parse(readFileSync(join(home, 'altinn-batch.json'), 'utf8'))).toStrictEqual(defaultSettings);
    expect(statSync(join(home, 'altinn-batch.json')).mode & 0o777).toBe(0o640);
    expect(readCatalogueFile(join(home, 'services.json')).catalogue.services).toHaveLength(2);
  });

  test('overwrites nothing when run again, and says what it kept', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'services.json'), 'mine');
    writeFileSync(join(home, 'altinn-batch.json'), '{"inbox":"inn"}');
    const { exitCode, stdout } = await altinnBatch(['init', '--json', '--home', home]);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(home, 'services.json'), 'utf8')).toBe('mine');
    expect(readFileSync(join(home, 'altinn-batch.json'), 'utf8')).toBe('{"inbox":"inn"}');
    expect(jsonLines(stdout)).toContainEqual({ path: 'services.json', made: false });
    expect(jsonLines(stdout)).toContainEqual({ path: 'altinn-batch.json', made: false });
    expect(jsonLines(stdout)).toContainEqual({ path: 'inn/', made: true });
    expect(readdirSync(home).sort()).toStrictEqual(['altinn-batch.json', 'data', 'inn', 'outbox', 'services.json']);
  });

  test('works in the current folder, or in the one that ALTINN_BATCH_HOME names', async () => {
    const current = temporaryFolder();
    const named = temporaryFolder();
    await altinnBatch(['init'], { cwd: current });
    await altinnBatch(['init'], { cwd: current, env: { ALTINN_BATCH_HOME: named } });
    expect(existsSync(join(current, 'services.json'))).toBe(true);
    expect(existsSync(join(named, 'services.json'))).toBe(true);
  });

  test('prints nothing with -q', async () => {
    const { stdout, stderr, exitCode } = await altinnBatch(['init', '-q', '--home', temporaryFolder()]);
    expect({ stdout, stderr, exitCode }).toStrictEqual({ stdout: '', stderr: '', exitCode: 0 });
  });

  test('ends with 74 where a file stands in the place of a folder', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'outbox'), '');
    const { exitCode, stderr } = await altinnBatch(['init', '--home', home]);
    expect(exitCode).toBe(74);
    expect(stderr).toMatch(/outbox can't be made \(EEXIST\): a file stands in its place/);
  });

  test('ends with 78 when the settings that are there are wrong', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'altinn-batch.json'), '{"chunkItems":"many"}');
    const { exitCode, stderr } = await altinnBatch(['init', '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('chunkItems holds "many"; legal is a whole number of items');
  });
});
