import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.mjs';
import { KINDS } from './kinds.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = join(HERE, 'out');
const LARGE_ATTACHMENT_BYTES = 30_000_000;

/** @typedef {{ path: string, items: number, bytes: number }} BenchFile */

/**
 * A bench file of so many items: the one of an earlier time, when it was made in just the same way.
 * @param {string} kind @param {number} items @returns {BenchFile}
 */
export function benchFile(kind, items) {
  return made(`${kind}-${items}`, items, (path) => generate(kind, items, path));
}

/** @returns {BenchFile} */
export function largeAttachmentFile() {
  return made('large-attachment', 1, (path) => {
    const { head, item, tail } = KINDS.correspondences({ count: 1, seed: 1, groups: false });
    const data = Buffer.alloc(LARGE_ATTACHMENT_BYTES, 'An attachment of thirty million bytes. ').toString('base64');
    writeFileSync(path, head + item(0).replace(/<Data>[^<]*/, () => `<Data>${data}`) + tail);
  });
}

/** Named after the generator's own text too, so that a changed generator makes a new file. */
function made(/** @type {string} */ name, /** @type {number} */ items, /** @type {(path: string) => void} */ make) {
  mkdirSync(OUT, { recursive: true });
  const path = join(OUT, `${name}-${fingerprint()}.xml`);
  if (!existsSync(path)) {
    make(`${path}.part`);
    renameSync(`${path}.part`, path);
  }
  return { path, items, bytes: statSync(path).size };
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const name of readdirSync(HERE).sort()) {
    if (['files.mjs', 'generate.mjs', 'kinds.mjs', 'random.mjs', 'reportees.mjs'].includes(name)) {
      hash.update(readFileSync(join(HERE, name)));
    }
  }
  return hash.digest('hex').slice(0, 8);
}
