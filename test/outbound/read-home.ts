import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { faults } from '../schemas/xsd.js';
import { altinnBatch, type CliOptions, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { exampleCatalogue, intakeHome, put, query, run } from '../support/intake-home.js';
import { altut, correspondence, correspondences, message, PERSON } from '../support/submissions.js';

/** A batch as the commands print it. */
export interface Sent {
  readonly reference: string;
  readonly kind: keyof typeof SCHEMAS;
  readonly systemUserCode: string;
  readonly sequenceNo: number;
  readonly entries: number;
  readonly receiptId: number;
  readonly file: string;
  readonly receipt: string;
}

const SCHEMAS = {
  AltUtConfirmationBatch: 'alt-ut-confirmation-batch.xsd',
  CorrespondenceConfirmations: 'correspondence-confirmations.xsd',
  CorrespondenceUsageData: 'correspondence-usage-data.xsd',
} as const;

export const LONG_CODE = 'BRG-EVEN-MORE-LETTERS';

/** SKD has a mailbox of its own. PSA asks for confirmations, TEST2 for reading too, SILENT for nothing. */
function homeOfServices(): string {
  const home = intakeHome({ mailboxes: [{ owner: 'SKD', inbox: 'inbox/skd', outbox: 'outbox/skd' }] });
  const { serviceOwners } = exampleCatalogue();
  const service = (serviceCode: string, serviceEditionCode: string, definition: object) => {
    return {
      serviceCode,
      serviceEditionCode,
      type: 'Correspondence',
      name: `Service ${serviceCode}`,
      message: definition,
    };
  };
  const services = [
    service('PSA', '2009', { confirmations: 'confirmed', usageReportDays: 7 }),
    service('TEST2', '1', { confirmations: 'opened', usageReportDays: 3 }),
    service('SILENT', '1', {}),
  ];
  put(home, 'services.json', JSON.stringify({ serviceOwners, services }));
  return home;
}

const OTHER = { ServiceCode: 'TEST2', ServiceEdition: '1' };
const SILENT = { ServiceCode: 'SILENT', ServiceEdition: '1' };
const TITLE = 'TEST2_1';

/**
 * Such a home with messages of four senders, some of them read (R) and confirmed (C):
 * SKD-PSA, correspondence: PSA C-1 (R, C), C-2 (R), TEST2 C-3 (R), C-4 (R, C), C-5, SILENT C-6 (R, C);
 * SKD-PSA, AltUt: TEST2 A-1 (R), A-2 (R, C), and one without a reference (R); BRG: TEST2 B-1 (R); LONG_CODE: TEST2 L-1 (R).
 */
export async function readHome(intake: CliOptions = {}, afterwards: CliOptions = {}): Promise<string> {
  const home = homeOfServices();
  place(
    home,
    'inbox/skd/c.xml',
    correspondences(
      { systemUserCode: 'SKD-PSA', reference: 'C' },
      ...['C-1', 'C-2'].map((reference) => correspondence(reference)),
      ...['C-3', 'C-4', 'C-5'].map((reference) => correspondence(reference, OTHER)),
      correspondence('C-6', SILENT),
    ),
    60,
  );
  const messages = ['A-1', 'A-2', null].map((reference) => message(reference, { shortName: TITLE }));
  place(home, 'inbox/skd/a.xml', altut({ name: 'SKD-PSA' }, ...messages), 50);
  for (const [systemUserCode, reference] of [['BRG', 'B-1'] as const, [LONG_CODE, 'L-1'] as const]) {
    const one = correspondences({ systemUserCode, reference }, correspondence(reference, OTHER));
    place(home, `inbox/${reference}.xml`, one, 40);
  }
  const events = [
    ...['C-2', 'C-3', 'A-1'].map((reference) => ({ event: 'read', reference })),
    ...['C-1', 'C-4', 'C-6', 'A-2'].map((reference) => confirm(reference)),
  ].map((one) => ({ systemUserCode: 'SKD-PSA', ...one }));
  place(home, 'inbox/skd/skd.events.jsonl', lines(events), 30);
  const others = [
    { event: 'read', systemUserCode: 'BRG', reference: 'B-1' },
    { event: 'read', systemUserCode: LONG_CODE, reference: 'L-1' },
  ];
  place(home, 'inbox/brg.events.jsonl', lines(others), 30);
  const taken = await altinnBatch(['run', '--home', home], intake);
  expect([taken.exitCode, taken.stderr]).toEqual([0, expect.any(String)]);
  const nameless = query<{ id: number }>(
    home,
    'SELECT id FROM item WHERE short_name = ? AND senders_reference IS NULL',
    TITLE,
  );
  const read = await altinnBatch(['messages', 'read', String(nameless[0]?.id), '--home', home], afterwards);
  expect(read.exitCode).toBe(0);
  return home;
}

/** A confirmation by an event of its own. */
export function confirm(reference: string) {
  return { event: 'confirm', systemUserCode: 'SKD-PSA', reference, by: PERSON, roles: 'DAGL LEDE', method: 3 };
}

/** Changes some settings. */
export function setUp(home: string, settings: object): void {
  const before = JSON.parse(readFileSync(join(home, 'altinn-batch.json'), 'utf8'));
  put(home, 'altinn-batch.json', JSON.stringify({ ...before, ...settings }));
}

/** Has `watch` at work until something is so, then stops it. @returns what it said */
export async function watchUntil(home: string, isSo: () => boolean, options: CliOptions = {}): Promise<string> {
  const child = startAltinnBatch(['watch', '--json', '--home', home], options);
  const ended = finished(child);
  while (child.exitCode === null && !isSo()) await sleep(20);
  child.kill('SIGTERM');
  const { exitCode, stderr } = await ended;
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return stderr;
}

/** Carries out events from a file in SKD's inbox. */
export async function happen(home: string, name: string, ...events: object[]): Promise<void> {
  place(home, `inbox/skd/${name}.events.jsonl`, lines(events), 0);
  expect((await run(home)).exitCode).toBe(0);
}

function lines(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** @param age how many seconds ago it was last changed, which decides its turn */
function place(home: string, path: string, content: string, age: number): void {
  const at = Date.now() / 1000 - age;
  utimesSync(put(home, path, content), at, at);
}

/** Sends by a command, and proves each file against its XSD. */
export async function send(home: string, words: readonly string[], options: CliOptions = {}) {
  const { exitCode, stdout, stderr } = await altinnBatch([...words, '--json', '--home', home], options);
  const sent = jsonLines<Sent>(stdout);
  for (const one of sent) contentOf(home, one);
  return { exitCode, sent, stderr };
}

/** What a batch's file holds: valid. */
export function contentOf(home: string, { file, kind }: Pick<Sent, 'file' | 'kind'>): string {
  const xml = readFileSync(join(home, file), 'utf8');
  expect(faults(SCHEMAS[kind], xml)).toEqual([]);
  return xml;
}

/** The references of messages that a file confirms, `+` after those with a confirmation, in their order. */
export function confirmedIn(xml: string): string[] {
  return xml
    .split('</Confirmation>')
    .slice(0, -1)
    .map((entry) => {
      const reference = /messageReference="([^"]*)"|<CorrespondenceReference>([^<]*)</.exec(entry);
      return `${reference?.[1] ?? reference?.[2]}${entry.includes('<Confirmed') && entry.includes('<ConfirmedDateTime>') ? '+' : ''}`;
    });
}
