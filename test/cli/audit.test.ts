import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder, temporaryHome } from '../support/cli.js';

test('audit list shows what was done by hand: who, when, with which arguments, and what came of it', async () => {
  const home = await temporaryHome();
  const none = await altinnBatch(['audit', 'list', '--home', home]);
  expect(none).toMatchObject({ exitCode: 0, stdout: '' });

  const folder = join(temporaryFolder(), 'from 01010112345');
  mkdirSync(folder);
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, readFileSync(join(home, 'services.json')));
  for (const env of [{ SUDO_USER: '' }, { SUDO_USER: 'kari' }]) {
    const imported = await altinnBatch(['services', 'import', catalogue, '--home', home], { env });
    expect(imported.exitCode).toBe(0);
  }

  const listed = await altinnBatch(['audit', 'list', '--json', '--home', home]);
  const account = userInfo().username;
  expect(jsonLines(listed.stdout)).toMatchObject([
    { id: 2, user: `${account} (sudo by kari)`, command: 'services import', detail: { services: 2, changed: false } },
    { id: 1, user: account, arguments: [catalogue.replace('12345', '*****')], detail: { changed: true } },
  ]);
  const ofKari = await altinnBatch(['audit', 'list', '--user', `${account} (sudo by kari)`, '--home', home]);
  expect(ofKari.stdout).toMatch(
    /^ +ID {2}AT +USER +COMMAND +ARGUMENTS +DETAIL\n +2 {2}\d{4}-.* services import {3}'.*'/,
  );
  const more = await altinnBatch(['audit', 'list', '--limit', '1', '--home', home]);
  expect(more.stderr).toContain('--after 2');
  const before = await altinnBatch(['audit', 'list', '--to', '2020-01-01', '--home', home]);
  expect(before).toMatchObject({ exitCode: 0, stdout: '' });
});
