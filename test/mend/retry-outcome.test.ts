import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeOfAllFormats } from '../crash/home-of-all-formats.js';
import { type Outcome, outcomeOf } from '../crash/outcome.js';
import { runToStep, type Stop } from '../crash/run-to-step.js';
import { undisturbed } from '../crash/undisturbed.js';
import { query, run } from '../support/intake-home.js';

/** Of the two AltUt files the lower number must be taken in first, as intake would. */
const FILES = ['both.xml', 'cut.xml', 'faulty.xml', 'first.xml', 'ahead.xml', 'utf-16.xml'];

/** A home of all formats that has been run with a catalogue in which no service is, and has the right one now. */
async function homeToRetry(): Promise<string> {
  const home = homeOfAllFormats();
  const path = join(home, 'services.json');
  const right = readFileSync(path, 'utf8');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(right), services: [] }));
  await run(home);
  writeFileSync(path, right);
  return home;
}

function batchOf(home: string, file: string): number {
  return query<{ id: number }>(home, 'SELECT id FROM batch WHERE file_name = ?', file)[0]?.id ?? 0;
}

/** What tells of the way there, and not of the end. */
const OF_THE_WAY = /^(audit|receipt|receipt_\w+|sub_receipt_\w+|retry_\w+|\w+_total)$/;

function comparable({ stored, receipts, files }: Outcome): Outcome {
  const tables = Object.entries(stored).filter(([name]) => !OF_THE_WAY.test(name));
  const texts = receipts.map(([name, xml]) => {
    const end = xml.replace(/\n *<ReceiptHistory>[^<]*<\/ReceiptHistory>/g, '').replaceAll('tried again, ', '');
    return [name, end] as const;
  });
  return { stored: Object.fromEntries(tables), receipts: texts, files };
}

describe('batches that failed for the catalogue, tried again with the right one', () => {
  it('come to the end that they would have come to at once, and their receipts keep what they said before', async () => {
    const home = await homeToRetry();
    expect(query(home, "SELECT count(*) AS n FROM item WHERE state = 'accepted'")).toStrictEqual([{ n: 2 }]);
    for (const file of FILES) {
      expect((await runToStep(home, { step: 'none', retry: batchOf(home, file) })).exitCode).toBe(65);
    }
    expect(comparable(outcomeOf(home))).toStrictEqual(comparable(await undisturbed()));
    const histories = readdirSync(join(home, 'outbox')).filter((name) =>
      readFileSync(join(home, 'outbox', name), 'utf8').includes('<ReceiptHistory>'),
    );
    expect(histories).toHaveLength(FILES.length + 1);
  }, 240_000);

  it('come to it too when the process is killed at one step after the other, whether a run comes next or a retry', async () => {
    const home = await homeToRetry();
    const kill = async (file: string, step: Stop['step'], nth = 1) => {
      expect((await runToStep(home, { step, nth, retry: batchOf(home, file) })).signal).toBe('SIGKILL');
    };
    await kill('both.xml', 'chunk', 2);
    expect(query(home, 'SELECT count(*) AS n FROM retry_item')).toStrictEqual([{ n: 4 }]);
    expect(query(home, 'SELECT count(*) AS n FROM subscription')).toStrictEqual([{ n: 3 }]);
    expect(query(home, 'SELECT count(*) AS n FROM visible_subscription')).toStrictEqual([{ n: 0 }]);
    expect(await run(home)).toMatchObject({ exitCode: 0, shipments: [] });
    expect(query(home, 'SELECT count(*) AS n FROM retry_item')).toStrictEqual([{ n: 0 }]);
    expect(query(home, 'SELECT count(*) AS n FROM subscription')).toStrictEqual([{ n: 0 }]);
    // One of its two shipments after the other: the next retry, or run, publishes what the one before has committed.
    await kill('both.xml', 'commit');
    await kill('both.xml', 'commit', 2);
    expect(await run(home)).toMatchObject({ exitCode: 0, shipments: [] });
    // This one is accepted only now, and its file goes to another folder.
    await kill('utf-16.xml', 'commit');
    await kill('utf-16.xml', 'publish');
    await kill('utf-16.xml', 'archive');
    expect((await run(home)).exitCode).toBe(0);
    for (const file of FILES.slice(1, -1)) {
      expect((await runToStep(home, { step: 'none', retry: batchOf(home, file) })).exitCode).toBe(65);
    }
    expect(comparable(outcomeOf(home))).toStrictEqual(comparable(await undisturbed()));
  }, 240_000);
});
