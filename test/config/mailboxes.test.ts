import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findHome, layOut, makeFolders } from '../../src/config/home.js';
import { checkFoldersApart, entranceOf, mailboxOf } from '../../src/config/mailboxes.js';
import { parseSettings } from '../../src/config/settings.js';
import { ConfigFault } from '../../src/domain/faults.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const skd = (more: object = {}) => ({ owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd', ...more });
const brg = (more: object = {}) => ({ owner: 'BRG', inbox: 'brg/in', outbox: 'brg/out', ...more });

const homeOf = (settings: object, root = temporaryFolder()) => layOut(root, parseSettings(settings));

describe('the mailboxes of a home', () => {
  test('are the common one and those of service owners, each with its own paths and permissions', () => {
    const home = homeOf({ mailboxes: [skd({ fileMode: '0660', folderMode: '2770', group: 4711 }), brg()] });
    const own = { user: null, group: null };
    expect(home.mailboxes).toEqual([
      {
        owner: null,
        inbox: join(home.root, 'inbox'),
        outbox: join(home.root, 'outbox'),
        files: { mode: 0o640, ...own },
        folders: { mode: 0o750, ...own },
        alsoCommon: true,
      },
      {
        owner: 'SKD',
        inbox: join(home.root, 'inbox/skd'),
        outbox: join(home.root, 'outbox/skd'),
        files: { mode: 0o660, user: null, group: { id: 4711, name: '4711' } },
        folders: { mode: 0o2770, user: null, group: { id: 4711, name: '4711' } },
        alsoCommon: false,
      },
      expect.objectContaining({ owner: 'BRG', files: { mode: 0o640, ...own }, folders: { mode: 0o750, ...own } }),
    ]);
  });

  test('need not have the common one; then one inbox that is there makes the home', () => {
    const root = temporaryFolder();
    writeFileSync(
      join(root, 'altinn-batch.json'),
      JSON.stringify({ inbox: null, outbox: null, mailboxes: [skd(), brg()] }),
    );
    expect(findHome(root)).toBeNull();
    mkdirSync(join(root, 'brg/in'), { recursive: true });
    expect(findHome(root)?.mailboxes.map(({ owner }) => owner)).toEqual(['SKD', 'BRG']);
  });

  test('know users and groups by name and by number', () => {
    const { username, uid } = userInfo();
    const home = homeOf({ mailboxes: [skd({ user: username, group: '0' })] });
    expect(home.mailboxes[1]?.files).toMatchObject({ user: { id: uid, name: username }, group: { id: 0 } });
    expect(homeOf({ mailboxes: [skd({ group: 'root' })] }).mailboxes[1]?.files.group).toEqual({ id: 0, name: 'root' });
    expect(() => homeOf({ mailboxes: [skd(), brg({ group: 'no-such-group' })] })).toThrow(
      /mailboxes\[1\]\.group holds "no-such-group", and this machine knows no group of that name: make it \(groupadd\)/,
    );
    expect(() => homeOf({ mailboxes: [skd({ user: 'no-such-user' })] })).toThrow(ConfigFault);
  });

  test('that a file came in and that is no longer there is never replaced by another', () => {
    const home = homeOf({ mailboxes: [skd()] });
    expect(mailboxOf(home, 'SKD').outbox).toBe(join(home.root, 'outbox/skd'));
    expect(mailboxOf(home, null).outbox).toBe(join(home.root, 'outbox'));
    expect(() => mailboxOf(home, 'BRG')).toThrow(/no longer have the mailbox of BRG.*put it back/);
    const own = homeOf({ inbox: null, outbox: null, mailboxes: [skd()] });
    expect(() => mailboxOf(own, null)).toThrow(/no longer have the common inbox and outbox/);
  });

  test('say whose files the common inbox does not take', () => {
    const home = homeOf({ mailboxes: [skd(), brg({ alsoCommon: true })] });
    expect(entranceOf(home, null)).toEqual({ mailbox: null, elsewhere: ['SKD'] });
    expect(entranceOf(home, 'BRG')).toMatchObject({ mailbox: 'BRG' });
  });
});

