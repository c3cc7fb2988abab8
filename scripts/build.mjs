#!/usr/bin/env node
// Builds dist/ from src/: type-checks and compiles, copies the migrations beside the compiled store; and the man page, which
// the command prints itself. Does nothing when both are current.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');
const target = join(root, 'dist');
const stamp = join(target, '.built-from');
const main = join(target, 'cli', 'main.js');
const manPage = join(root, 'man', 'altinn-batch.1');

const fingerprint = fingerprintOfSources();
if (!isCurrent()) build();

function isCurrent() {
  return existsSync(main) && existsSync(manPage) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint;
}

function build() {
  compile();
  removeOrphans();
  for (const file of filesIn(source).filter((one) => one.endsWith('.sql'))) {
    const copy = join(target, relative(source, file));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(file, copy);
  }
  chmodSync(main, 0o755);
  writeManPage();
  writeFileSync(stamp, fingerprint);
}

function compile() {
  let typescript;
  try {
    typescript = createRequire(import.meta.url).resolve('typescript/package.json');
  } catch {
    console.error('build: TypeScript is not installed. Run npm ci without --omit=dev, or build where it is installed.');
    process.exit(1);
  }
  const { status } = spawnSync(
    process.execPath,
    [join(dirname(typescript), 'bin', 'tsc'), '-p', root, '--noEmitOnError'],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exit(status ?? 1);
}

function writeManPage() {
  const { status, stdout } = spawnSync(process.execPath, [main, 'man'], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(dirname(manPage), { recursive: true });
  writeFileSync(manPage, stdout);
}

/** A file that is left of a source since renamed would still be found by an import. */
function removeOrphans() {
  for (const file of filesIn(target)) {
    const origin = join(source, relative(target, file)).replace(/\.js(\.map)?$/, '.ts');
    if (!existsSync(origin)) rmSync(file, { force: true });
  }
}

function fingerprintOfSources() {
  const hash = createHash('sha256');
  for (const file of [...filesIn(source), join(root, 'tsconfig.json'), join(root, 'package-lock.json')].sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => resolve(one.parentPath, one.name));
}
