import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { tree } from '../intake/fresh-home.js';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';
import { drop, furnish, intakeHome, put, query, run } from '../support/intake-home.js';
import {
  altut,
  binaryAttachment,
  correspondence,
  correspondences,
  field,
  formSet,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { ageFiles, alter } from './aged-home.js';

const ALL = {
  archivedFiles: 30,
  rejectedFiles: 30,
  receiptFiles: 0,
  outboundFiles: 30,
  messages: 0,
  prefill: 0,
  subscriptions: 0,
  rawXml: 0,
};

/** A home with something of every kind: half of it has had its day. Made once, and copied for each test. */
const template = mkdtempSync(join(tmpdir(), 'altinn-batch-purge-'));
afterAll(() => rmSync(template, { recursive: true, force: true }));

async function fullHome(keepDays: object = {}): Promise<string> {
  if (readdirSync(template).length === 0) await fill(template);
  const home = temporaryFolder();
  cpSync(template, home, { recursive: true });
  put(home, 'altinn-batch.json', JSON.stringify({ stableSeconds: 0, keepDays }));
  return home;
}

async function fill(home: string): Promise<void> {
  furnish(home);
  const over = { AllowSystemDeleteDateTime: '2021-01-01T00:00:00' };
  const body = {
    MessageBody: 'FORGOTTEN-BODY',
    Attachments: binaryAttachment({ Data: btoa('FORGOTTEN-DATA'.repeat(9000)) }),
  };
  drop(
    home,
    'letters.xml',
    correspondences(
      { reference: 'C' },
      correspondence('GOES', over, body),
      correspondence('STAYS', {}, { MessageBody: 'KEPT-BODY' }),
      correspondence('FAILS', { CaseId: '0' }, { MessageBody: 'FORGOTTEN-RAW' }),
    ),
  );
  drop(home, 'altut.xml', altut({}, message('M', { participant: { AllowSystemDeleteDate: '2021-01-01' } })));
  const forms = prefillPart(
    { reference: 'P' },
    reportee(
      PERSON,
      formSet('FS-GOES', { ValidFrom: '2020-01-01', ValidTo: '2020-12-31' }),
      formSet('FS-STAYS', { ValidTo: '2099-12-31' }),
      field('F-GOES', { ValidFrom: '2020-01-01', ValidTo: '2020-12-31' }),
    ),
  );
  const subscriptions = subscriptionPart(
    { reference: 'S' },
    reportee(PERSON, subscriptionItem({ ExpirationDate: '2025-01-01' }), subscriptionItem()),
  );
  drop(home, 'forms.xml', serviceOwner(`${subscriptions}\n${forms}`));
  drop(home, 'refused.xml', correspondences({ reference: 'X', systemUserCode: 'XXX' }, correspondence('M')));
  await run(home);
  ageFiles(home, '2024-01-31');
  drop(home, 'fresh.xml', correspondences({ reference: 'FRESH' }, correspondence('M')));
  await run(home);
}

interface Purged {
  readonly kind?: string;
  readonly days: number | null;
  readonly removed: number;
  readonly bytes: number;
}

async function purge(home: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await altinnBatch(['purge', '--json', '--home', home, ...args]);
  const lines = jsonLines<Purged>(stdout);
  const removed = Object.fromEntries(
    lines.filter(({ kind }) => kind !== undefined).map((one) => [one.kind, one.removed]),
  );
  return { exitCode, lines, removed, stderr };
}

const COUNTS = {
  archivedFiles: 3,
  rejectedFiles: 1,
  receiptFiles: 6,
  outboundFiles: 0,
  messages: 2,
  prefill: 2,
  subscriptions: 1,
  rawXml: 1,
};

describe('purge', () => {
  test('keeps everything for ever unless the settings say otherwise', async () => {
    const home = await fullHome();
    const before = tree(home);
    const { exitCode, removed, stderr } = await purge(home);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('keepDays');
    expect(Object.values(removed)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(tree(home)).toEqual(expect.arrayContaining(before));
    expect(query(home, 'SELECT * FROM audit')).toEqual([]);
  });

  test('--dry-run counts what would go, and changes not a byte', async () => {
    const home = await fullHome(ALL);
    const files = tree(home);
    const hash = () =>
      createHash('sha256')
        .update(readFileSync(join(home, 'data/altinn-batch.db')))
        .digest('hex');
    const before = hash();
    const { exitCode, removed, lines } = await purge(home, '--dry-run');
    expect([exitCode, removed]).toEqual([0, COUNTS]);
    expect(lines[0]).toEqual({ kind: 'archivedFiles', days: 30, removed: 3, bytes: expect.any(Number), dryRun: true });
    expect(hash()).toBe(before);
    expect(tree(home)).toEqual(files);
  });

  test('removes just that, enters it in the audit log, and receipts can still be shown', async () => {
    const home = await fullHome(ALL);
    put(home, 'outbox/somebody-elses.9.receipt.xml', 'not ours');
    const receipts = 'SELECT id, status_code, text, published_as FROM receipt ORDER BY id';
    const items = 'SELECT id, state, reportee, senders_reference FROM item ORDER BY id';
    const before = [query(home, receipts), query(home, items), query(home, 'SELECT * FROM issue')];
    const published = query<{ published_as: string }>(home, receipts).map((one) => one.published_as);
    const letters = published.find((path) => path.includes('letters.')) ?? '';
    const receipt = readFileSync(join(home, letters), 'utf8');

    const { exitCode, removed, lines } = await purge(home);
    expect([exitCode, removed]).toEqual([0, COUNTS]);
    expect(lines.at(-1)).toEqual({ bytesGivenBack: expect.any(Number) });
    expect(tree(join(home, 'outbox'))).toEqual(['somebody-elses.9.receipt.xml']);
    expect(published.filter((path) => existsSync(join(home, path)))).toEqual([]);
    const kept = tree(home).filter((path) => /^data\/(archive|rejected)/.test(path));
    expect(kept).toEqual([
      'data/archive/',
      expect.stringMatching(/^data\/archive\/(?!2024-01-31)[\d-]+\/$/),
      expect.stringMatching(/\/fresh\.xml$/),
      'data/rejected/',
    ]);
    expect([query(home, receipts), query(home, items), query(home, 'SELECT * FROM issue')]).toEqual(before);
    const shown = await altinnBatch(['receipts', 'show', letters.split('.').at(-3) ?? '', '--home', home]);
    expect(shown.stdout).toBe(receipt);
    expect(query(home, 'SELECT senders_reference AS r FROM visible_message ORDER BY item_id')).toEqual([
      { r: 'STAYS' },
      { r: 'M' },
    ]);
    expect(query(home, 'SELECT senders_reference AS r FROM visible_prefill_form_set')).toEqual([{ r: 'FS-STAYS' }]);
    expect(query(home, 'SELECT expiration_date AS e FROM visible_subscription')).toEqual([{ e: null }]);
    expect(query(home, 'SELECT kind, count(*) AS n FROM purged_content GROUP BY kind ORDER BY kind')).toEqual([
      { kind: 'messages', n: 2 },
      { kind: 'prefill', n: 2 },
      { kind: 'rawXml', n: 1 },
      { kind: 'subscriptions', n: 1 },
    ]);

    const audit = query<{ command: string; user_name: string; detail: string }>(
      home,
      'SELECT * FROM audit ORDER BY id',
    );
    expect(audit.map(({ command }) => command)).toEqual(Array(7).fill('purge'));
    const details = audit.map(({ detail }) => JSON.parse(detail));
    // Of what nothing was removed nothing is entered.
    const { outboundFiles: _none, ...entered } = COUNTS;
    expect(Object.fromEntries(details.map((one) => [one.kind, one.removed]))).toEqual(entered);
    expect(details.every((one) => one.interrupted === false)).toBe(true);
    expect(query(home, 'PRAGMA foreign_key_check')).toEqual([]);
    expect(query(home, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);

    expect((await purge(home)).removed).toEqual(Object.fromEntries(Object.keys(COUNTS).map((kind) => [kind, 0])));
    expect(query(home, 'SELECT count(*) AS n FROM audit')).toEqual([{ n: 7 }]);
  });

  test('leaves nothing of it to be read in the file of the store, which gives its room back', async () => {
    const home = await fullHome(ALL);
    const store = () => readFileSync(join(home, 'data/altinn-batch.db'));
    const size = store().length;
    for (const text of ['FORGOTTEN-BODY', 'FORGOTTEN-DATA', 'FORGOTTEN-RAW']) expect(store().includes(text)).toBe(true);
    await purge(home);
    expect(store().includes('FORGOTTEN')).toBe(false);
    expect(store().includes('KEPT-BODY')).toBe(true);
    expect(store().length).toBeLessThan(size);
    expect(query(home, 'PRAGMA freelist_count')).toEqual([{ freelist_count: 0 }]);
  });

  test('never takes what was set aside for a fault of ours, what the store knows nothing of, or what is no file', async () => {
    const home = await fullHome(ALL);
    alter(home, "UPDATE batch SET status = 'UnExpectedError' WHERE file_name = 'refused.xml'");
    alter(home, "UPDATE shipment SET status = 'UnExpectedError' WHERE reference = 'C'");
    put(home, 'data/archive/2024-01-31/strange.xml', 'x');
    mkdirSync(join(home, 'data/archive/by-hand'));
    const [receipt] = query<{ published_as: string }>(
      home,
      "SELECT published_as FROM receipt WHERE published_as LIKE '%refused%'",
    );
    const path = join(home, receipt?.published_as ?? '');
    rmSync(path);
    symlinkSync(join(home, 'services.json'), path);

    const { exitCode, removed, stderr } = await purge(home);
    expect(exitCode).toBe(0);
    expect(removed).toEqual({ ...COUNTS, rejectedFiles: 0, rawXml: 0, receiptFiles: COUNTS.receiptFiles - 1 });
    expect(stderr).toContain('Old files in data/archive were left, since the store knows nothing of them: 1,');
    expect(stderr).toContain('data/archive/2024-01-31/strange.xml');
    expect(tree(home)).toEqual(
      expect.arrayContaining(['data/rejected/2024-01-31/refused.xml', 'data/archive/by-hand/', 'services.json']),
    );
    expect(query(home, 'SELECT count(*) AS n FROM item_raw_xml')).toEqual([{ n: 1 }]);
  });

  test('leaves the record of files alone while the disk that they are on is not mounted', async () => {
    const home = await fullHome({ archivedFiles: 30 });
    rmSync(join(home, 'data/archive'), { recursive: true });
    expect((await purge(home)).removed).toMatchObject({ archivedFiles: 0 });
    expect(query(home, 'SELECT count(*) AS n FROM batch WHERE file_purged_at IS NOT NULL')).toEqual([{ n: 0 }]);
  });

  test('takes a receipt that was written again only when that is old enough', async () => {
    const home = await fullHome({ receiptFiles: 1 });
    alter(home, "UPDATE receipt SET published_at = '2024-01-31T00:00:00.000Z' WHERE id = 1");
    expect((await purge(home)).removed).toMatchObject({ receiptFiles: 1 });
    const left = readdirSync(join(home, 'outbox'));
    expect((await purge(home)).removed).toMatchObject({ receiptFiles: 0 });
    expect(readdirSync(join(home, 'outbox'))).toEqual(left);
  });

  test('that is told to be quiet prints nothing', async () => {
    const home = await fullHome(ALL);
    expect(await altinnBatch(['purge', '-q', '--home', home])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('is refused settings that are wrong, with what is legal', async () => {
    const home = intakeHome({ keepDays: { messages: -1 } });
    const { exitCode, stderr } = await purge(home);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('keepDays holds {"messages":-1}; legal is an object with the keys archivedFiles,');
  });
});

test('a file that can not be removed is told of, the others go, and the command ends with 74', async () => {
  const home = await fullHome({ receiptFiles: 0 });
  const place = relative(home, '/proc/version');
  alter(home, 'UPDATE receipt SET published_as = ? WHERE id = 1', place);
  const { exitCode, stderr, removed } = await purge(home);
  expect([exitCode, removed.receiptFiles]).toEqual([74, COUNTS.receiptFiles - 1]);
  expect(stderr).toMatch(/Can't remove \/proc\/version \(E\w+\)\. /);
  const left = query(home, 'SELECT published_as FROM receipt WHERE file_purged_at IS NULL');
  expect(left).toEqual([{ published_as: place }]);
});
