import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder } from '../support/cli.js';
import { drop, intakeHome, put, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  elements,
  formSet,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
  subscriptionItem,
} from '../support/submissions.js';

interface Found {
  readonly file: string;
  readonly item: number | null;
  readonly line: number | null;
  readonly position: number | null;
  readonly level: string;
  readonly code: number;
  readonly reference: string | null;
  readonly message: string;
}

const FAULTY = correspondences(
  { reference: 'R' },
  correspondence('GOOD'),
  correspondence('BAD', { ServiceCode: 'NONE', Reportee: '14909021148' }),
  correspondence('SCHEMA', { Reportee: null }),
  correspondence('GOOD'),
);

describe('validate', () => {
  test('finds what run finds, in file order, with the keys promised', async () => {
    const home = intakeHome();
    const file = put(home, 'elsewhere/faulty.xml', FAULTY);
    const { exitCode, stdout, stderr } = await altinnBatch(['validate', '--json', '--home', home, file]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('Duplicates and sequence numbers are not checked');
    const found = jsonLines<Found>(stdout);
    for (const one of found)
      expect(Object.keys(one).join()).toBe('file,item,line,position,level,code,reference,message');
    expect(found.map(({ item, line, level, code, reference }) => [item, line, level, code, reference])).toStrictEqual([
      [2, 4, 'Error', 40013, 'BAD'],
      [2, 4, 'Error', 40016, 'BAD'],
      [3, 5, 'Error', 0, 'SCHEMA'],
      [4, 6, 'Warning', 0, 'GOOD'],
    ]);
    expect(found.every((one) => one.file === file && one.position !== null)).toBe(true);
    expect(stdout).not.toContain('14909021148');

    drop(home, 'faulty.xml', FAULTY);
    const [shipment] = (await run(home)).shipments;
    const texts = receiptOf(home, shipment ?? { receipt: '' }).subReceipts.map(({ text }) => text);
    for (const { item, level, message: text } of found) {
      if (level === 'Error') expect(texts[(item ?? 0) - 1]).toContain(text);
    }
  });

  test('writes nothing anywhere, also where it could not', async () => {
    const home = intakeHome();
    const file = put(home, 'inbox/faulty.xml', FAULTY);
    const latin = Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${FAULTY.replace('Tittel', 'Å')}`, 'latin1');
    const other = put(home, 'inbox/latin.xml', latin);
    const before = listing(home);
    const folders = [home, join(home, 'inbox')];
    for (const folder of folders) chmodSync(folder, 0o555);
    const { exitCode } = await altinnBatch(['validate', '--home', home, file, other], { cwd: home });
    for (const folder of folders) chmodSync(folder, 0o755);
    expect(exitCode).toBe(65);
    expect(listing(home)).toStrictEqual(before);
  });

  test('works without a home, and then says that no catalogue was asked', async () => {
    const folder = temporaryFolder();
    const file = put(
      folder,
      'a.xml',
      correspondences({ reference: 'A', systemUserCode: 'XYZ' }, correspondence('1', { ServiceCode: 'NONE' })),
    );
    const { exitCode, stdout, stderr } = await altinnBatch(['validate', '--json', file], { cwd: folder });
    expect({ exitCode, stdout }).toStrictEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toContain('Without a home, services and service owners are not checked');
    expect(readdirSync(folder)).toStrictEqual(['a.xml']);
    const asked = await altinnBatch(['validate', '--home', folder, file]);
    expect(asked.exitCode).toBe(78);
  });

  test('tells what refuses a file or a shipment whole, with its place', async () => {
    const home = intakeHome();
    const files = {
      'cut.xml': FAULTY.slice(0, -4),
      'doctype.xml': `<!DOCTYPE a>${FAULTY}`,
      'unknown.xml': '<Unknown/>',
      'empty.xml': '',
      'neither.xml': serviceOwner(''),
      'envelope.xml': serviceOwner('<Prefill>\n<ExternalShipmentReference>R</ExternalShipmentReference>\n</Prefill>'),
      'owner.xml': altut({ name: 'XXX' }),
      'sequence.xml': altut({ sequenceNo: 'A17' }, message('1')),
      'reportee.xml': serviceOwner(prefillPart({ reference: 'R' }, reportee('123456789'))),
      'group.xml': serviceOwner(
        prefillPart(
          { reference: 'R' },
          `<Reportee>\n${formSet('1')}\n<Id>${PERSON}</Id>\n${formSet('2')}\n</Reportee>`,
        ),
      ),
    };
    const paths = Object.entries(files).map(([name, text]) => put(home, name, text));
    const { exitCode, stdout } = await altinnBatch(['validate', '--json', ...paths, '--home', home]);
    expect(exitCode).toBe(65);
    const found = jsonLines<Found>(stdout);
    const of = (name: string) => found.filter(({ file }) => file.endsWith(`/${name}`));
    for (const name of Object.keys(files)) {
      expect(of(name), name).not.toStrictEqual([]);
      for (const { level, line, position } of of(name)) {
        expect(level, name).toBe('Error');
        expect(line, name).toBeGreaterThan(0);
        expect(position, name).toBeGreaterThan(0);
      }
    }
    expect(of('owner.xml').map(({ code }) => code)).toStrictEqual([30005]);
    expect(of('sequence.xml')[0]?.message).toContain('A17 is not a whole number');
    expect(of('reportee.xml').map(({ code, item, line }) => [code, item, line])).toStrictEqual([[50008, null, 4]]);
    expect([...new Set(of('group.xml').map(({ item }) => item))]).toStrictEqual([1, 2]);
  });

  test('counts the items of a Reportee that turns out faulty after they were looked at', async () => {
    const home = intakeHome({ chunkItems: 1 });
    const stray = `<Reportee><Id>${PERSON}</Id>\n${['1', '2', '3'].map((one) => formSet(one)).join('\n')}\n<Stray/></Reportee>`;
    const file = put(
      home,
      'a.xml',
      serviceOwner(prefillPart({ reference: 'R' }, reportee(PERSON, formSet('0')), stray)),
    );
    const { exitCode, stdout } = await altinnBatch(['validate', '--home', home, file]);
    expect(exitCode).toBe(65);
    expect(stdout).toContain('prefill, not valid (items: 4, failed: 3,');
  });

  test('reads regular files only: a pipe would be read once, and it has to be read twice', async () => {
    const folder = temporaryFolder();
    const [pipe, good] = [join(folder, 'pipe.xml'), put(folder, 'good.xml', correspondences({ reference: 'R' }))];
    execFileSync('mkfifo', [pipe]);
    const { exitCode, stdout, stderr } = await altinnBatch(['validate', pipe, '/dev/null', good], { cwd: folder });
    expect(exitCode).toBe(74);
    expect(stderr).toContain(`${pipe} is no regular file: save it as one, then name that.`);
    expect(stderr).toContain('/dev/null is no regular file');
    expect(stdout).toContain('good.xml: correspondence, valid');
  });

  test('takes no notice of schema-valid items of every format', async () => {
    const home = intakeHome();
    const paths = [
      put(home, 'a.xml', serviceOwner(prefillPart({ reference: 'R' }, reportee(PERSON, formSet('1'))))),
      put(home, 'b.xml', altut({}, message('1'))),
      put(home, 'c.xml', correspondences({ reference: 'R' }, correspondence('1', { CaseId: '1' }))),
      put(
        home,
        'd.xml',
        serviceOwner(
          `<Subscription>${elements({ ExternalShipmentReference: 'R' })}${reportee(PERSON, subscriptionItem())}</Subscription>`,
        ),
      ),
    ];
    const result = await altinnBatch(['validate', '--json', ...paths, '--home', home]);
    expect(result).toMatchObject({ exitCode: 0, stdout: '' });
  });
});

/** Every path below a folder, with what would show that it was touched. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => {
      const { mtimeMs, size, ino } = lstatSync(join(folder, String(name)));
      return `${String(name)} ${mtimeMs} ${size} ${ino}`;
    })
    .sort();
}
