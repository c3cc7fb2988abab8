import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { removeLeftovers } from '../../src/receipts/leftovers.js';

let folder: string;
let dead: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leftovers-'));
  dead = spawnSync('true').pid;
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('temporary files of dead processes, and of this one, are removed and named', () => {
  writeFileSync(join(folder, `.a.xml.tmp-${dead}`), '');
  writeFileSync(join(folder, `.b.xml.tmp-${process.pid}`), '');
  expect([...removeLeftovers(folder)].sort()).toEqual([`.a.xml.tmp-${dead}`, `.b.xml.tmp-${process.pid}`]);
  expect(readdirSync(folder)).toEqual([]);
});

test('a temporary file that another process is writing stays', () => {
  writeFileSync(join(folder, `.a.xml.tmp-${process.ppid}`), '');
  expect(removeLeftovers(folder)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('one that nobody has written to for hours goes, although its process id is in use', () => {
  const old = join(folder, `.a.xml.tmp-${process.ppid}`);
  writeFileSync(old, '');
  utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));
  expect(removeLeftovers(folder)).toHaveLength(1);
});

test('receipts, other hidden files and folders stay', () => {
  for (const name of ['a.7.receipt.xml', '.hidden', '.a.tmp-x', `a.xml.tmp-${dead}`])
    writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, `.folder.tmp-${dead}`));
  expect(removeLeftovers(folder)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(5);
});

test('a file in the place of the folder is a fault that names it', () => {
  const path = join(folder, 'outbox');
  writeFileSync(path, '');
  expect(() => removeLeftovers(path)).toThrow(IoFault);
  expect(() => removeLeftovers(path)).toThrow(path);
});
