import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from 'libxmljs2';
import { describe, expect, test } from 'vitest';
import { faults } from '../schemas/xsd.js';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { exampleHome, examplePath } from '../support/example-home.js';
import { drop, intakeHome, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  field,
  formSet,
  message,
  ORGANISATION,
  OTHER_PERSON,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
  subscriptionPart,
} from '../support/submissions.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const SCHEMAS = { ServiceOwner: 'service-owner.xsd', Correspondences: 'correspondence.xsd', GovOrgan: 'altut.xsd' };

function schemaFaults(xml: string): string[] {
  const root = parseXml(xml).root()?.name() as keyof typeof SCHEMAS;
  return faults(SCHEMAS[root], xml);
}

/** Exports the failed items of a batch to a file outside the home. */
async function exported(home: string, batchId: number, ...args: string[]) {
  const file = join(temporaryFolder(), 'out.xml');
  const result = await altinnBatch([
    'items',
    'export',
    '--json',
    '--home',
    home,
    '--batch',
    String(batchId),
    '--failed',
    '-o',
    file,
    ...args,
  ]);
  return { ...result, file, rows: jsonLines(result.stdout), xml: () => readFileSync(file, 'utf8') };
}

describe('every example with a failed item', () => {
  const names = readdirSync(join(examplePath('.'))).filter((name) => name.startsWith('one-item-'));

  test('is exported as a file that its XSD passes, but for what is wrong with the item itself', async () => {
    const home = exampleHome(...names);
    const { shipments } = await run(home);
    expect(shipments).toHaveLength(names.length);
    for (const { file, batchId } of shipments) {
      const { exitCode, rows, xml } = await exported(home, batchId);
      expect({ file, exitCode, items: rows.map(({ items }) => items) }).toStrictEqual({
        file,
        exitCode: 0,
        items: [1],
      });
      expect(schemaFaults(xml()), file).toStrictEqual(schemaFaults(readFileSync(examplePath(file), 'utf8')));
    }
  });

  test('is accepted once the item has been mended, by sed and a drop into the inbox', async () => {
    const mends: Record<string, [RegExp, string]> = {
      'one-item-against-the-schema.xml': [/<MessageBody>/, '<MessageTitle>Tittel</MessageTitle><MessageBody>'],
      'one-item-unknown-service.xml': [/PSX/, 'PSA'],
      'one-item-wrong-form-data.xml': [/<Inntektsaar>i fjor/, '<Inntektsaar>2009'],
      'one-item-wrong-reportee.xml': [/17868832200/, PERSON],
      'one-item-wrong-short-name.xml': [/Skatteoppgjør 2007/, 'PSA 2009'],
    };
    expect(Object.keys(mends)).toStrictEqual(names);
    const home = exampleHome(...names);
    for (const { file, batchId } of (await run(home)).shipments) {
      const { xml } = await exported(home, batchId);
      const [wrong, right] = mends[file] as [RegExp, string];
      writeFileSync(join(home, 'inbox', `mended-${file}`), xml().replace(wrong, right));
    }
    const { exitCode, shipments } = await run(home);
    expect(shipments.map(({ file, status, items }) => [file, status, items.accepted])).toStrictEqual(
      names.map((name) => [`mended-${name}`, 'OK', 1]),
    );
    expect(exitCode).toBe(0);
  });
});

