#!/usr/bin/env node
// Prints `N passed, N failed` from Vitest's JSON results. A test file that could not even be loaded counts as one failed.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2] ?? '.vitest-results.json', 'utf8'));
const unloaded = results.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
);
for (const file of unloaded) console.log(`${file.name} failed outside its tests: ${file.message}`);
const failed = results.numFailedTests + unloaded.length;
console.log(`${results.numPassedTests} passed, ${failed} failed`);
if (failed > 0 || !results.success || results.numPassedTests === 0) process.exitCode = 1;
