import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import {
  copyFile,
  createFile,
  moveOntoPlaceholder,
  moveToFreeName,
  numberedName,
  onDisk,
  removeIfThere,
} from '../../src/intake/file-system.js';
import { temporaryFolder } from '../support/cli.js';

describe('a numbered name', () => {
  it.each([
    ['x.xml', 0, 'x.xml'],
    ['x.xml', 1, 'x.1.xml'],
    ['x.y.xml', 12, 'x.y.12.xml'],
    ['x', 1, 'x.1'],
    ['.xml', 1, '.xml.1'],
  ])('of %s with %i is %s', (name, number, expected) => {
    expect(numberedName(name, number)).toBe(expected);
  });

  it('never splits a character to stay within 255 bytes', () => {
    const name = numberedName(`${'😀'.repeat(62)}abc.xml`, 10);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^(😀)+\.10\.xml$/u);
  });
});

describe('a file system without hard links', () => {
  it('moves onto a name that is free', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'the file');
    expect(moveOntoPlaceholder(join(folder, 'a'), join(folder, 'b'))).toBe(true);
    expect(existsSync(join(folder, 'a'))).toBe(false);
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('the file');
  });

  it('leaves both files alone when the name is taken', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), 'the file');
    writeFileSync(join(folder, 'b'), 'another');
    expect(moveOntoPlaceholder(join(folder, 'a'), join(folder, 'b'))).toBe(false);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('the file');
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('another');
  });

  it('leaves no empty file when the move fails', () => {
    const folder = temporaryFolder();
    expect(() => moveOntoPlaceholder(join(folder, 'none'), join(folder, 'b'))).toThrow(/ENOENT/);
    expect(existsSync(join(folder, 'b'))).toBe(false);
  });
});

it('moves to a free name, and done again after being cut off halfway ends in one place', () => {
  const folder = temporaryFolder();
  const from = join(folder, 'a');
  writeFileSync(from, 'the file');
  writeFileSync(join(folder, 'x.xml'), 'taken');
  const tried: string[] = [];
  expect(moveToFreeName(from, folder, 'x.xml', (path) => tried.push(path))).toBe(join(folder, 'x.1.xml'));
  expect(tried).toEqual([join(folder, 'x.xml'), join(folder, 'x.1.xml')]);
});

it('makes files with exactly the mode asked for, also over one that is there, and never through a link', () => {
  const file = join(temporaryFolder(), 'a');
  writeFileSync(file, 'old', { mode: 0o600 });
  const umask = process.umask(0o077);
  try {
    createFile(file, 0o664);
  } finally {
    process.umask(umask);
  }
  expect(statSync(file).mode & 0o777).toBe(0o664);
  expect(readFileSync(file, 'utf8')).toBe('');
});

it('copies bytes and times, and tells what it copied', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a'), 'abc');
  const copied = copyFile(join(folder, 'a'), join(folder, 'b'), 0o640);
  expect(copied).toEqual({ size: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' });
  expect(statSync(join(folder, 'b')).mtimeMs).toBeCloseTo(statSync(join(folder, 'a')).mtimeMs, 1);
});

describe('trouble with the disk', () => {
  it('becomes an IoFault that names the path, masks person numbers, says what to do and keeps the cause', () => {
    const path = join(temporaryFolder(), '01010112345', 'x.xml');
    let fault: unknown;
    try {
      onDisk('read', path, () => readFileSync(path));
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(IoFault);
    expect(fault).toMatchObject({ exitCode: 74, cause: { code: 'ENOENT' } });
    expect(String(fault)).toMatch(/Can't read .*010101\*{5}\/x\.xml \(ENOENT\)\. .*run the command again/);
  });

  it('is told from faults of our own, which go through as they are', () => {
    const own = new TypeError('a slip');
    expect(() =>
      onDisk('read', 'x', () => {
        throw own;
      }),
    ).toThrow(own);
  });

  it('is not that a file to remove is gone already', () => {
    expect(() => removeIfThere(join(temporaryFolder(), 'none'))).not.toThrow();
  });
});