const WITH_PREFIX = [
  '<?xml version="1.0"?>',
  '<!-- as BizTalk writes it -->',
  '<ns0:ServiceOwner xmlns:ns0="http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10" xmlns:x="urn:x">',
  '  <ns0:ServiceOwnerName>SKD</ns0:ServiceOwnerName>',
  '  <ns0:Prefill>',
  '    <ns0:SequenceNo>009</ns0:SequenceNo>',
  '    <ns0:ExternalShipmentReference><![CDATA[P & Q]]></ns0:ExternalShipmentReference>',
  '    <ns0:Reportee>',
  `      <ns0:Id>${PERSON}</ns0:Id>`,
  ...['F-1', 'F-2'].map(
    (id) =>
      `      <ns0:Field><ns0:Id>${id}</ns0:Id><ns0:ValidFrom>2024-02-01</ns0:ValidFrom><ns0:ValidTo>2024-01-01</ns0:ValidTo><ns0:Value>&lt;x:v/&gt;</ns0:Value></ns0:Field>`,
  ),
  '      <ns0:Field><ns0:Id>F-3</ns0:Id><ns0:ValidFrom>2024-01-01</ns0:ValidFrom><ns0:ValidTo>2024-02-01</ns0:ValidTo><ns0:Value/></ns0:Field>',
  '    </ns0:Reportee>',
  '  </ns0:Prefill>',
  '</ns0:ServiceOwner>',
].join('\n');

describe('the file', () => {
  test('of both shipments of a ServiceOwner holds both, each Reportee once with all its failed items, in file order', async () => {
    const home = intakeHome();
    drop(
      home,
      'both.xml',
      serviceOwner(
        [
          subscriptionPart(
            { reference: 'S-1', sequenceNo: '5' },
            reportee(
              ORGANISATION,
              subscriptionItem({ PeriodType: 'Never' }),
              subscriptionItem(),
              subscriptionItem({ PeriodType: 'Ever' }),
            ),
            reportee('123', subscriptionItem(), subscriptionItem()),
          ),
          prefillPart(
            { reference: 'P-1' },
            reportee(PERSON, formSet('GOOD'), formSet('BAD', { ExternalServiceCode: 'NONE' }), field('F')),
            reportee(OTHER_PERSON, formSet('WRAPPED-1'), formSet('WRAPPED-2'), '<Stray/>'),
          ),
        ].join('\n'),
      ),
    );
    const [subscriptions] = (await run(home)).shipments;
    const { exitCode, rows, xml } = await exported(home, subscriptions?.batchId ?? 0);
    expect(exitCode).toBe(0);
    expect(
      rows.map(({ format, reference, sequenceNo, items }) => [format, reference, sequenceNo, items]),
    ).toStrictEqual([
      ['subscription', 'S-1-2', '6', 4],
      ['prefill', 'P-1-2', null, 3],
    ]);
    expect(
      xml()
        .replace(/<(FormTask)>.*?<\/\1>/g, '<$1/>')
        .replace(/\s*\n\s*/g, ''),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>' +
        '<ServiceOwner xmlns="http://schemas.altinn.no/services/intermediary/serviceinitiation/2009/10">' +
        '<ServiceOwnerName>SKD</ServiceOwnerName>' +
        '<Subscription><SequenceNo>6</SequenceNo><ExternalShipmentReference>S-1-2</ExternalShipmentReference>' +
        `<Reportee><Id>${ORGANISATION}</Id><FormTask/><FormTask/></Reportee>` +
        '<Reportee><Id>123</Id><FormTask/><FormTask/></Reportee></Subscription>' +
        '<Prefill><ExternalShipmentReference>P-1-2</ExternalShipmentReference>' +
        `<Reportee><Id>${PERSON}</Id><FormTask/></Reportee>` +
        `<Reportee><Id>${OTHER_PERSON}</Id><FormTask/><FormTask/></Reportee></Prefill></ServiceOwner>`,
    );
    expect(xml().match(/WRAPPED-\d|BAD|GOOD/g)).toStrictEqual(['BAD', 'WRAPPED-1', 'WRAPPED-2']);
    expect(schemaFaults(xml())).toStrictEqual([]);
  });

  test('keeps prefixes and namespaces, and has its reference escaped and its number written as before', async () => {
    const home = intakeHome();
    drop(home, 'prefix.xml', Buffer.from(`\ufeff${WITH_PREFIX}`, 'utf16le'));
    await run(home);
    const { rows, xml } = await exported(home, 1);
    expect(rows).toStrictEqual([
      {
        batchId: 1,
        format: 'prefill',
        systemUserCode: 'SKD',
        reference: 'P & Q-2',
        sequenceNo: '010',
        items: 2,
        leftOut: 0,
        file: expect.any(String),
      },
    ]);
    expect(xml()).toContain('<ns0:SequenceNo>010</ns0:SequenceNo>');
    expect(xml()).toContain('<ns0:ExternalShipmentReference>P &amp; Q-2</ns0:ExternalShipmentReference>');
    expect(xml()).toContain('xmlns:x="urn:x"');
    expect(xml()).toContain('<ns0:Value>&lt;x:v/&gt;</ns0:Value>');
    expect(schemaFaults(xml())).toStrictEqual([]);
    drop(home, 'mended.xml', xml().replaceAll('2024-02-01', '2023-02-01'));
    expect((await run(home)).shipments).toMatchObject([{ status: 'OK', reference: 'P & Q-2', items: { accepted: 2 } }]);
  });

  test('carries the number that is due next: none was used up by a shipment of which nothing was accepted', async () => {
    const home = intakeHome();
    const bad = correspondence('1', { ServiceCode: 'NONE' });
    drop(home, 'a.xml', correspondences({ reference: 'A', sequenceNo: '7' }, bad), 9);
    drop(home, 'b.xml', altut({ sequenceNo: '3' }, message('M-1'), message('M-2', { reportee: '12' })), 8);
    await run(home);
    expect((await exported(home, 1)).rows).toMatchObject([{ reference: 'A-2', sequenceNo: '7' }]);
    const old = await exported(home, 2);
    expect(old.rows).toMatchObject([{ reference: null, sequenceNo: '4' }]);
    expect(old.xml()).toContain('<AltUt sequenceno="4">');
    drop(home, 'mended.xml', old.xml().replace('"12"', `"${PERSON}"`));
    expect((await run(home)).shipments).toMatchObject([{ status: 'OK', reference: 'SKD/4' }]);
  });

  test('has the reference that is asked for, or one that no accepted shipment has', async () => {
    const home = intakeHome();
    const bad = correspondence('1', { ServiceCode: 'NONE' });
    drop(home, 'a.xml', correspondences({ reference: 'A' }, correspondence('1'), bad), 9);
    drop(home, 'b.xml', correspondences({ reference: 'A-2' }, correspondence('1')), 8);
    await run(home);
    expect((await exported(home, 1)).rows).toMatchObject([{ reference: 'A-3' }]);
    const asked = await exported(home, 1, '--reference', '<B>');
    expect(asked.xml()).toContain('<ShipmentReference>&lt;B&gt;</ShipmentReference>');
    const used = await exported(home, 1, '--reference', 'A-2');
    expect(used).toMatchObject({ exitCode: 64, stderr: expect.stringMatching(/A-2 was used before.*receipt 4/) });
    expect(() => statSync(used.file)).toThrow();
  });
});

