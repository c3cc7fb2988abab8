import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { type ClaimOptions, type ClaimStep, claim } from '../../src/intake/claim.js';
import type { Claimed } from '../../src/intake/work-folder.js';
import { candidate, drop, type FreshHome, folderOnOtherDisk, freshHome, tree } from './fresh-home.js';

function claimed(home: FreshHome, name: string, options?: ClaimOptions): Claimed {
  const got = claim(home, candidate(home, name), options);
  if ('notClaimed' in got) throw new Error(`Not claimed: ${got.notClaimed}`);
  return got;
}

const WAYS: [string, ClaimOptions][] = [
  ['by a rename', {}],
  ['by copying', { byCopy: true }],
];

describe.each(WAYS)('a claim %s', (_way, options) => {
  it('moves the file, under its own name, into a folder of its own in data/work', () => {
    const home = freshHome();
    drop(home, 'x.xml', '<hei/>', 1_700_000_000.25);
    const got = claimed(home, 'x.xml', options);
    expect(got).toMatchObject({ fileName: 'x.xml', size: 6, mtimeMs: 1_700_000_000_250 });
    expect(tree(home.inbox)).toEqual([]);
    expect(tree(home.work)).toEqual([`${got.workKey}/`, `${got.workKey}/x.xml`]);
    expect(got.workFile).toBe(join(home.work, got.workKey, 'x.xml'));
    expect(readFileSync(got.workFile, 'utf8')).toBe('<hei/>');
    expect(statSync(got.workFile).mtimeMs).toBeCloseTo(1_700_000_000_250, 0);
  });

  it('says so, and leaves nothing behind, when the file is gone', () => {
    const home = freshHome();
    const path = drop(home, 'x.xml');
    const seen = candidate(home, 'x.xml');
    rmSync(path);
    expect(claim(home, seen, options)).toEqual({ notClaimed: 'gone' });
    expect(tree(home.work)).toEqual([]);
    expect(tree(home.inbox)).toEqual([]);
  });

  it.each<[string, (path: string) => void]>([
    ['was written on', (path) => appendFileSync(path, 'more')],
    ['was touched', (path) => utimesSync(path, 5, 5)],
    [
      'became a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    [
      'became a link',
      (path) => {
        renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      },
    ],
  ])('puts back a file that %s since it was looked at', (_what, change) => {
    const home = freshHome();
    const path = drop(home, 'x.xml');
    const seen = candidate(home, 'x.xml');
    change(path);
    const before = tree(home.inbox);
    expect(claim(home, seen, options)).toEqual({ notClaimed: 'changed' });
    expect(tree(home.inbox)).toEqual(before);
    expect(tree(home.work)).toEqual([]);
  });

  it('takes the done file along', () => {
    const home = freshHome({ doneFileSuffix: '.done' });
    drop(home, 'x.xml');
    drop(home, 'x.xml.done');
    claimed(home, 'x.xml', options);
    expect(tree(home.inbox)).toEqual([]);
  });

  it('puts the done file back with the file', () => {
    const home = freshHome({ doneFileSuffix: '.done' });
    const path = drop(home, 'x.xml');
    drop(home, 'x.xml.done', 'finished');
    const seen = candidate(home, 'x.xml');
    appendFileSync(path, 'more');
    expect(claim(home, seen, options)).toEqual({ notClaimed: 'changed' });
    expect(tree(home.inbox)).toEqual(['x.xml', 'x.xml.done']);
    expect(readFileSync(join(home.inbox, 'x.xml.done'), 'utf8')).toBe('finished');
  });

  it('gives a file that changed another name when its own was taken meanwhile, its done file too', () => {
    const home = freshHome({ doneFileSuffix: '.done' });
    const path = drop(home, 'x.xml', 'old');
    drop(home, 'x.xml.done');
    const seen = candidate(home, 'x.xml');
    appendFileSync(path, ' and more');
    const onStep = (step: ClaimStep) => {
      if (step === 'renamed' || step === 'set aside') drop(home, 'x.xml', 'new');
    };
    expect(claim(home, seen, { ...options, onStep })).toEqual({ notClaimed: 'changed' });
    expect(tree(home.inbox)).toEqual(['x.1.xml', 'x.1.xml.done', 'x.xml']);
    expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('new');
    expect(readFileSync(join(home.inbox, 'x.1.xml'), 'utf8')).toBe('old and more');
  });

  it('makes its folder with the mode of the settings, whatever the umask', () => {
    const home = freshHome({ folderMode: '0770', fileMode: '0660' });
    drop(home, 'x.xml');
    const umask = process.umask(0o077);
    try {
      const got = claimed(home, 'x.xml', options);
      expect(statSync(got.workFolder).mode & 0o777).toBe(0o770);
      if (options.byCopy) expect(statSync(got.workFile).mode & 0o777).toBe(0o660);
    } finally {
      process.umask(umask);
    }
  });
});

