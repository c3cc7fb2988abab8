import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homeOfAllFormats } from '../crash/home-of-all-formats.js';
import { runToStep } from '../crash/run-to-step.js';
import { altinnBatch, type CliResult, jsonLines, temporaryHome } from '../support/cli.js';
import { drop, intakeHome, query, run, take } from '../support/intake-home.js';
import {
  correspondence,
  correspondences,
  formSet,
  ORGANISATION,
  PERSON,
  prefillAttachment,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';

interface Line {
  readonly [key: string]: unknown;
  readonly id: number;
}

/** Runs a command beside the intake; its results as JSON. */
async function asked(home: string, ...args: string[]): Promise<CliResult & { lines: Line[] }> {
  const result = await altinnBatch([...args, '--json', '--home', home]);
  return { ...result, lines: jsonLines<Line>(result.stdout) };
}

/** As people get it. */
async function shown(home: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await altinnBatch([...args, '--home', home]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout;
}

describe('batches list', () => {
  test('tells of every file what became of it, newest first, and goes on after an id', async () => {
    const home = homeOfAllFormats();
    await run(home);
    const { lines } = await asked(home, 'batches', 'list');
    expect(lines.map(({ id, file, status }) => [id, file, status])).toEqual([
      [6, 'utf-16.xml', 'ValidationFailed'],
      [5, 'first.xml', 'ValidationFailed'],
      [4, 'faulty.xml', 'ValidationFailed'],
      [3, 'cut.xml', 'ValidationFailed'],
      [2, 'both.xml', 'ValidationFailed'],
      [1, 'ahead.xml', 'ValidationFailed'],
    ]);
    const both = lines[4];
    expect(Object.keys(both ?? {}).join()).toBe(
      'id,file,mailbox,format,systemUserCode,reference,sequenceNo,state,status,items,issues,start,end,duration,shipments',
    );
    expect(both).toMatchObject({
      mailbox: null,
      format: null,
      systemUserCode: 'SKD',
      reference: null,
      sequenceNo: null,
      state: 'archived',
      items: { total: 12, accepted: 10, failed: 2 },
      shipments: [
        { format: 'subscription', reference: 'S-1', sequenceNo: null, items: { total: 5, accepted: 4, failed: 1 } },
        { format: 'prefill', reference: 'P-1', sequenceNo: '1', items: { total: 7, accepted: 6, failed: 1 } },
      ],
    });
    expect(lines[3]).toMatchObject({ format: 'correspondence', reference: 'C-0', items: { total: 0 }, issues: 1 });
    const { start, end, duration } = both as unknown as { start: string; end: string; duration: number };
    expect(duration).toBeCloseTo((Date.parse(end) - Date.parse(start)) / 1000, 5);

    const page = await asked(home, 'batches', 'list', '--limit', '2', '--after', '6');
    expect(page.lines.map(({ id }) => id)).toEqual([5, 4]);
    expect(page.stderr).toContain('There are more: go on with --after 4');
    const narrow = ['--format', 'Prefill', '--owner', 'SKD', '--status', 'validationfailed', '--file', '*ot?.xml'];
    const found = await asked(home, 'batches', 'list', ...narrow, '--from', '2000-01-01', '--to', '2999-12-31');
    expect(found.lines.map(({ file }) => file)).toEqual(['both.xml']);
    expect((await asked(home, 'batches', 'list', '--to', '2000-01-01')).lines).toEqual([]);

    const table = (await shown(home, 'batches', 'list')).split('\n');
    expect(table[0]).toMatch(/^ +ID +FILE +MAILBOX +FORMAT .* START +END +SECONDS$/);
    expect(table[5]).toMatch(
      /^ +2 +both\.xml +- +subscription, prefill +SKD +S-1, P-1 +-, 1 +ValidationFailed +12 +10 +2 /,
    );
  });
});

describe('batches show', () => {
  test('tells the shipments, attempts, issues by code and receipts of a file, and where it is now', async () => {
    const home = homeOfAllFormats();
    await run(home);
    const { lines } = await asked(home, 'batches', 'show', '1');
    expect(lines).toMatchObject([
      {
        id: 1,
        file: 'ahead.xml',
        fileNow: { path: expect.stringMatching(/^data\/archive\/[\d-]+\/ahead\.xml$/), there: true },
        shipments: [{ format: 'altut', reference: 'SKD/2', state: 'accepted', receiptId: expect.any(Number) }],
        attempts: [
          { outcome: 'waiting', detail: expect.stringContaining('ahead of its sequence') },
          { outcome: 'done', end: expect.any(String) },
        ],
        issuesByCode: [{ code: 30003, name: 'NotAValidService', level: 'Error', count: 1 }],
        receipts: [{ type: 'Correspondence', receipt: expect.stringMatching(/^outbox\/ahead\.\d+\.receipt\.xml$/) }],
      },
    ]);
    const text = await shown(home, 'batches', 'show', '2');
    expect(text).toMatch(/^Batch 2: both\.xml\n {2}status +ValidationFailed\n {2}mailbox +the common inbox\n/);
    expect(text).toMatch(/^ {2}items +12 \(accepted: 10, failed: 2\)$/m);
    expect(text).toMatch(/^ {2}file now +data\/archive\/[\d-]+\/both\.xml$/m);
    expect(text).toMatch(/^Shipments\n {2}FORMAT .*\n {2}subscription +S-1 .*\n {2}prefill +P-1 /m);
    expect(text).toMatch(/^ {8}1 {2}Error +60012 {2}InvalidReporteeNumber$/m);
    expect(text).toMatch(/^Receipt \d+\n {2}status +ValidationFailed\n {2}type +Subscription\n {2}file +outbox\/both/m);
  });
});

describe('issues list', () => {
  test('tells every issue with its name, place and message, narrowed as asked', async () => {
    const home = homeOfAllFormats();
    await run(home);
    const { lines, stdout } = await asked(home, 'issues', 'list');
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.map(({ id }) => id)).toEqual(lines.map(({ id }) => id).toSorted((a, b) => b - a));
    expect(stdout).not.toContain(PERSON);
    const [wrong] = (await asked(home, 'issues', 'list', '--batch', '6', '--code', '60003')).lines;
    expect(Object.keys(wrong ?? {}).join()).toBe(
      'id,batchId,file,itemId,item,line,position,level,code,name,reference,message,time',
    );
    expect(wrong).toMatchObject({
      batchId: 6,
      file: 'utf-16.xml',
      item: 3,
      level: 'Error',
      name: 'InvalidLanguage',
      reference: 'M-3',
    });
    const ofItem = await asked(home, 'issues', 'list', '--item', String(wrong?.itemId), '--level', 'error');
    expect(ofItem.lines).toEqual([wrong]);
    const warnings = await asked(home, 'issues', 'list', '--level', 'Warning');
    expect(warnings.lines).toEqual(lines.filter(({ level }) => level === 'Warning'));
    const table = (await shown(home, 'issues', 'list', '--batch', '3')).split('\n');
    expect(table[0]).toMatch(/^ +ID +TIME +BATCH +ITEM +LINE +POSITION +LEVEL +CODE +REFERENCE +MESSAGE$/);
    expect(table[1]).toMatch(/^ +\d+ {2}\S+ +3 +- +\d+ +\d+ {2}Error +0 .*The file is cut short/);
  });

  test('ends with 64 and 31033 for a level, code, batch or item that there is not', async () => {
    const home = await temporaryHome();
    const bad = ['--level=bad', '--code=x', '--batch=99', '--item=99'];
    const results = await Promise.all(bad.map((option) => altinnBatch(['issues', 'list', option, '--home', home])));
    for (const { exitCode, stdout, stderr } of results) {
      expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
      expect(stderr).toContain('[31033]');
    }
  });
});

describe('items list and items show', () => {
  test('tell the items of a batch, the raw XML of a failed one and all that an accepted one holds, masked', async () => {
    const home = intakeHome();
    const good = formSet('S-1', { Attachments: prefillAttachment({ AttachmentData: 'QUJD' }) });
    const bad = formSet('S-2', { ExternalServiceCode: 'NONE' });
    const xml = serviceOwner(
      prefillPart({ reference: 'P-1' }, reportee(PERSON, good, bad), reportee(ORGANISATION, good)),
    );
    await take(home, xml);
    const { lines } = await asked(home, 'items', 'list', '--batch', '1');
    expect(Object.keys(lines[0] ?? {}).join()).toBe(
      'id,batchId,format,item,line,position,state,serviceCode,serviceEditionCode,reportee,sendersReference,shortName,issues',
    );
    expect(lines.map(({ item, state, reportee }) => [item, state, reportee])).toEqual([
      [3, 'accepted', ORGANISATION],
      [2, 'failed', '149090*****'],
      [1, 'accepted', '149090*****'],
    ]);
    const only = (...args: string[]) => asked(home, 'items', 'list', '--batch', '1', ...args);
    expect((await only('--state', 'failed')).lines).toEqual([lines[1]]);
    expect((await only('--reportee', PERSON, '--service', '1051/201010')).lines).toEqual([lines[2]]);
    expect((await only('--reference', 'S-1', '--limit', '1')).lines).toEqual([lines[0]]);
    const table = await shown(home, 'items', 'list', '--batch', '1');
    expect(table).toMatch(
      new RegExp(`^${lines[1]?.id} {2}prefill +2 +\\d+ +\\d+ {2}failed +NONE/201010 +149090\\*{5} +1 {2}S-2$`, 'm'),
    );

    const [first, second] = [lines[2]?.id, lines[1]?.id].map(String) as [string, string];
    const failed = await asked(home, 'items', 'show', second);
    expect(failed.lines).toMatchObject([
      {
        item: 2,
        file: 'file.xml',
        reference: 'P-1',
        subReceiptId: 3,
        issues: [{ code: 40013, name: 'ServiceIsNotValid' }],
        rawXml: { xml: expect.stringContaining('<ExternalServiceCode>NONE</ExternalServiceCode>'), truncated: false },
        content: null,
      },
    ]);
    expect(failed.stdout).not.toContain(PERSON);
    const text = await shown(home, 'items', 'show', first);
    expect(text).toMatch(/^Item \d+: item 1 of file\.xml, batch 1\n {2}state +accepted\n/);
    expect(text).toContain('  reportee        149090*****\n');
    expect(text).toMatch(/^Content\n {2}kind: prefillFormSet\n {2}validFrom: 2024-01-01\n/m);
    expect(text).toMatch(/^ {4}- attachmentName: Vedlegg\n {6}fileName: vedlegg\.txt\n/m);
    expect(text).toMatch(
      /^ {6}bytes: 3\n {6}sha256: b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78$/m,
    );

    const whole = await altinnBatch(['items', 'show', second, '--unmasked', '--json', '--home', home]);
    expect(jsonLines(whole.stdout)).toMatchObject([{ reportee: PERSON }]);
    expect(whole.stdout).toContain(`<Id>${PERSON}</Id>`);
    expect(query(home, 'SELECT command, arguments, detail FROM audit')).toEqual([
      { command: 'items show', arguments: `["${second}","--unmasked"]`, detail: `{"itemId":${second}}` },
    ]);
    const none = await altinnBatch(['items', 'show', '7', '--unmasked', '--home', home]);
    expect(none.exitCode).toBe(65);
    expect(query(home, 'SELECT count(*) AS n FROM audit')).toEqual([{ n: 1 }]);
  });

  test('the ids of items are printed whole, whatever else is masked', async () => {
    const home = intakeHome();
    await take(home, correspondences({ reference: 'C-1' }, ...['A', 'B', 'C'].map((name) => correspondence(name))));
    const { stdout, stderr } = await altinnBatch(['items', 'list', '--batch', '1', '--limit', '1', '--home', home]);
    const id = /^(\d{12}) /m.exec(stdout)?.[1];
    expect(stderr).toBe(`There are more: go on with --after ${id}\n`);
    expect(await shown(home, 'items', 'show', String(id))).toContain(`Item ${id}: item 3 of file.xml, batch 1\n`);
  });
});

describe('find', () => {
  test('says of a text what it is, in which batch, and what shows more of it', async () => {
    const home = intakeHome();
    const xml = serviceOwner(
      [
        subscriptionPart({ reference: 'REF-1' }, reportee(PERSON, subscriptionItem())),
        prefillPart({ reference: 'REF-2' }, reportee(ORGANISATION, formSet('REF-3'))),
      ].join('\n'),
    );
    await take(home, xml, 'REF-0.xml');
    const { lines } = await asked(home, 'find', 'REF-');
    const item = Number(lines[3]?.id);
    expect(lines).toEqual([
      {
        kind: 'file',
        match: 'beginning',
        value: 'REF-0.xml',
        id: 1,
        batchId: 1,
        text: 'the file of batch 1, OK',
        command: 'altinn-batch batches show 1',
      },
      expect.objectContaining({
        kind: 'shipmentReference',
        value: 'REF-1',
        id: 1,
        text: 'the subscription shipment of SKD in REF-0.xml, batch 1, OK',
      }),
      expect.objectContaining({ kind: 'shipmentReference', value: 'REF-2', id: 1 }),
      {
        kind: 'sendersReference',
        match: 'beginning',
        value: 'REF-3',
        id: item,
        batchId: 1,
        text: expect.stringMatching(
          /^prefill item 1 \(line \d+, accepted, service 1051\/201010\) of REF-0\.xml, batch 1$/,
        ),
        command: `altinn-batch items show ${item}`,
      },
    ]);
    const ofNumber = await shown(home, 'find', `${PERSON.slice(0, 6)}*****`);
    expect(ofNumber).toMatch(
      /^reportee 149090\*{5}: subscription item 1 \(line \d+, accepted, .* {2}altinn-batch items show \d{12}\n$/s,
    );
    const receipts = await asked(home, 'find', '4');
    expect(receipts.lines).toMatchObject([
      {
        kind: 'subReceipt',
        id: item,
        text: expect.stringMatching(
          /^about prefill item 1 \(line .*\), in receipt 3: PreFill, OK, of REF-0\.xml, batch 1$/,
        ),
      },
    ]);
    const more = await altinnBatch(['find', 'REF', '--limit', '1', '--home', home]);
    expect(more.stderr).toBe(
      'There are more of the kind shipment reference: give more of the text, or a higher --limit.\n',
    );
  });
});

describe('a file that is still in work because its run was killed', () => {
  test('is told with its attempt, and nothing that is staged of it', async () => {
    const home = intakeHome({ chunkItems: 2 });
    const items = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => correspondence(name, { CaseId: '0' }));
    drop(home, 'slow.xml', correspondences({ reference: 'C-1', systemUserCode: 'SKD-X' }, ...items));
    expect((await runToStep(home, { step: 'chunk', nth: 2 })).signal).toBe('SIGKILL');
    expect(query(home, 'SELECT count(*) AS n FROM item')).toEqual([{ n: 4 }]);

    const listed = await asked(home, 'batches', 'list');
    expect(listed.lines).toMatchObject([
      { file: 'slow.xml', state: 'staging', status: null, items: { total: 0 }, issues: 0, end: null, shipments: [] },
    ]);
    expect(await shown(home, 'batches', 'list')).toMatch(/ - \(staging\) +0 +0 +0 +0 {2}\S+ {2}- /);
    const [report] = (await asked(home, 'batches', 'show', '1')).lines;
    expect(report).toMatchObject({
      attempts: [{ outcome: 'killed', end: null }],
      fileNow: { path: expect.stringMatching(/^data\/work\/[^/]+\/slow\.xml$/), there: true },
      issuesByCode: [],
      receipts: [],
    });
    expect(await shown(home, 'batches', 'show', '1')).toContain('killed       ');
    const told = 'Batch 1 is still in work (staging): what is in it is told when it is done with.';
    for (const what of ['issues', 'items']) {
      const { lines, stderr } = await asked(home, what, 'list', '--batch', '1');
      expect({ lines, msg: jsonLines(stderr)[0]?.msg }).toEqual({ lines: [], msg: told });
    }
    expect((await asked(home, 'issues', 'list')).lines).toEqual([]);
    expect((await altinnBatch(['find', 'C-1', '--home', home])).exitCode).toBe(65);
    expect((await asked(home, 'find', 'slow')).lines).toMatchObject([
      { text: 'the file of batch 1, in work (staging)' },
    ]);
  });
});

describe('what is asked for and is not there', () => {
  test('ends with 65 and says what to do; no store is made to look for it', async () => {
    const home = await temporaryHome();
    const answers: readonly (readonly [says: string, ...args: string[]])[] = [
      ['There is no batch 1.', 'batches', 'show', '1'],
      ['There is no batch 1.', 'items', 'list', '--batch', '1'],
      ['There is no item 1', 'items', 'show', '1'],
      ["Nothing is, or begins with, 'x'", 'find', 'x'],
    ];
    await Promise.all(
      answers.map(async ([says, ...args]) => {
        const { exitCode, stdout, stderr } = await altinnBatch([...args, '--home', home]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: '' });
        expect(stderr).toContain(says);
      }),
    );
    expect(await asked(home, 'batches', 'list')).toMatchObject({ exitCode: 0, lines: [], stderr: '' });
    expect(existsSync(join(home, 'data/altinn-batch.db'))).toBe(false);
  });
});
