import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { globPattern, listCandidates } from '../../src/intake/inbox.js';
import { drop, freshHome } from './fresh-home.js';

const names = (home: ReturnType<typeof freshHome>) => listCandidates(home).candidates.map((one) => one.name);
const left = (home: ReturnType<typeof freshHome>) => listCandidates(home).left.map((one) => one.name);

it('takes *.xml in any case, and nothing that has a temporary name', () => {
  const home = freshHome();
  const temporary = ['.x.xml', 'x.xml.tmp', 'x.xml.part', 'x.xml.filepart', 'x.xml.crdownload', 'x.xml.uploading'];
  for (const name of ['a.xml', 'B.XML', 'c.txt', 'xml', 'd.xml.bak', ...temporary]) drop(home, name, '<a/>', 1000);
  expect(names(home)).toEqual(['B.XML', 'a.xml']);
  expect(left(home)).toEqual([]);
});

it('lets the settings say what is taken and what is temporary', () => {
  const home = freshHome({ include: ['in-??.*'], temporaryNames: ['*.LOCK'] });
  for (const name of ['in-01.txt', 'in-1.txt', 'in-02.lock', 'x.xml']) drop(home, name);
  expect(names(home)).toEqual(['in-01.txt']);
});

it('never takes a file of our own making, whatever the settings say', () => {
  const home = freshHome({ include: ['*'], temporaryNames: [] });
  for (const name of ['.hidden', '.altinn-batch.20240131T000000000-abc']) drop(home, name);
  expect(names(home)).toEqual(['.hidden']);
});

it('gives the oldest first, and files of one time by name', () => {
  const home = freshHome();
  drop(home, 'new.xml', '<a/>', 3000);
  drop(home, 'b.xml', '<a/>', 2000);
  drop(home, 'a.xml', '<a/>', 2000);
  drop(home, 'old.xml', '<a/>', 1000);
  expect(names(home)).toEqual(['old.xml', 'a.xml', 'b.xml', 'new.xml']);
});

it('looks into every inbox, gives the oldest of all first, and files of one time and name by their mailbox', () => {
  const mailboxes = [
    { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' },
    { owner: 'BRG', inbox: 'inbox/brg.xml', outbox: 'outbox/brg' },
  ];
  const home = freshHome({ mailboxes });
  const [common, skd, brg] = home.mailboxes;
  for (const [mailbox, name, time] of [
    [common, 'a.xml', 2000],
    [skd, 'a.xml', 2000],
    [brg, 'a.xml', 2000],
    [skd, 'old.xml', 1000],
    [brg, 'new.xml', 3000],
  ] as const) {
    if (mailbox !== undefined) drop(mailbox, name, '<a/>', time);
  }
  const found = listCandidates(home);
  expect(found.candidates.map(({ mailbox, name }) => [mailbox.owner, name])).toEqual([
    ['SKD', 'old.xml'],
    [null, 'a.xml'],
    ['BRG', 'a.xml'],
    ['SKD', 'a.xml'],
    ['BRG', 'new.xml'],
  ]);
  // The folders of mailboxes in the common inbox are nothing to be told of.
  expect(found.left).toEqual([]);
});

it('follows no links, takes no folders, sockets or pipes, and says why it left them', async () => {
  const home = freshHome();
  const real = drop(home, 'real.xml');
  symlinkSync(real, join(home.inbox, 'link.xml'));
  symlinkSync(join(home.root, 'nowhere'), join(home.inbox, 'dangling.xml'));
  mkdirSync(join(home.inbox, 'folder.xml'));
  execFileSync('mkfifo', [join(home.inbox, 'pipe.xml')]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(home.inbox, 'socket.xml'), resolve));
  onTestFinished(() => void server.close());

  expect(names(home)).toEqual(['real.xml']);
  const why = Object.fromEntries(listCandidates(home).left.map((one) => [one.name, one.why]));
  expect(why).toEqual({
    'link.xml': expect.stringContaining('symbolic link'),
    'dangling.xml': expect.stringContaining('symbolic link'),
    'folder.xml': expect.stringContaining('folder'),
    'pipe.xml': expect.stringContaining('no regular file'),
    'socket.xml': expect.stringContaining('no regular file'),
  });
});

describe('with a done file suffix', () => {
  it('counts a file only when its done file is there, and never the done file itself', () => {
    const home = freshHome({ doneFileSuffix: '.done', include: ['*'] });
    for (const name of ['a.xml', 'b.xml', 'b.xml.done']) drop(home, name);
    expect(names(home)).toEqual(['b.xml']);
    expect(listCandidates(home).left).toMatchObject([{ name: 'a.xml', why: expect.stringContaining('a.xml.done') }]);
  });
});

it('names a file whose name is not UTF-8 instead of passing over it', () => {
  const home = freshHome();
  writeFileSync(Buffer.concat([Buffer.from(join(home.inbox, 'oppgj')), Buffer.from([0xf8]), Buffer.from('r.xml')]), '');
  expect(names(home)).toEqual([]);
  expect(listCandidates(home).left).toMatchObject([
    { name: 'oppgj\ufffdr.xml', why: expect.stringContaining('not in UTF-8') },
  ]);
});

it('says what is wrong when the inbox is gone', () => {
  const home = freshHome();
  rmSync(home.inbox, { recursive: true });
  expect(() => listCandidates(home)).toThrow(IoFault);
  expect(() => listCandidates(home)).toThrow(/inbox \(ENOENT\)\. It is not there: put it back/);
});

describe('a file name pattern', () => {
  it.each([
    ['*.xml', 'x.XML', true],
    ['*.xml', 'xxml', false],
    ['*.xml', 'x.xml.tmp', false],
    ['?.xml', 'å.xml', true],
    ['?.xml', '😀.xml', true],
    ['?.xml', 'ab.xml', false],
    ['a[1].xml', 'a[1].xml', true],
    ['a[1].xml', 'a1.xml', false],
    ['**', 'anything\nat all', true],
    ['a+(b).{xml}', 'a+(b).{xml}', true],
  ])('%s against %j: %s', (glob, name, matches) => {
    expect(globPattern(glob).test(name)).toBe(matches);
  });
});
