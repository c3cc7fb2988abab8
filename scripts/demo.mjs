#!/usr/bin/env node
// `npm run demo`: drops a copy of examples/ into a fresh home, runs the intake there, and prints what came out.
// Ends with 0 when every file came out as its name says: good-, one-item- (the one that fails) or refused-.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './build.mjs';

const examples = fileURLToPath(new URL('../examples', import.meta.url));
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const home = mkdtempSync(join(tmpdir(), 'altinn-batch-demo-'));
cpSync(examples, home, { recursive: true });
altinnBatch(['init', '-q', '--home', home]);

const inbox = readdirSync(join(home, 'inbox')).filter((name) => name.endsWith('.xml'));
console.log(`A fresh home: ${home}\nIn its inbox: ${inbox.join(', ')}\n`);
console.log(`$ altinn-batch run --json --home ${home}`);
const { status, stdout } = altinnBatch(['run', '--json', '--home', home]);
const shipments = stdout
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));

for (const one of shipments) {
  console.log(`\n${one.file}: ${one.format ?? 'no known format'}, ${one.status}`);
  console.log(`  accepted ${one.items.accepted} of ${one.items.total} items`);
  for (const path of receiptFiles(one)) console.log(`  receipt  ${path}`);
  for (const line of one.text.split('\n')) console.log(`  | ${line}`);
}

const failed = shipments.find((one) => one.items.failed > 0) ?? shipments[0];
if (failed?.receipt) {
  console.log(`\nThe whole of ${failed.receipt}:\n`);
  console.log(readFileSync(join(home, failed.receipt), 'utf8').trimEnd());
}

const faults = outcomeFaults();
console.log(`\nExit code ${status}. The home is left as it is: ${home}`);
if (faults.length === 0) console.log(`As expected: ${shipments.length} shipments of ${inbox.length} files.`);
for (const fault of faults) console.error(`NOT as expected: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function altinnBatch(args) {
  const result = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (result.error) throw result.error;
  return result;
}

/** The receipt, and beside that of an AltUt file the one that old senders read. */
function receiptFiles({ receipt, receiptId }) {
  if (receipt === null) return [];
  const start = basename(receipt).split(`.${receiptId}.`, 1)[0];
  const names = readdirSync(join(home, 'outbox')).filter((name) => name.startsWith(`${start}.${receiptId}.`));
  return names
    .sort()
    .reverse()
    .map((name) => `outbox/${name}`);
}

function outcomeFaults() {
  const faults = inbox.flatMap((file) => {
    const own = shipments.filter((one) => one.file === file);
    return isAsNamed(file, own) ? [] : [`${file} came out as ${JSON.stringify(own)}`];
  });
  const exitCode = inbox.every((file) => file.startsWith('good-')) ? 0 : 65;
  if (status !== exitCode) faults.push(`the exit code was ${status}, not ${exitCode}`);
  for (const { file, receipt } of shipments) {
    if (receipt === null || !existsSync(join(home, receipt))) faults.push(`${file} has no receipt`);
  }
  const left = readdirSync(join(home, 'inbox')).filter((name) => name.endsWith('.xml'));
  if (left.length > 0) faults.push(`left in the inbox: ${left.join(', ')}`);
  return faults;
}

function isAsNamed(file, own) {
  const sum = (key) => own.reduce((total, one) => total + one.items[key], 0);
  if (own.length === 0) return false;
  if (file.startsWith('good-')) return own.every((one) => one.status === 'OK') && sum('failed') === 0;
  if (file.startsWith('one-item-')) {
    return own.some((one) => one.status === 'ValidationFailed') && sum('failed') === 1 && sum('accepted') > 0;
  }
  return own.every((one) => one.status !== 'OK') && sum('accepted') === 0;
}
