import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { archiveWork } from '../../src/intake/archive.js';
import { claim } from '../../src/intake/claim.js';
import { listWork } from '../../src/intake/list-work.js';
import { type MoveOptions, release } from '../../src/intake/release.js';
import { type Claimed, scratchFile } from '../../src/intake/work-folder.js';
import { candidate, drop, type FreshHome, folderOnOtherDisk, freshHome, tree } from './fresh-home.js';

function claimed(home: FreshHome, name = 'x.xml', content = '<a/>'): Claimed {
  drop(home, name, content);
  const got = claim(home, candidate(home, name));
  if ('notClaimed' in got) throw new Error(`Not claimed: ${got.notClaimed}`);
  return got;
}

const WAYS: [string, MoveOptions][] = [
  ['by moving', {}],
  ['by copying', { byCopy: true }],
];

describe.each(WAYS)('archiving %s', (_way, options) => {
  it('puts the file into the folder of its fate and day, and removes the work folder with all that is ours', () => {
    const home = freshHome();
    const work = claimed(home);
    writeFileSync(scratchFile(work.workFolder, 'utf-8.xml'), '');
    expect(archiveWork(home, work, 'rejected', '2024-01-31', options)).toBe('data/rejected/2024-01-31/x.xml');
    expect(tree(home.rejected)).toEqual(['2024-01-31/', '2024-01-31/x.xml']);
    expect(tree(home.work)).toEqual([]);
    expect(tree(home.archive)).toEqual([]);
  });

  it('gives the second file of a name a suffix', () => {
    const home = freshHome();
    const paths = ['one', 'two', 'three'].map((content) =>
      archiveWork(home, claimed(home, 'x.xml', content), 'archive', '2024-01-31', options),
    );
    expect(paths).toEqual(['x.xml', 'x.1.xml', 'x.2.xml'].map((name) => `data/archive/2024-01-31/${name}`));
    expect(paths.map((path) => readFileSync(join(home.root, path), 'utf8'))).toEqual(['one', 'two', 'three']);
  });

  it('finds room for a suffix in a name as long as names may be', () => {
    const home = freshHome();
    const name = `${'å'.repeat(125)}.xml`;
    archiveWork(home, claimed(home, name), 'archive', '2024-01-31', options);
    const second = archiveWork(home, claimed(home, name), 'archive', '2024-01-31', options);
    expect(second).toBe(`data/archive/2024-01-31/${'å'.repeat(124)}.1.xml`);
  });

  it('lets the done file go', () => {
    const home = freshHome({ doneFileSuffix: '.done' });
    drop(home, 'x.xml.done');
    archiveWork(home, claimed(home), 'archive', '2024-01-31', options);
    expect(tree(home.data)).toEqual([
      'archive/',
      'archive/2024-01-31/',
      'archive/2024-01-31/x.xml',
      'rejected/',
      'work/',
    ]);
    expect(tree(home.inbox)).toEqual([]);
  });

  it('makes the folder of the day with the mode of the settings, whatever the umask', () => {
    const home = freshHome({ folderMode: '0770' });
    const work = claimed(home);
    const umask = process.umask(0o077);
    try {
      archiveWork(home, work, 'archive', '2024-01-31', options);
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(home.archive, '2024-01-31')).mode & 0o777).toBe(0o770);
  });
});

it('copies by itself when the archive is on another disk', () => {
  const other = folderOnOtherDisk();
  const home = freshHome({ data: other ?? 'data' });
  const byCopy = other === null;
  const apart: FreshHome = { ...home, archive: join(home.root, 'archive') };
  const work = claimed(apart, 'x.xml', 'the file');
  const steps: string[] = [];
  expect(archiveWork(apart, work, 'archive', '2024-01-31', { byCopy, onStep: (step) => steps.push(step) })).toBe(
    'archive/2024-01-31/x.xml',
  );
  expect(steps).toEqual(['copied', 'placed', 'work file removed']);
  expect(tree(apart.archive)).toEqual(['2024-01-31/', '2024-01-31/x.xml']);
  expect(readFileSync(join(apart.archive, '2024-01-31/x.xml'), 'utf8')).toBe('the file');
  expect(tree(apart.work)).toEqual([]);
});

it('leaves the file where it is when a file stands in the place of the archive, and goes on when that is mended', () => {
  const home = freshHome();
  const work = claimed(home);
  rmSync(home.archive, { recursive: true });
  writeFileSync(home.archive, '');
  expect(() => archiveWork(home, work, 'archive', '2024-01-31')).toThrow(IoFault);
  expect(listWork(home).map((one) => one.claimed?.fileName)).toEqual(['x.xml']);
  rmSync(home.archive);
  expect(archiveWork(home, work, 'archive', '2024-01-31')).toBe('data/archive/2024-01-31/x.xml');
  expect(tree(home.work)).toEqual([]);
});

it('says who has to act when the work file has been taken away', () => {
  const home = freshHome();
  const work = claimed(home);
  rmSync(work.workFile);
  expect(() => archiveWork(home, work, 'archive', '2024-01-31')).toThrow(/is gone.*put it back/);
});

describe.each(WAYS)('a release %s', (_way, options) => {
  it('puts the file and its done file back, and removes the work folder', () => {
    const home = freshHome({ doneFileSuffix: '.done' });
    drop(home, 'x.xml.done');
    const work = claimed(home, 'x.xml', 'the file');
    expect(release(home, work, options)).toBe('x.xml');
    expect(tree(home.inbox)).toEqual(['x.xml', 'x.xml.done']);
    expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('the file');
    expect(tree(home.work)).toEqual([]);
  });

  it("goes back to the mailbox that it came from, where a copy has that mailbox's mode and group", () => {
    const group = process.getgid?.() ?? 0;
    const mailboxes = [{ owner: 'SKD', inbox: 'skd/in', outbox: 'skd/out', fileMode: '0664', group }];
    const home = freshHome({ doneFileSuffix: '.done', mailboxes }, 'SKD');
    drop(home, 'x.xml.done');
    const work = claimed(home, 'x.xml', 'the file');
    drop({ inbox: join(home.root, 'inbox') }, 'x.xml', 'of somebody else');
    expect(release(home, work, options)).toBe('x.xml');
    expect(tree(home.inbox)).toEqual(['x.xml', 'x.xml.done']);
    expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('the file');
    if (options.byCopy) expect(statSync(join(home.inbox, 'x.xml')).mode & 0o777).toBe(0o664);
    expect(tree(home.work)).toEqual([]);
  });

  it('overwrites nothing that the sender has put there meanwhile', () => {
    const home = freshHome();
    const work = claimed(home, 'x.xml', 'the file');
    drop(home, 'x.xml', 'the next file');
    expect(release(home, work, options)).toBe('x.1.xml');
    expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('the next file');
    expect(readFileSync(join(home.inbox, 'x.1.xml'), 'utf8')).toBe('the file');
  });
});

it('releases across disks by itself', () => {
  const other = folderOnOtherDisk();
  const home = freshHome({ data: other ?? 'data' });
  const work = claimed(home, 'x.xml', 'the file');
  chmodSync(work.workFile, 0o600);
  expect(release(home, work, { byCopy: other === null })).toBe('x.xml');
  expect(tree(home.inbox)).toEqual(['x.xml']);
  expect(tree(home.work)).toEqual([]);
});

it('puts nothing into a folder that has the name of a file', () => {
  const home = freshHome();
  const work = claimed(home, 'x.xml', 'the file');
  mkdirSync(join(home.inbox, 'x.xml'));
  expect(release(home, work)).toBe('x.1.xml');
});
