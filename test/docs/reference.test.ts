import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExitCode, STOPPED_BY_SIGNAL } from '../../src/cli/exit-codes.js';
import { readCatalogueFile } from '../../src/config/catalogue-file.js';
import { defaultSettings, parseSettings } from '../../src/config/settings.js';
import { IssueCode } from '../../src/domain/issue.js';
import { REASON_CODES } from '../../src/watchkeeping/health.js';
import { altinnBatch } from '../support/cli.js';
import { exampleHome } from '../support/example-home.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { allDocuments, codeBlocks, document, ROOT, table } from './markdown.js';

const README = document('README.md');

describe('README.md', () => {
  test('lists every setting with its default, in the order of the settings file', () => {
    const rows = table(README, 'setting').map(([key = '', value = '']) => [unquoted(key), JSON.parse(unquoted(value))]);
    expect(rows).toEqual(Object.entries(defaultSettings));
    expect(parseSettings(Object.fromEntries(rows))).toEqual(parseSettings({}));
  });

  test('lists every exit code', () => {
    const codes = table(README, 'code').map(([code]) => Number(code));
    expect(codes).toEqual([...Object.values(ExitCode), ...STOPPED_BY_SIGNAL]);
  });

  test('shows the two commands for a fresh machine first, each in a code block of its own', () => {
    const [demo, tests] = codeBlocks(README);
    expect([demo?.text, tests?.text]).toEqual(['npm ci && npm run demo\n', 'npm ci && npm test\n']);
  });
});

describe('docs/receipts.md', () => {
  test('lists every code of an Issue under its name, with what is wrong and what to do', () => {
    const rows = table(document('docs/receipts.md'), 'code');
    expect(rows.map(([code, name]) => [name, Number(code)])).toEqual(Object.entries(IssueCode));
    for (const row of rows) expect(row.every((cell) => cell !== '')).toBe(true);
  });
});

describe('docs/operations.md', () => {
  const operations = document('docs/operations.md');

  test('lists every metric that is printed, and no other', async () => {
    const { stdout } = await altinnBatch(['metrics', '--home', exampleHome()]);
    const printed = [...stdout.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    const home = exampleHome('good-prefill.xml');
    await altinnBatch(['run', '--home', home]);
    const afterRun = await altinnBatch(['metrics', '--home', home]);
    for (const [, name] of afterRun.stdout.matchAll(/^# TYPE (\w+)/gm)) if (!printed.includes(name)) printed.push(name);
    const listed = table(operations, 'metric').flatMap(([names = '']) => names.split(', ').map(unquoted));
    expect([...listed].sort()).toEqual([...printed].sort());
  });

  test('lists every reason for which a home is not healthy, and shows the lines of status', async () => {
    expect(
      table(operations, 'reason')
        .map(([code = '']) => unquoted(code))
        .sort(),
    ).toEqual([...REASON_CODES].sort());
    const home = exampleHome();
    const settings = { expect: [{ systemUserCode: 'SKD', by: '06:00' }] };
    writeFileSync(join(home, 'altinn-batch.json'), JSON.stringify(settings));
    const { stdout } = await altinnBatch(['status', '--home', home]);
    const names = (text: string) => [...text.matchAll(/^([a-z ]+?) {2,}\S/gm)].map(([, name]) => name);
    const shown = codeBlocks(operations, 'text').find(({ text }) => text.startsWith('NOT HEALTHY'));
    expect(names(shown?.text ?? '')).toEqual(names(stdout));
  });
});

describe('the JSON that the documents show', () => {
  test('is JSON, and loads where it is a catalogue or settings', () => {
    const blocks = allDocuments().flatMap((one) => codeBlocks(one, 'json').map(({ text }) => text));
    const values = blocks.map((text) => JSON.parse(text) as object);
    const catalogues = values.filter((value) => 'services' in value);
    expect(catalogues.length).toBeGreaterThan(0);
    for (const value of catalogues) expectToLoad(value);
    const results = values.filter((value) => 'file' in value);
    const settings = values.filter((value) => !('services' in value) && !('file' in value));
    for (const value of settings) expect(() => parseSettings(value)).not.toThrow();
    expect(catalogues.length + results.length + settings.length).toBe(values.length);
  });
});

describe('package.json', () => {
  test('has every script that the documents name', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = allDocuments().flatMap(({ text }) =>
      [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start))\b/g)].map(([, run, short]) => run ?? short),
    );
    expect(named).toContain('demo');
    expect(named.filter((script) => script === undefined || !(script in scripts))).toEqual([]);
  });
});

function expectToLoad(catalogue: object): void {
  const home = temporaryFolder();
  cpSync(join(ROOT, 'examples', 'forms'), join(home, 'forms'), { recursive: true });
  const file = join(home, 'services.json');
  writeFileSync(file, JSON.stringify(catalogue));
  expect(readCatalogueFile(file, home).catalogue.services.length).toBeGreaterThan(0);
}

function unquoted(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
}