describe('items that were refused for the sake of too many others', () => {
  const items = [
    correspondence('1', { ServiceCode: 'NONE' }),
    correspondence('2'),
    correspondence('3', { Reportee: '1' }),
  ];
  const file = Buffer.from(`\ufeff${correspondences({ reference: 'Blåbær' }, ...items)}`, 'utf16le');

  test('come from the file, which may be of any encoding, among those that failed', async () => {
    const home = intakeHome({ maxFailedItems: 1 });
    drop(home, 'a.xml', file);
    await run(home);
    const { exitCode, xml } = await exported(home, 1);
    expect(exitCode).toBe(0);
    expect(
      xml()
        .match(/<SendersReference>\d/g)
        ?.map((text) => text.at(-1)),
    ).toStrictEqual(['1', '2', '3']);
    expect(schemaFaults(xml())).toStrictEqual([]);
    drop(home, 'mended.xml', xml().replace('NONE', 'PSA').replace('<Reportee>1<', `<Reportee>${PERSON}<`));
    expect((await run(home)).shipments).toMatchObject([
      { status: 'OK', reference: 'Blåbær-2', items: { accepted: 3 } },
    ]);
  });

  test('are left out and named when the file is gone', async () => {
    const home = intakeHome({ maxFailedItems: 1 });
    drop(home, 'a.xml', file);
    await run(home);
    rmSync(join(home, 'data/rejected'), { recursive: true });
    mkdirSync(join(home, 'data/rejected'));
    const { exitCode, rows, xml, stderr } = await exported(home, 1);
    expect(exitCode).toBe(65);
    expect(rows).toMatchObject([{ items: 2, leftOut: 1 }]);
    expect(stderr).toMatch(
      /Left out: correspondence item \d+, line 4, reference 2: it had no fault of its own.*no longer/,
    );
    expect(xml()).not.toContain('<SendersReference>2<');
  });
});

