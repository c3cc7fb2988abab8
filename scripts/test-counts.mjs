#!/usr/bin/env node
// Prints `N passed, N failed`, the sum of Vitest's JSON results. A test file that could not even be loaded counts as one failed.
import { readFileSync } from 'node:fs';

const files = process.argv.length > 2 ? process.argv.slice(2) : ['.vitest-results.json'];
const all = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const unloaded = all
  .flatMap(({ testResults }) => testResults)
  .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'));
for (const file of unloaded) console.log(`${file.name} failed outside its tests: ${file.message}`);
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const passed = sum(all.map(({ numPassedTests }) => numPassedTests));
const failed = sum(all.map(({ numFailedTests }) => numFailedTests)) + unloaded.length;
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || all.some(({ success, numPassedTests }) => !success || numPassedTests === 0)) process.exitCode = 1;
