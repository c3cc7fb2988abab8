import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findHome, makeFolders, openHome } from '../../src/config/home.js';
import { ConfigFault, IoFault } from '../../src/domain/faults.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a home folder', () => {
  test('is one with a settings file and an inbox', () => {
    const root = folderWith({ 'altinn-batch.json': '{}' }, ['inbox']);
    expect(openHome(root)).toMatchObject({
      root,
      mailboxes: [{ owner: null, inbox: join(root, 'inbox'), outbox: join(root, 'outbox') }],
      data: join(root, 'data'),
      work: join(root, 'data/work'),
      archive: join(root, 'data/archive'),
      rejected: join(root, 'data/rejected'),
      store: join(root, 'data/altinn-batch.db'),
      lock: join(root, 'data/intake.lock'),
      catalogue: join(root, 'services.json'),
      schemas: join(root, 'schemas'),
    });
  });

  test('is one with a catalogue and an inbox, too', () => {
    const root = folderWith({ 'services.json': 'whatever' }, ['inbox']);
    expect(openHome(root).settings.stableSeconds).toBe(2);
  });

  test('may have its folders elsewhere', () => {
    const root = folderWith({ 'altinn-batch.json': '{"inbox":"in/new","data":"/var/lib/altinn"}' }, ['in/new']);
    expect(openHome(root)).toMatchObject({
      mailboxes: [{ inbox: join(root, 'in/new') }],
      work: '/var/lib/altinn/work',
    });
  });

  test.each([
    ['an empty folder', {}, []],
    ['a folder with an inbox only', {}, ['inbox']],
    ['a settings file without an inbox', { 'altinn-batch.json': '{}' }, []],
    ['a file in the place of the inbox', { 'altinn-batch.json': '{}', inbox: '' }, []],
  ])('is not %s: the fault names init, and nothing is made', (_what, files, folders) => {
    const root = folderWith(files, folders);
    const before = readdirSync(root);
    expect(() => openHome(root)).toThrow(ConfigFault);
    expect(() => openHome(root)).toThrow(/altinn-batch init/);
    expect(findHome(root)).toBeNull();
    expect(readdirSync(root)).toStrictEqual(before);
  });

  test('is not a folder that does not exist', () => {
    expect(() => openHome('/nowhere/at/all')).toThrow(/\/nowhere\/at\/all is no home folder/);
  });

  test('with a settings file that is no JSON is a fault that names line and column', () => {
    const root = folderWith({ 'altinn-batch.json': '{\n  "inbox": x\n}' }, ['inbox']);
    expect(() => findHome(root)).toThrow(/altinn-batch\.json is not JSON \(line 2, column 12\)/);
  });

  test('with a settings file cut short is a fault at its end', () => {
    const root = folderWith({ 'altinn-batch.json': '{\n  "inbox"' }, ['inbox']);
    expect(() => openHome(root)).toThrow(/is not JSON \(line 2, column 10\)/);
  });

  test('takes a settings file with a byte order mark, and refuses one that is no UTF-8', () => {
    expect(openHome(folderWith({ 'altinn-batch.json': '\uFEFF{}' }, ['inbox'])).settings.inbox).toBe('inbox');
    const latin1 = folderWith({ 'altinn-batch.json': Buffer.from('{"inbox":"innb\u00E5ks"}', 'latin1') }, ['inbox']);
    expect(() => openHome(latin1)).toThrow(/is not UTF-8/);
  });

  test('must not have one folder for two purposes', () => {
    const root = folderWith({ 'altinn-batch.json': '{"outbox":"./inbox/"}' }, ['inbox']);
    expect(() => openHome(root)).toThrow(/must be different folders/);
  });

  test('gets its missing folders with exactly the mode of the settings', () => {
    const root = folderWith({ 'altinn-batch.json': '{"folderMode":"0775"}' }, ['inbox']);
    makeFolders(openHome(root));
    for (const folder of ['outbox', 'data', 'data/work', 'data/archive', 'data/rejected']) {
      expect(statSync(join(root, folder)).mode & 0o7777).toBe(0o775);
    }
  });

  test('with a file in the place of a folder is an input/output fault that says so', () => {
    const root = folderWith({ 'altinn-batch.json': '{}', outbox: '' }, ['inbox']);
    expect(() => makeFolders(openHome(root))).toThrow(IoFault);
    expect(() => makeFolders(openHome(root))).toThrow(/outbox.*a file stands in its place/);
  });
});

function folderWith(files: Readonly<Record<string, string | Buffer>>, folders: readonly string[]): string {
  const root = temporaryFolder();
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  return root;
}
