import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { archiveWork } from '../../src/intake/archive.js';
import { claim } from '../../src/intake/claim.js';
import { listWork } from '../../src/intake/list-work.js';
import { removeWorkFolder, scratchFile } from '../../src/intake/work-folder.js';
import { candidate, drop, type FreshHome, freshHome, tree } from './fresh-home.js';

const SETTINGS = {
  doneFileSuffix: '.done',
  mailboxes: [{ owner: 'SKD', inbox: 'skd/in', outbox: 'skd/out' }],
};
const MOVE_AND_DIE = fileURLToPath(new URL('fixtures/move-and-die.mjs', import.meta.url));
const DIST = new URL('../../dist/', import.meta.url).href;

/** Has another process begin to move the file and be killed after the step. */
function killedAt(home: FreshHome, move: 'claim' | 'release' | 'archive', step: string, byCopy: boolean): void {
  const settings = ['--settings', JSON.stringify(SETTINGS)];
  const args = ['--dist', DIST, '--home', home.root, ...settings, '--move', move, '--name', 'x.xml', '--step', step];
  const child = spawnSync(process.execPath, [MOVE_AND_DIE, ...args, ...(byCopy ? ['--by-copy'] : [])]);
  expect(child.stderr.toString()).toBe('');
  expect(child.signal).toBe('SIGKILL');
}

function homeWithFile(owner: string | null = null): FreshHome {
  const home = freshHome(SETTINGS, owner);
  drop(home, 'x.xml', 'the file');
  drop(home, 'x.xml.done');
  return home;
}

function claimX(home: FreshHome): void {
  expect(claim(home, candidate(home, 'x.xml'))).toMatchObject({ fileName: 'x.xml' });
}

/** The one work folder that holds the file, everything else being gone. */
function expectClaimed(home: FreshHome): void {
  const [work, ...others] = listWork(home);
  expect(others).toEqual([]);
  expect(work).toMatchObject({ archivedAs: null, claimed: { fileName: 'x.xml', size: 'the file'.length } });
  expect(readFileSync(work?.claimed?.workFile ?? '', 'utf8')).toBe('the file');
  expect(work?.claimed?.mailbox.inbox).toBe(home.inbox);
  expect(home.mailboxes.flatMap(({ inbox }) => tree(inbox))).toEqual([]);
}

function expectBackInInbox(home: FreshHome): void {
  expect(listWork(home)).toEqual([]);
  expect(tree(home.inbox)).toEqual(['x.xml', 'x.xml.done']);
  expect(home.mailboxes.flatMap(({ inbox }) => tree(inbox))).toHaveLength(2);
  expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('the file');
  expect(tree(home.work)).toEqual([]);
}

describe('after a kill during a claim', () => {
  it.each([
    ['folder made', false],
    ['done file taken', false],
    ['folder made', true],
    ['done file taken', true],
    ['set aside', true],
    ['copied', true],
    ['recorded', true],
  ])('at "%s" (by copying: %s) the file is back in the inbox, once, with its done file', (step, byCopy) => {
    const home = homeWithFile();
    killedAt(home, 'claim', step, byCopy);
    expectBackInInbox(home);
    claimX(home);
    expectClaimed(home);
  });

  it.each([
    ['renamed', false],
    ['original removed', true],
    ['copy in place', true],
  ])('at "%s" (by copying: %s) the file is ours, once', (step, byCopy) => {
    const home = homeWithFile();
    killedAt(home, 'claim', step, byCopy);
    expectClaimed(home);
    expectClaimed(home);
  });

  it('and another one while that was put right, the file is still there only once', () => {
    const home = homeWithFile();
    killedAt(home, 'claim', 'recorded', true);
    const aside = readdirSync(home.inbox).find((name) => name.startsWith('.')) ?? '';
    // As far as the first repair came: the copy gone, the file in its place again but not yet out of its hiding place.
    for (const path of tree(home.work)) if (path.endsWith('copy')) rmSync(join(home.work, path));
    linkSync(join(home.inbox, aside), join(home.inbox, 'x.xml'));
    expectBackInInbox(home);
  });

  it('a file that the sender has put in its place meanwhile is not overwritten', () => {
    const home = homeWithFile();
    killedAt(home, 'claim', 'copied', true);
    drop(home, 'x.xml', 'the next file');
    expect(listWork(home)).toEqual([]);
    expect(tree(home.inbox)).toEqual(['x.1.xml', 'x.1.xml.done', 'x.xml']);
    expect(readFileSync(join(home.inbox, 'x.xml'), 'utf8')).toBe('the next file');
    expect(readFileSync(join(home.inbox, 'x.1.xml'), 'utf8')).toBe('the file');
  });

  it('a copy that is not what was copied stops everything instead of being taken for the file', () => {
    const home = homeWithFile();
    killedAt(home, 'claim', 'original removed', true);
    const copy = tree(home.work).find((path) => path.endsWith('copy')) ?? '';
    writeFileSync(join(home.work, copy), 'the fil3');
    expect(() => listWork(home)).toThrow(IoFault);
  });
});

describe('after a kill during a release', () => {
  it.each([['copied', true]])('at "%s" (by copying: %s) the file is still ours, once', (step, byCopy) => {
    const home = homeWithFile();
    claimX(home);
    killedAt(home, 'release', step, byCopy);
    expectClaimed(home);
  });

  it.each([
    ['placed', false],
    ['work file removed', false],
    ['done file back', false],
    ['placed', true],
    ['work file removed', true],
    ['done file back', true],
  ])('at "%s" (by copying: %s) the file is back in the inbox, once, with its done file', (step, byCopy) => {
    const home = homeWithFile();
    claimX(home);
    killedAt(home, 'release', step, byCopy);
    expectBackInInbox(home);
  });
});

