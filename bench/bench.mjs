#!/usr/bin/env node
/**
 * Measures how fast files are taken in, from inbox to receipt, and prints what it measured. It asserts nothing:
 * docs/benchmarks.md says how to read it.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchFile, largeAttachmentFile } from './files.mjs';
import { hasXmllint, measureActivation, measureIntake, measureXmllint } from './measure.mjs';
import { printTable } from './table.mjs';

const ITEMS = {
  subscriptions: 200_000,
  prefills: 100_000,
  correspondences: 50_000,
  altut: 50_000,
  'prefills-one-reportee': 100_000,
};

/** Not the intake of a file: see measureActivations. */
const ACTIVATION = 'activation';
const SUBSCRIPTIONS = 1_000_000;
const DUE = SUBSCRIPTIONS / 20;

const USAGE = `Usage: npm run bench [-- [--kinds KIND,KIND] [--scale FACTOR] [--runs N]]
Kinds: ${Object.keys(ITEMS).join(', ')}, ${ACTIVATION} (default: all)
--scale makes files of that part of the items (default 1), --runs is how often each is processed (default 3)
`;

await main();

async function main() {
  const wish = readArguments();
  if (wish === null) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
    return;
  }
  if (!existsSync(fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)))) {
    process.stderr.write('dist/ is not there: npm run build makes it.\n');
    process.exitCode = 66;
    return;
  }
  process.stdout.write(`${machineLine()}\n\n`);
  if (wish.kinds.length > 0) {
    const all = await measureKinds(wish);
    await measureLinearity(wish, all);
    await measureLargeAttachment(wish);
  }
  if (wish.activation) await measureActivations(wish);
}

function machineLine() {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const lint = hasXmllint() ? 'xmllint found' : 'no xmllint: no ratios';
  return `Node.js ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores (${model}), ${memory} GiB, ${lint}`;
}

/** @param {{ kinds: string[], scale: number, runs: number }} wish */
async function measureKinds({ kinds, scale, runs }) {
  const measured = new Map();
  const rows = [];
  for (const kind of kinds) {
    const file = benchFile(kind, itemsOf(kind, scale));
    const found = await medianOf(runs, kind, file.path);
    measured.set(kind, found);
    rows.push([
      kind,
      String(file.items),
      (file.bytes / 1e6).toFixed(0),
      found.wall.toFixed(2),
      (file.items / found.wall).toFixed(0),
      (file.bytes / 1e6 / found.wall).toFixed(1),
      shown(found.cpu, 1),
      shown(found.peakLargest, 0),
      shown(found.peakTogether, 0),
      shown(found.lint, 2),
      shown(found.ratio, 2),
    ]);
  }
  const titles = ['file', 'items', 'MB', 'wall s', 'items/s', 'MB/s', 'CPU s', 'MiB largest', 'MiB all'];
  printTable([...titles, 'xmllint s', 'times xmllint'], rows);
  return measured;
}

/**
 * @param {{ kinds: string[], scale: number, runs: number }} wish
 * @param {Map<string, import('./measure.mjs').Measured>} all
 */
async function measureLinearity({ kinds, scale, runs }, all) {
  const rows = [];
  for (const kind of kinds) {
    const file = benchFile(kind, itemsOf(kind, scale / 10));
    const tenth = await medianOf(runs, kind, file.path);
    const whole = all.get(kind) ?? tenth;
    rows.push([
      kind,
      tenth.wall.toFixed(2),
      whole.wall.toFixed(2),
      (whole.wall / tenth.wall).toFixed(1),
      shown(tenth.peakTogether, 0),
      shown(whole.peakTogether, 0),
      shown(quotient(whole.peakTogether, tenth.peakTogether), 2),
    ]);
  }
  process.stdout.write('\nTen times the items\n');
  printTable(['file', '1/10: s', 'all: s', 'times', '1/10: MiB all', 'all: MiB all', 'times'], rows);
}

/** @param {{ runs: number }} wish */
async function measureLargeAttachment({ runs }) {
  const file = largeAttachmentFile();
  const found = await medianOf(runs, 'correspondences', file.path);
  process.stdout.write('\nOne correspondence with an attachment of 30 MB\n');
  const row = [(file.bytes / 1e6).toFixed(0), found.wall.toFixed(2), shown(found.cpu, 1)];
  printTable(
    ['MB', 'wall s', 'CPU s', 'MiB largest', 'MiB all'],
    [[...row, shown(found.peakLargest, 0), shown(found.peakTogether, 0)]],
  );
}

/**
 * A million subscriptions, 50,000 of them due, each with a form set; once, since taking them in takes most of a minute.
 * @param {{ scale: number }} wish
 */
async function measureActivations({ scale }) {
  const rows = [];
  for (const part of [scale / 10, scale]) {
    const subscriptions = benchFile('subscriptions-due', Math.max(1, Math.round(SUBSCRIPTIONS * part)));
    const prefills = benchFile('prefills-due', Math.max(1, Math.round(DUE * part)));
    const { intake, first, second } = await measureActivation([subscriptions.path, prefills.path], '2024-02-01');
    rows.push([
      String(subscriptions.items),
      String(prefills.items),
      intake.wall.toFixed(1),
      first.wall.toFixed(2),
      (prefills.items / first.wall).toFixed(0),
      shown(first.cpu, 1),
      shown(first.peakTogether, 0),
      second.wall.toFixed(2),
    ]);
  }
  process.stdout.write('\nActivating subscriptions\n');
  printTable(['subscriptions', 'due', 'intake s', 'wall s', 'due/s', 'CPU s', 'MiB all', 'again s'], rows);
}

/** The median of each figure by itself; each run of ours has one of xmllint right before it. */
async function medianOf(/** @type {number} */ runs, /** @type {string} */ kind, /** @type {string} */ file) {
  const found = [];
  for (let run = 0; run < runs; run++) {
    const lint = measureXmllint(kind, file);
    const intake = await measureIntake(file);
    found.push({ ...intake, lint, ratio: quotient(intake.wall, lint) });
  }
  return {
    wall: median(found.map(({ wall }) => wall)) ?? 0,
    cpu: median(found.map(({ cpu }) => cpu)),
    peakLargest: median(found.map(({ peakLargest }) => peakLargest)),
    peakTogether: median(found.map(({ peakTogether }) => peakTogether)),
    lint: median(found.map(({ lint }) => lint)),
    ratio: median(found.map(({ ratio }) => ratio)),
  };
}

/** @param {(number | null)[]} values */
function median(values) {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return known[Math.floor(known.length / 2)] ?? null;
}

function quotient(/** @type {number | null} */ a, /** @type {number | null} */ b) {
  return a === null || b === null ? null : a / b;
}

function shown(/** @type {number | null} */ value, /** @type {number} */ digits) {
  return value === null ? '-' : value.toFixed(digits);
}

function itemsOf(/** @type {string} */ kind, /** @type {number} */ scale) {
  return Math.max(1, Math.round(ITEMS[kind] * scale));
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        kinds: { type: 'string', default: [...Object.keys(ITEMS), ACTIVATION].join(',') },
        scale: { type: 'string', default: '1' },
        runs: { type: 'string', default: '3' },
      },
    });
    const wished = values.kinds.split(',');
    const kinds = wished.filter((kind) => kind !== ACTIVATION);
    const scale = Number(values.scale);
    const runs = Number(values.runs);
    const isSound =
      kinds.every((kind) => kind in ITEMS) && scale > 0 && scale <= 100 && Number.isInteger(runs) && runs > 0;
    return isSound ? { kinds, activation: kinds.length < wished.length, scale, runs } : null;
  } catch {
    return null;
  }
}
