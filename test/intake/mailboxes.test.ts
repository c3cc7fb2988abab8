import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runToStep } from '../crash/run-to-step.js';
import { altinnBatch, builtModule } from '../support/cli.js';
import {
  drop,
  exampleCatalogue,
  intakeHome,
  put,
  query,
  receiptOf,
  run,
  type Shipment,
} from '../support/intake-home.js';
import { altut, correspondence, correspondences, message, PERSON } from '../support/submissions.js';
import { tree } from './fresh-home.js';

const MAILBOXES = [
  { owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' },
  { owner: 'BRG', inbox: 'inbox/brg', outbox: 'outbox/brg' },
];

const homeOf = (settings: object = {}) => intakeHome({ mailboxes: MAILBOXES, ...settings });

/** A file of one message to a person, of a service that every service owner may use. */
const fileOf = (systemUserCode: string, reference: string) =>
  correspondences(
    { systemUserCode, reference },
    correspondence(reference, { ServiceCode: 'TEST2', ServiceEdition: '1', Reportee: PERSON }),
  );

const outcome = ({ file, systemUserCode, status, receipt }: Shipment) => [file, systemUserCode, status, receipt];
const outboxes = (home: string) => tree(join(home, 'outbox')).filter((path) => !path.endsWith('/'));
const inboxes = (home: string) => tree(join(home, 'inbox')).filter((path) => !path.endsWith('/'));
const filesWith = (home: string, text: string) =>
  outboxes(home).filter((path) => readFileSync(join(home, 'outbox', path), 'utf8').includes(text));

describe('files of several senders, each in their own place', () => {
  test('are taken oldest first from all inboxes together, and each is answered in the outbox of the place it came from', async () => {
    const home = homeOf();
    drop(home, 'a.xml', fileOf('TTD', 'T-1'), 10);
    drop(home, 'skd/a.xml', fileOf('SKD', 'S-1'), 30);
    drop(home, 'brg/a.xml', fileOf('BRG-1', 'B-1'), 20);
    drop(home, 'brg/altut.xml', altut({ name: 'BRG' }, message('M', { shortName: 'TEST2 1' })), 5);
    const { exitCode, shipments, stderr } = await run(home);
    expect(shipments.map(outcome)).toStrictEqual([
      ['a.xml', 'SKD', 'OK', expect.stringMatching(/^outbox\/skd\/a\.\d+\.receipt\.xml$/)],
      ['a.xml', 'BRG-1', 'OK', expect.stringMatching(/^outbox\/brg\/a\.\d+\.receipt\.xml$/)],
      ['a.xml', 'TTD', 'OK', expect.stringMatching(/^outbox\/a\.\d+\.receipt\.xml$/)],
      ['altut.xml', 'BRG', 'OK', expect.stringMatching(/^outbox\/brg\/altut\.\d+\.receipt\.xml$/)],
    ]);
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('Left in');
    for (const shipment of shipments) expect(receiptOf(home, shipment).status).toBe('OK');
    expect(outboxes(home).filter((path) => path.endsWith('.govorganreceipt.xml'))).toStrictEqual([
      expect.stringMatching(/^brg\/altut\./),
    ]);
    // The numbers of persons stand in each receipt, and only there.
    expect(filesWith(home, PERSON)).toHaveLength(3);
    expect(query(home, 'SELECT file_name, mailbox FROM batch ORDER BY id')).toStrictEqual([
      { file_name: 'a.xml', mailbox: 'SKD' },
      { file_name: 'a.xml', mailbox: 'BRG' },
      { file_name: 'a.xml', mailbox: null },
      { file_name: 'altut.xml', mailbox: 'BRG' },
    ]);
    expect([...inboxes(home), ...readdirSync(join(home, 'data/work'))]).toStrictEqual([]);
  });

  test('are rejected in their own place with 30005 when they carry the code of another owner, or of one with a mailbox of its own', async () => {
    const home = homeOf();
    drop(home, 'brg/forged.xml', fileOf('SKD', 'S-1'), 60);
    drop(home, 'brg/unknown.xml', fileOf('XYZ', 'X-1'), 50);
    drop(home, 'misplaced.xml', fileOf('SKD', 'S-1'), 40);
    drop(home, 'brg/no-code.xml', fileOf('', 'N-1'), 30);
    drop(home, 'brg/two-codes.xml', fileOf('BRG</SystemUserCode><SystemUserCode>SKD', 'N-2'), 20);
    drop(home, 'brg/no-xml.xml', 'certainly not', 10);
    drop(home, 'skd/right.xml', fileOf('SKD', 'S-1'), 5);
    const { exitCode, shipments } = await run(home);
    expect(exitCode).toBe(65);
    expect(shipments.map(({ status, receipt }) => [status, receipt.replace(/\.\d+\.receipt/, '')])).toStrictEqual([
      ['Rejected', 'outbox/brg/forged.xml'],
      ['Rejected', 'outbox/brg/unknown.xml'],
      ['Rejected', 'outbox/misplaced.xml'],
      ['Rejected', 'outbox/brg/no-code.xml'],
      ['ValidationFailed', 'outbox/brg/two-codes.xml'],
      ['Rejected', 'outbox/brg/no-xml.xml'],
      ['OK', 'outbox/skd/right.xml'],
    ]);
    const [forged, unknown, misplaced] = shipments.map((shipment) => receiptOf(home, shipment));
    expect(forged?.text).toMatch(
      /\[30005\] line 1, position 1: .*'SKD' is not one of BRG, in whose mailbox the file came\. Only files of/,
    );
    // The mailbox of one owner tells nothing of the others.
    expect(unknown?.text).toMatch(/\[30005\].*'XYZ' is not one of BRG/);
    expect(unknown?.text).not.toMatch(/SKD|TTD/);
    expect(forged?.references.filter((one) => one.startsWith('OwnerPartyReference'))).toStrictEqual([]);
    expect(misplaced?.text).toMatch(
      /\[30005\].*'SKD'.*has a mailbox of its own.*put the file into the inbox of that mail/,
    );
    expect(misplaced?.subReceipts).toStrictEqual([]);
    expect(filesWith(home, PERSON)).toStrictEqual([expect.stringMatching(/^skd\/right\./)]);
    expect(query(home, "SELECT code FROM issue WHERE level = 'Error' AND code = 30005")).toHaveLength(3);
  });

  test('may come in the common inbox, too, where alsoCommon lets them', async () => {
    const [skd, brg] = MAILBOXES;
    const home = homeOf({ mailboxes: [{ ...skd, alsoCommon: true }, brg] });
    drop(home, 'skd/secret-name.xml', fileOf('SKD', 'S-1'), 30);
    drop(home, 'a.xml', fileOf('SKD', 'S-2'), 20);
    drop(home, 'again.xml', fileOf('SKD', 'S-1'), 10);
    const { shipments } = await run(home);
    expect(shipments.map(outcome)).toMatchObject([
      ['secret-name.xml', 'SKD', 'OK', expect.stringMatching(/^outbox\/skd\//)],
      ['a.xml', 'SKD', 'OK', expect.stringMatching(/^outbox\/a\./)],
      ['again.xml', 'SKD', 'Rejected', expect.stringMatching(/^outbox\/again\./)],
    ]);
    // What was repeated came in another place, and its name is not for those who read this one.
    const first = shipments[0]?.receiptId;
    expect(shipments[2]?.text).toContain(`used before, by a shipment that was accepted: receipt ${first}. A reference`);
    expect(filesWith(home, 'secret-name')).toHaveLength(1);
  });

  test('are told nothing of each other when they have the same bytes', async () => {
    const home = homeOf();
    const bytes = altut({ name: 'SKD' }, message('M', { shortName: 'TEST2 1', reportee: PERSON }));
    drop(home, 'skd/secret-name.xml', bytes, 30);
    drop(home, 'brg/copied.xml', bytes, 20);
    drop(home, 'skd/again.xml', bytes, 10);
    const { shipments } = await run(home);
    expect(shipments.map(({ status }) => status)).toStrictEqual(['OK', 'Rejected', 'Rejected']);
    expect(shipments[1]?.text).toMatch(/is not one of BRG/);
    expect(shipments[2]?.text).toMatch(/accepted before: file secret-name\.xml, receipt \d+\./);
    expect(filesWith(home, 'secret-name').filter((path) => !path.startsWith('skd/'))).toStrictEqual([]);
  });

  test('need no common inbox and outbox', async () => {
    const home = homeOf({ inbox: null, outbox: null });
    drop(home, 'a.xml', fileOf('TTD', 'T-1'));
    drop(home, 'skd/a.xml', fileOf('SKD', 'S-1'), 20);
    drop(home, 'brg/a.xml', fileOf('BRG', 'B-1'), 10);
    const { exitCode, shipments } = await run(home);
    expect({ exitCode, receipts: shipments.map(({ receipt }) => receipt) }).toStrictEqual({
      exitCode: 0,
      receipts: [expect.stringMatching(/^outbox\/skd\//), expect.stringMatching(/^outbox\/brg\//)],
    });
    expect(inboxes(home)).toStrictEqual(['a.xml']);
  });
});

describe('settings of mailboxes', () => {
  test('for a service owner that the catalogue has not end everything with 78 before a file is touched', async () => {
    const home = homeOf({ mailboxes: [...MAILBOXES, { owner: 'NAV', inbox: 'nav/in', outbox: 'nav/out' }] });
    drop(home, 'skd/a.xml', fileOf('SKD', 'S-1'));
    const { exitCode, shipments, stderr } = await run(home);
    expect({ exitCode, shipments }).toStrictEqual({ exitCode: 78, shipments: [] });
    expect(stderr).toMatch(/a mailbox for NAV, not among the serviceOwners of the catalogue .* \(SKD, BRG, TTD\)/);
    expect(inboxes(home)).toStrictEqual(['skd/a.xml']);

    const { serviceOwners, services } = exampleCatalogue();
    const owners = [...serviceOwners, { code: 'NAV', name: 'NAV' }];
    put(home, 'new.json', JSON.stringify({ serviceOwners: owners.slice(1), services: [] }));
    const refused = await altinnBatch(['services', 'import', join(home, 'new.json'), '--home', home]);
    expect(refused.exitCode).toBe(78);
    expect(refused.stderr).toMatch(/a mailbox for SKD, not among the serviceOwners of the catalogue .*new\.json/);
    put(home, 'new.json', JSON.stringify({ serviceOwners: owners, services }));
    expect((await altinnBatch(['services', 'import', join(home, 'new.json'), '--home', home])).exitCode).toBe(0);
    expect((await run(home)).shipments).toMatchObject([{ status: 'OK' }]);
  });

  test('are what init makes folders from, and what validate goes by for a file that lies in an inbox', async () => {
    const home = homeOf({ mailboxes: [{ ...MAILBOXES[0], folderMode: '2770' }, MAILBOXES[1]] });
    const { exitCode, stdout } = await altinnBatch(['init', '--home', home]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /kept {2}inbox\/\nmade {2}outbox\/\nmade {2}inbox\/skd\/\nmade {2}outbox\/skd\/\nmade {2}inbox\/brg/,
    );
    expect(statSync(join(home, 'inbox/skd')).mode & 0o7777).toBe(0o2770);
    expect(statSync(join(home, 'inbox/brg')).mode & 0o7777).toBe(0o750);
    for (const folder of ['inbox/skd', 'inbox/brg', 'inbox', 'elsewhere']) {
      put(home, `${folder}/a.xml`, fileOf('SKD', 'S-1'));
    }
    const files = ['inbox/skd', 'inbox/brg', 'inbox', 'elsewhere'].map((folder) => join(home, folder, 'a.xml'));
    const validated = await altinnBatch(['validate', '--json', '--home', home, ...files]);
    const issues = validated.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; code: number });
    expect(issues.map(({ file, code }) => [file, code])).toStrictEqual([
      [files[1], 30005],
      [files[2], 30005],
    ]);
  });
});

describe('user and group of a mailbox', () => {
  const USER = 54_321;
  const GROUP = 54_322;
  const isRoot = process.getuid?.() === 0;

  /** Root may give files to anybody; without that right it is as any other account. */
  function runAsAnyAccount(home: string) {
    const main = fileURLToPath(builtModule('cli/main.js'));
    const command = [process.execPath, main, 'run', '--json', '--home', home];
    const [program = '', ...args] = isRoot
      ? ['setpriv', '--bounding-set=-chown', '--inh-caps=-chown', ...command]
      : command;
    return spawnSync(program, args, { encoding: 'utf8' });
  }

  test.each<[string, object, RegExp]>([
    [
      'a user',
      { user: USER },
      /can't give .*\/skd to user 54321, as the settings .*Only root may give files to another user/,
    ],
    ['a group', { group: GROUP }, /can't give .*\/skd to group 54322.* it must be a member: usermod -aG 54322 ACCOUNT/],
  ])('are settings that are wrong (78) when the account may not give files to %s', (_what, whom, text) => {
    const home = homeOf({ mailboxes: [{ ...MAILBOXES[0], ...whom }] });
    drop(home, 'skd/a.xml', fileOf('SKD', 'S-1'));
    for (const folders of ['to be made', 'there already']) {
      if (folders === 'there already') mkdirSync(join(home, 'outbox/skd'), { recursive: true });
      const { status, stdout, stderr } = runAsAnyAccount(home);
      expect({ status, stdout }).toStrictEqual({ status: 78, stdout: '' });
      expect(stderr).toMatch(text);
      expect(tree(join(home, 'outbox'))).toStrictEqual(folders === 'there already' ? ['skd/'] : []);
    }
    expect(inboxes(home)).toStrictEqual(['skd/a.xml']);
  });

  test('own what is made in it, where the account may give it to them: folders and receipts, and nothing outside', async () => {
    const [user, group] = isRoot ? [USER, GROUP] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
    const home = homeOf({ mailboxes: [{ ...MAILBOXES[0], user, group, fileMode: '0660', folderMode: '2770' }] });
    rmSync(join(home, 'inbox'), { recursive: true });
    expect((await altinnBatch(['init', '--home', home])).exitCode).toBe(0);
    drop(home, 'skd/a.xml', altut({ name: 'SKD' }, message('M')));
    drop(home, 'b.xml', fileOf('TTD', 'T-1'));
    expect((await run(home)).exitCode).toBe(0);
    const rights = (path: string) => {
      const { mode, uid, gid } = statSync(join(home, path));
      return `${(mode & 0o7777).toString(8)} ${uid} ${gid}`;
    };
    const own = `${user} ${group}`;
    expect(['inbox/skd', 'outbox/skd'].map(rights)).toStrictEqual([`2770 ${own}`, `2770 ${own}`]);
    const receipts = outboxes(home).map((path) => rights(`outbox/${path}`));
    const ours = `${process.getuid?.()} ${process.getgid?.()}`;
    expect(receipts).toStrictEqual([`640 ${ours}`, `660 ${own}`, `660 ${own}`]);
    expect(['inbox', 'outbox', 'data'].map(rights)).toStrictEqual([`750 ${ours}`, `750 ${ours}`, `750 ${ours}`]);
  });
});

describe('a mailbox whose folder is broken', () => {
  test('is left alone while the others go on; the run ends with 74, and the next one with it mended publishes what is due', async () => {
    const home = homeOf();
    expect((await run(home)).exitCode).toBe(0);
    for (const owner of ['skd', 'brg']) {
      drop(home, `${owner}/one.xml`, fileOf(owner.toUpperCase(), `${owner}-1`), owner === 'skd' ? 60 : 40);
      drop(home, `${owner}/two.xml`, fileOf(owner.toUpperCase(), `${owner}-2`), owner === 'skd' ? 50 : 30);
    }
    rmSync(join(home, 'outbox/skd'), { recursive: true });
    writeFileSync(join(home, 'outbox/skd'), '');
    const broken = await run(home, '-q');
    expect(broken.exitCode).toBe(74);
    expect(broken.stderr).toMatch(
      /outbox\/skd.*a file stands in its place.*the mailbox of SKD is left alone; the others go on/,
    );
    expect(outboxes(home).filter((path) => path.startsWith('brg/'))).toHaveLength(2);
    expect(inboxes(home)).toStrictEqual(['skd/one.xml', 'skd/two.xml']);
    rmSync(join(home, 'outbox/skd'));
    const mended = await run(home);
    expect(mended.exitCode).toBe(0);
    expect(mended.shipments.map(({ file, receipt }) => [file, receipt.split('/')[1]])).toStrictEqual([
      ['one.xml', 'skd'],
      ['two.xml', 'skd'],
    ]);
  });

  test('in the middle of a file keeps that file in work, and nothing of it goes into another outbox', async () => {
    const home = homeOf();
    drop(home, 'skd/one.xml', fileOf('SKD', 'S-1'), 60);
    drop(home, 'skd/two.xml', fileOf('SKD', 'S-2'), 50);
    drop(home, 'brg/one.xml', fileOf('BRG', 'B-1'), 40);
    const blocked = await runToStep(home, { step: 'commit', act: 'block-outbox', mailbox: 'SKD' });
    expect(blocked.exitCode).toBe(74);
    expect(blocked.steps.filter((step) => step === 'archive')).toHaveLength(1);
    expect(inboxes(home)).toStrictEqual(['skd/two.xml']);
    expect(outboxes(home)).toStrictEqual([expect.stringMatching(/^brg\/one\./), 'skd']);
    const still = await run(home);
    expect(still).toMatchObject({ exitCode: 74, shipments: [] });
    expect(query(home, 'SELECT mailbox, state FROM batch ORDER BY id')).toStrictEqual([
      { mailbox: 'SKD', state: 'committed' },
      { mailbox: 'BRG', state: 'archived' },
    ]);
    rmSync(join(home, 'outbox/skd'));
    renameSync(join(home, 'outbox/skd.away'), join(home, 'outbox/skd'));
    expect(await run(home)).toMatchObject({ exitCode: 0, shipments: [{ file: 'one.xml' }, { file: 'two.xml' }] });
    expect(outboxes(home).map((path) => path.replace(/\.\d+\.receipt/, ''))).toStrictEqual([
      'brg/one.xml',
      'skd/one.xml',
      'skd/two.xml',
    ]);
  });
});
