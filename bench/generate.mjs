import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { KINDS } from './kinds.mjs';

const USAGE = `Usage: node bench/generate.mjs KIND COUNT FILE [--seed N] [--groups]

Writes a valid file with COUNT items, the same bytes every time for the same seed (1).
KIND is one of ${Object.keys(KINDS).join(', ')}.
--groups (prefills-one-reportee only) puts each form set in a Reportee element of its own.
`;

const WRITE_CHARACTERS = 1 << 20;

/**
 * Writes a bench file piece by piece, so memory stays flat however many items there are.
 * @param {string} kind a key of KINDS
 * @param {number} count how many items
 * @param {string} file where to; overwritten, its folder made
 * @param {{ seed?: number, groups?: boolean }} [options]
 * @returns {{ items: number, bytes: number }}
 */
export function generate(kind, count, file, { seed = 1, groups = false } = {}) {
  const layoutOf = KINDS[kind];
  if (layoutOf === undefined) throw new RangeError(`There is no kind ${kind}.`);
  const { head, item, tail } = layoutOf({ count, seed, groups });
  mkdirSync(dirname(resolve(file)), { recursive: true });
  const descriptor = openSync(file, 'w');
  let bytes = 0;
  const write = (/** @type {string} */ text) => {
    const chunk = Buffer.from(text);
    writeFileSync(descriptor, chunk);
    bytes += chunk.length;
  };
  try {
    let waiting = head;
    for (let index = 0; index < count; index++) {
      waiting += item(index);
      if (waiting.length >= WRITE_CHARACTERS) {
        write(waiting);
        waiting = '';
      }
    }
    write(waiting + tail);
  } finally {
    closeSync(descriptor);
  }
  return { items: count, bytes };
}

function main() {
  const wish = readArguments();
  if (wish === null) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
    return;
  }
  const { items, bytes } = generate(wish.kind, wish.count, wish.file, wish.options);
  process.stdout.write(`${wish.file}: ${items} items, ${bytes} bytes\n`);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { seed: { type: 'string', default: '1' }, groups: { type: 'boolean', default: false } },
    });
    const [kind = '', count = '', file = '', ...more] = positionals;
    const sound = kind in KINDS && /^\d{1,9}$/.test(count) && file !== '' && more.length === 0;
    if (!sound || !/^\d{1,9}$/.test(values.seed)) return null;
    return { kind, count: Number(count), file, options: { seed: Number(values.seed), groups: values.groups } };
  } catch {
    return null;
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) main();
