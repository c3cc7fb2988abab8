import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/test-counts.mjs', import.meta.url));

const passed = { name: 'a.test.ts', status: 'passed', message: '', assertionResults: [{ status: 'passed' }] };
const failed = { name: 'b.test.ts', status: 'failed', message: '', assertionResults: [{ status: 'failed' }] };
const unloaded = { name: 'c.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };

describe('the numbers of a test run', () => {
  test('are the last line, with exit code 0 when all passed', () => {
    const run = counts({ numPassedTests: 7, numFailedTests: 0, success: true, testResults: [passed] });
    expect(run).toStrictEqual({ status: 0, lines: ['7 passed, 0 failed'] });
  });

  test('end with 1 when a test failed', () => {
    const run = counts({ numPassedTests: 7, numFailedTests: 1, success: false, testResults: [passed, failed] });
    expect(run).toStrictEqual({ status: 1, lines: ['7 passed, 1 failed'] });
  });

  test('count a file that could not be loaded as a failure, and say which', () => {
    const run = counts({ numPassedTests: 7, numFailedTests: 0, success: false, testResults: [passed, unloaded] });
    expect(run.status).toBe(1);
    expect(run.lines[0]).toContain('c.test.ts failed outside its tests: no such module');
    expect(run.lines.at(-1)).toBe('7 passed, 1 failed');
  });

  test('are the sum of several runs, which all have to pass', () => {
    const unit = { numPassedTests: 7, numFailedTests: 0, success: true, testResults: [passed] };
    const system = { numPassedTests: 3, numFailedTests: 1, success: false, testResults: [failed] };
    expect(counts(unit, system)).toStrictEqual({ status: 1, lines: ['10 passed, 1 failed'] });
    expect(counts(unit, unit)).toStrictEqual({ status: 0, lines: ['14 passed, 0 failed'] });
  });

  test('end with 1 when the run failed outside every test, or had none', () => {
    const results = { numPassedTests: 7, numFailedTests: 0, testResults: [passed] };
    expect(counts({ ...results, success: false }).status).toBe(1);
    expect(counts({ ...results, success: true, numPassedTests: 0 }).status).toBe(1);
  });
});

function counts(...runs: readonly object[]): { status: number | null; lines: string[] } {
  const folder = temporaryFolder();
  const files = runs.map((results, index) => {
    const file = join(folder, `results-${index}.json`);
    writeFileSync(file, JSON.stringify(results));
    return file;
  });
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, ...files], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}