it('claims files of the same name one after the other into different folders, whose names sort in that order', () => {
  const home = freshHome();
  const keys = Array.from({ length: 20 }, () => {
    drop(home, 'x.xml');
    return claimed(home, 'x.xml').workKey;
  });
  expect(new Set(keys).size).toBe(20);
  expect([...keys].sort()).toEqual(keys);
});

it('takes one name of a file with two, and leaves the other', () => {
  const home = freshHome();
  linkSync(drop(home, 'x.xml'), join(home.inbox, 'y.xml'));
  claimed(home, 'x.xml');
  expect(tree(home.inbox)).toEqual(['y.xml']);
});

it('notices a writer that comes back while the file is copied', () => {
  const home = freshHome();
  drop(home, 'x.xml');
  const onStep = (step: ClaimStep) => {
    if (step !== 'copied') return;
    const aside = tree(home.inbox)[0] ?? '';
    appendFileSync(join(home.inbox, aside), 'more');
  };
  expect(claim(home, candidate(home, 'x.xml'), { byCopy: true, onStep })).toEqual({ notClaimed: 'changed' });
  expect(tree(home.inbox)).toEqual(['x.xml']);
  expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('<a/>more');
  expect(tree(home.work)).toEqual([]);
});

it('has what was copied on record before the original goes', () => {
  const home = freshHome();
  drop(home, 'x.xml', '<hei/>');
  let record = '';
  const onStep = (step: ClaimStep) => {
    const file = tree(home.work).find((path) => path.endsWith('claim.json'));
    if (step === 'recorded') record = readFileSync(join(home.work, file ?? ''), 'utf8');
  };
  claimed(home, 'x.xml', { byCopy: true, onStep });
  expect(JSON.parse(record)).toEqual({
    fileName: 'x.xml',
    copied: { size: 6, sha256: 'dd7522884fd5ae3be204287ad67e5c76a6835b6dcb19c24cdebe3492be65cad1' },
  });
});

it('copies by itself when the work folder is on another disk, and a changed file stays in the inbox', () => {
  const other = folderOnOtherDisk();
  // Where there is only one disk the copying itself is what the tests above force.
  const home = freshHome({ data: other ?? 'data', doneFileSuffix: '.done' });
  const steps: ClaimStep[] = [];
  for (const name of ['x.xml', 'x.xml.done', 'y.xml', 'y.xml.done']) drop(home, name, '<hei/>');
  const options = { byCopy: other === null, onStep: (step: ClaimStep) => void steps.push(step) };
  const changed = candidate(home, 'y.xml');
  const got = claimed(home, 'x.xml', options);
  expect(readFileSync(got.workFile, 'utf8')).toBe('<hei/>');
  expect(steps).toContain('original removed');
  appendFileSync(join(home.inbox, 'y.xml'), 'more');
  expect(claim(home, changed, options)).toEqual({ notClaimed: 'changed' });
  expect(tree(home.inbox)).toEqual(['y.xml', 'y.xml.done']);
});

it('says what is wrong, and leaves the file where it is, when a file stands in the place of data/work', () => {
  const home = freshHome();
  rmSync(home.work, { recursive: true });
  writeFileSync(home.work, '');
  drop(home, 'x.xml');
  expect(() => claim(home, candidate(home, 'x.xml'))).toThrow(IoFault);
  expect(tree(home.inbox)).toEqual(['x.xml']);
});

it('takes a name as long as the file system lets it be', () => {
  const home = freshHome();
  const name = `${'x'.repeat(251)}.xml`;
  for (const { byCopy } of [{ byCopy: false }, { byCopy: true }]) {
    drop(home, name);
    expect(basename(claimed(home, name, { byCopy }).workFile)).toBe(name);
  }
});
