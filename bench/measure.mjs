import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/**
 * Seconds, and MiB; null where this system does not tell.
 * @typedef {{ wall: number, cpu: number | null, peakLargest: number | null, peakTogether: number | null }} Measured
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist', 'cli', 'main.js');
const SAMPLE_MILLISECONDS = 25;
/** Clock ticks in a second, as /proc counts: the same on every Linux of today. */
const TICKS = 100;

const SCHEMAS = { correspondences: 'correspondence.xsd', altut: 'altut.xsd' };

/**
 * Processes a file with `run`, as a process of its own, in a new home that is removed afterwards. The time is that of the
 * whole process, from its start to its end.
 * @param {string} file @returns {Promise<Measured>}
 */
export async function measureIntake(file) {
  return inHome([file], (home) => measured([MAIN, 'run', '-q', '--home', home]));
}

/**
 * Takes in the files, then activates the subscriptions that are due on that day, twice: the second time there is nothing
 * left to do.
 * @param {string[]} files @param {string} day @returns {Promise<{ intake: Measured, first: Measured, second: Measured }>}
 */
export async function measureActivation(files, day) {
  return inHome(files, async (home) => {
    const intake = await measured([MAIN, 'run', '-q', '--home', home]);
    spawnSync('sync');
    const activate = [MAIN, 'subscriptions', 'activate', '-q', '--date', day, '--home', home];
    return { intake, first: await measured(activate), second: await measured(activate) };
  });
}

/** @template T @param {string[]} files @param {(home: string) => Promise<T>} work @returns {Promise<T>} */
async function inHome(files, work) {
  const home = mkdtempSync(join(tmpdir(), 'altinn-batch-bench-'));
  try {
    spawnSync(process.execPath, [MAIN, 'init', '--home', home, '-q']);
    copyFileSync(join(ROOT, 'bench', 'services.json'), join(home, 'services.json'));
    writeFileSync(join(home, 'altinn-batch.json'), '{"stableSeconds":0}');
    for (const file of files) copyFileSync(file, join(home, 'inbox', basename(file)));
    // What the copy has left to be written would be written while we measure.
    spawnSync('sync');
    return await work(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export function hasXmllint() {
  return spawnSync('xmllint', ['--version']).status === 0;
}

/**
 * Wall time of bare validation; null without xmllint.
 * @param {string} kind @param {string} file
 */
export function measureXmllint(kind, file) {
  const schema = join(ROOT, 'schemas', SCHEMAS[kind] ?? 'service-owner.xsd');
  const started = performance.now();
  const { status } = spawnSync('xmllint', ['--stream', '--noout', '--schema', schema, file]);
  return status === 0 ? (performance.now() - started) / 1000 : null;
}

/** @param {string[]} args @returns {Promise<Measured>} */
async function measured(args) {
  const cpuBefore = cpuOfEndedChildren();
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const peak = { largest: 0, together: 0 };
  const timer = setInterval(() => sample(child.pid ?? 0, peak), SAMPLE_MILLISECONDS);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
  const wall = (performance.now() - started) / 1000;
  clearInterval(timer);
  if (code !== 0) throw new Error(`altinn-batch ended with exit code ${code}.`);
  const cpu = cpuOfEndedChildren();
  return {
    wall,
    cpu: cpu === null || cpuBefore === null ? null : cpu - cpuBefore,
    peakLargest: peak.largest || null,
    peakTogether: peak.together || null,
  };
}

/** A process's own peak is the kernel's; that of all together is the largest sum seen. */
function sample(/** @type {number} */ pid, /** @type {{ largest: number, together: number }} */ peak) {
  const memories = [pid, ...childrenOf(pid)].map(memoryOf);
  peak.largest = Math.max(peak.largest, ...memories.map(({ highest }) => highest));
  peak.together = Math.max(
    peak.together,
    memories.reduce((sum, { now }) => sum + now, 0),
  );
}

function childrenOf(/** @type {number} */ pid) {
  return (textOf(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
}

function memoryOf(/** @type {number} */ pid) {
  const status = textOf(`/proc/${pid}/status`) ?? '';
  const mebibytes = (/** @type {RegExp} */ line) => Number(line.exec(status)?.[1] ?? 0) / 1024;
  return { now: mebibytes(/^VmRSS:\s+(\d+)/m), highest: mebibytes(/^VmHWM:\s+(\d+)/m) };
}

/** Seconds of all children that have ended, with theirs. */
function cpuOfEndedChildren() {
  const stat = textOf('/proc/self/stat');
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}

function textOf(/** @type {string} */ path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