describe('the folders of mailboxes', () => {
  test.each<[string, object, RegExp]>([
    [
      'two outboxes',
      { mailboxes: [skd(), brg({ outbox: './outbox/skd/' })] },
      /outbox of SKD's.*outbox of BRG's.*diff/,
    ],
    ['an outbox and an inbox', { mailboxes: [skd(), brg({ inbox: 'outbox/skd' })] }, /must be different folders/],
    ['its own two', { mailboxes: [skd({ outbox: 'inbox/skd' })] }, /the inbox of SKD's.*the outbox of SKD's/],
    ['one and the common outbox', { mailboxes: [skd({ outbox: 'outbox' })] }, /the outbox and the outbox of SKD's/],
    ['one and data', { mailboxes: [skd({ inbox: 'data' })] }, /inbox of SKD's mailbox and data must be different/],
  ])('must not be shared: %s', (_what, settings, text) => {
    expect(() => homeOf(settings)).toThrow(text);
    expect(() => homeOf(settings)).toThrow(ConfigFault);
  });

  test.each<[string, object, RegExp]>([
    [
      "another's",
      { mailboxes: [skd(), brg({ outbox: 'inbox/skd/brg' })] },
      /outbox of BRG.*must not lie in the inbox of SKD/,
    ],
    ['its other one', { mailboxes: [skd({ outbox: 'inbox/skd/out' })] }, /must not lie in the inbox of SKD's/],
    [
      'the common one',
      { outbox: 'inbox/skd/all', mailboxes: [skd()] },
      /the outbox .*must not lie in the inbox of SKD/,
    ],
    ['data', { data: 'inbox/skd/data', mailboxes: [skd()] }, /data .*must not lie in the inbox of SKD's/],
    [
      'the home',
      { inbox: null, outbox: null, data: '/var/d', mailboxes: [skd({ inbox: '.', outbox: '/var/o' })] },
      /the home .*must not lie in/,
    ],
    ['the catalogue', { catalogue: 'brg/in/services.json', mailboxes: [brg()] }, /the catalogue .*must not lie in/],
  ])('must not have %s in them, where a sender could put another in its place', (_what, settings, text) => {
    expect(() => homeOf(settings)).toThrow(text);
  });

  test('must not lie among our own files, but may in the common inbox and outbox', () => {
    expect(() => homeOf({ mailboxes: [skd({ inbox: 'data/archive/skd' })] })).toThrow(
      /must not lie in archive in data/,
    );
    expect(homeOf({ mailboxes: [skd()] }).mailboxes).toHaveLength(2);
    expect(homeOf({ data: '.', mailboxes: [skd()] }).work).toMatch(/work$/);
  });

  test('are not what they seem when one is a link to another', () => {
    const home = homeOf({ mailboxes: [skd(), brg()] });
    makeFolders(home);
    checkFoldersApart(home, true);
    const linked = homeOf({ mailboxes: [skd(), brg({ outbox: 'link' })] }, home.root);
    symlinkSync(join(home.root, 'outbox/skd'), join(home.root, 'link'));
    checkFoldersApart(linked, false);
    expect(() => checkFoldersApart(linked, true)).toThrow(/outbox of SKD's.*outbox of BRG's mailbox must be different/);
  });

  test('are made with their own permissions, and those above with the permissions of the home', () => {
    const group = process.getgid?.() ?? 0;
    const home = homeOf({ mailboxes: [skd({ folderMode: '2770', group }), brg({ inbox: 'sftp/brg/in' })] });
    makeFolders(home);
    const mode = (path: string) => (statSync(join(home.root, path)).mode & 0o7777).toString(8);
    expect(['inbox', 'inbox/skd', 'outbox/skd', 'sftp', 'sftp/brg', 'sftp/brg/in', 'brg/out'].map(mode)).toEqual([
      '750',
      '2770',
      '2770',
      '750',
      '750',
      '750',
      '750',
    ]);
    expect(readdirSync(join(home.root, 'outbox/skd'))).toEqual([]);
  });
});