test('an item of which only the beginning was kept is left out and named; nothing is written when there is no other', async () => {
  const home = intakeHome({ maxItemBytes: 100_000 });
  const large = correspondence('LARGE', {}, { MessageBody: 'x'.repeat(100_000) });
  drop(home, 'a.xml', correspondences({ reference: 'A' }, correspondence('1'), large));
  await run(home);
  const { exitCode, stdout, stderr, file } = await exported(home, 1);
  expect({ exitCode, stdout }).toStrictEqual({ exitCode: 65, stdout: '' });
  expect(stderr).toMatch(/Nothing of batch 1 can be exported/);
  expect(stderr).toMatch(/line 4, reference LARGE: it was too large/);
  expect(() => statSync(file)).toThrow();
});

describe('the command', () => {
  test('writes to stdout, overwrites only when told to, and gives the file the mode of the settings', async () => {
    const home = intakeHome({ fileMode: '0600' });
    const bad = `${correspondence('1', { ServiceCode: 'NONE', Reportee: PERSON })}`;
    drop(home, 'a.xml', correspondences({ reference: 'A' }, correspondence('2'), bad));
    await run(home);
    const args = ['items', 'export', '--home', home, '--batch', '1', '--failed', '-o'];
    const toStdout = await altinnBatch([...args, '-']);
    expect(toStdout.exitCode).toBe(0);
    expect(schemaFaults(toStdout.stdout)).toStrictEqual([]);
    expect(toStdout.stdout).toContain(`<Reportee>${PERSON}</Reportee>`);
    const file = join(home, 'out.xml');
    writeFileSync(file, 'before');
    const refused = await altinnBatch([...args, file]);
    expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('--force') });
    expect(readFileSync(file, 'utf8')).toBe('before');
    const forced = await altinnBatch([...args, file, '--force']);
    expect(forced).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^correspondence +SKD +A-2 +- +1 +0 /m),
    });
    expect(readFileSync(file, 'utf8')).toBe(toStdout.stdout);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });

  test('says so when there is nothing to export', async () => {
    const home = exampleHome('good-altut.xml', 'refused-unknown-owner.xml');
    await run(home);
    expect(await exported(home, 1)).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('No item of batch 1 failed'),
    });
    const whole = await exported(home, 2);
    expect(whole).toMatchObject({ exitCode: 65, stdout: '' });
    expect(whole.stderr).toMatch(/Batch 2 was refused whole.*data\/rejected\/.*refused-unknown-owner\.xml/);
    expect(await exported(home, 9)).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('There is no batch 9'),
    });
    expect(await exported(intakeHome(), 1)).toMatchObject({ exitCode: 64 });
    const altutReference = await exported(home, 1, '--reference', 'R');
    expect(altutReference).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('no shipment reference') });
    const withoutFailed = await altinnBatch(['items', 'export', '--home', home, '--batch', '1', '-o', 'x.xml']);
    expect(withoutFailed).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('Say --failed') });
  });
});