describe("in a service owner's mailbox", () => {
  it.each([
    ['claim', 'done file taken', false],
    ['claim', 'set aside', true],
    ['claim', 'recorded', true],
    ['release', 'placed', false],
    ['release', 'done file back', true],
  ] as const)(
    'after a kill during a %s at "%s" (by copying: %s) the file is back in that inbox',
    (move, step, byCopy) => {
      const home = homeWithFile('SKD');
      if (move === 'release') claimX(home);
      killedAt(home, move, step, byCopy);
      expectBackInInbox(home);
    },
  );

  it.each([
    ['claim', 'renamed', false],
    ['claim', 'original removed', true],
    ['release', 'copied', true],
  ] as const)(
    'after a kill during a %s at "%s" (by copying: %s) the file is ours, and known to be of it',
    (move, step, byCopy) => {
      const home = homeWithFile('SKD');
      if (move === 'release') claimX(home);
      killedAt(home, move, step, byCopy);
      expectClaimed(home);
    },
  );

  it('a file in work is given to no other when the settings no longer have it', () => {
    const home = homeWithFile('SKD');
    claimX(home);
    const without = { ...home, mailboxes: home.mailboxes.slice(0, 1) };
    expect(() => listWork(without)).toThrow(/no longer have the mailbox of SKD/);
    expectClaimed(home);
  });
});

describe('after a kill during the archiving', () => {
  const archiveOnAnotherDay = (home: FreshHome) => {
    const [work] = listWork(home);
    if (!work?.claimed) throw new Error('There is no claimed file.');
    return archiveWork(home, work.claimed, 'archive', '2024-02-01');
  };

  it.each([['copied', true]])('at "%s" (by copying: %s) the file is still ours, and archived once', (step, byCopy) => {
    const home = homeWithFile();
    claimX(home);
    killedAt(home, 'archive', step, byCopy);
    expectClaimed(home);
    expect(archiveOnAnotherDay(home)).toBe('data/archive/2024-02-01/x.xml');
    expect(tree(home.archive)).toEqual(['2024-01-31/', '2024-02-01/', '2024-02-01/x.xml']);
    expect(tree(home.work)).toEqual([]);
  });

  it.each([
    ['placed', false],
    ['placed', true],
  ])('at "%s" (by copying: %s) the file stays where it was put, also on another day', (step, byCopy) => {
    const home = homeWithFile();
    claimX(home);
    killedAt(home, 'archive', step, byCopy);
    expect(archiveOnAnotherDay(home)).toBe('data/archive/2024-01-31/x.xml');
    expect(tree(home.archive)).toEqual(['2024-01-31/', '2024-01-31/x.xml']);
    expect(tree(home.work)).toEqual([]);
    expect(tree(home.inbox)).toEqual([]);
  });

  it.each([
    ['work file removed', false],
    ['work file removed', true],
  ])('at "%s" (by copying: %s) the folder says where the file went, and goes', (step, byCopy) => {
    const home = homeWithFile();
    claimX(home);
    killedAt(home, 'archive', step, byCopy);
    const [work, ...others] = listWork(home);
    expect(others).toEqual([]);
    expect(work).toMatchObject({ claimed: null, archivedAs: 'data/archive/2024-01-31/x.xml' });
    removeWorkFolder(home, work?.workFolder ?? '');
    expect(tree(home.archive)).toEqual(['2024-01-31/', '2024-01-31/x.xml']);
    expect(tree(home.work)).toEqual([]);
    expect(tree(home.inbox)).toEqual([]);
  });
});

it('lists claimed files in the order of their claims, and clears scratch files and empty folders away', () => {
  const home = freshHome();
  const names = ['c.xml', 'a.xml', 'b.xml'];
  for (const name of names) {
    drop(home, name);
    const got = claim(home, candidate(home, name));
    if ('workFolder' in got) writeFileSync(scratchFile(got.workFolder, 'utf-8.xml'), 'half of it');
  }
  mkdirSync(join(home.work, '20240101T000000000-000000000000'));
  const works = listWork(home);
  expect(works.map((one) => one.claimed?.fileName)).toEqual(names);
  expect(tree(home.work)).toHaveLength(6);
});

it('has nothing to list where there has never been any work', () => {
  const home = freshHome();
  rmSync(home.work, { recursive: true });
  expect(listWork(home)).toEqual([]);
});

it('does not guess which of two files in a work folder is the claimed one', () => {
  const home = freshHome();
  drop(home, 'x.xml');
  const got = claim(home, candidate(home, 'x.xml'));
  if ('workFolder' in got) writeFileSync(join(got.workFolder, 'y.xml'), '');
  expect(() => listWork(home)).toThrow(/holds more than one file/);
});

it('never removes a work folder that still holds a file', () => {
  const home = freshHome();
  drop(home, 'x.xml');
  const got = claim(home, candidate(home, 'x.xml'));
  if (!('workFolder' in got)) throw new Error('Not claimed.');
  expect(() => removeWorkFolder(home, got.workFolder)).toThrow(IoFault);
  expect(readFileSync(got.workFile, 'utf8')).toBe('<a/>');
});
