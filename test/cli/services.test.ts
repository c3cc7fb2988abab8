import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines, temporaryFolder, temporaryHome } from '../support/cli.js';

const pensions = {
  serviceOwners: [{ code: 'NAV', name: 'NAV', orgNumber: '889640782' }],
  services: [
    { serviceCode: 'PEN', serviceEditionCode: '2', serviceOwner: 'NAV', type: 'Correspondence', name: 'Pensjon' },
    { serviceCode: 'PEN', serviceEditionCode: '10', type: 'Correspondence', name: 'Pensjon, ny' },
  ],
};

describe('services list', () => {
  test('prints the catalogue of the home as a table', async () => {
    const home = await temporaryHome();
    const { exitCode, stdout } = await altinnBatch(['services', 'list', '--home', home]);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^CODE +EDITION +OWNER +TYPE +NAME$/);
    expect(stdout).toMatch(/^PSA +2009 +SKD +Correspondence +Skatteoppgjør$/m);
  });

  test('prints one object a service with --json', async () => {
    const home = await temporaryHome();
    const { stdout } = await altinnBatch(['--json', 'services', 'list', '--home', home]);
    expect(jsonLines(stdout).map((one) => [one.serviceCode, one.type])).toStrictEqual([
      ['PSA', 'Correspondence'],
      ['1051', 'FormTask'],
    ]);
  });

  test('takes in a catalogue file that has changed', async () => {
    const home = await temporaryHome();
    await altinnBatch(['services', 'list', '--home', home]);
    writeFileSync(join(home, 'services.json'), JSON.stringify(pensions));
    const { stdout } = await altinnBatch(['services', 'list', '--json', '--home', home]);
    expect(jsonLines(stdout).map((one) => one.serviceEditionCode)).toStrictEqual(['2', '10']);
  });

  test('ends with 78 and names the path in the file when the catalogue is broken', async () => {
    const home = await temporaryHome();
    const services = [{ ...pensions.services[0], type: 'Letter' }];
    writeFileSync(join(home, 'services.json'), JSON.stringify({ ...pensions, services }));
    const { exitCode, stderr } = await altinnBatch(['services', 'list', '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('services[0].type: holds "Letter"');
  });

  test('ends with 78 when the catalogue is gone, saying how to get one', async () => {
    const home = await temporaryHome();
    rmSync(join(home, 'services.json'));
    const { exitCode, stderr } = await altinnBatch(['services', 'list', '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('services import FILE');
  });
});

describe('services import', () => {
  test("makes a checked file the home's catalogue, byte for byte", async () => {
    const home = await temporaryHome();
    const file = fileWith(JSON.stringify(pensions, null, 1));
    const { exitCode, stdout } = await altinnBatch(['services', 'import', file, '--json', '--home', home]);
    expect(exitCode).toBe(0);
    expect(jsonLines(stdout)).toStrictEqual([{ imported: file, services: 2, serviceOwners: 1 }]);
    expect(readFileSync(join(home, 'services.json'))).toStrictEqual(readFileSync(file));
    expect(statSync(join(home, 'services.json')).mode & 0o777).toBe(0o640);
    expect((await altinnBatch(['services', 'check', 'PEN', '2', '-q', '--home', home])).exitCode).toBe(0);
  });

  test('leaves the old catalogue in place when the new one is broken', async () => {
    const home = await temporaryHome();
    const before = readFileSync(join(home, 'services.json'));
    const file = fileWith(JSON.stringify({ ...pensions, services: [...pensions.services, pensions.services[0]] }));
    const { exitCode, stderr } = await altinnBatch(['services', 'import', file, '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('services[2]: service PEN 2 stands at services[0] already');
    expect(readFileSync(join(home, 'services.json'))).toStrictEqual(before);
  });

  test('leaves the old catalogue in place when a form schema of the new one is no XSD', async () => {
    const home = await temporaryHome();
    const before = readFileSync(join(home, 'services.json'));
    writeFileSync(
      join(home, 'forms/bad.xsd'),
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><a/></xs:schema>',
    );
    const forms = [{ dataFormatId: '1', dataFormatVersion: '1', schema: 'forms/bad.xsd' }];
    const form = { serviceCode: 'FORM', serviceEditionCode: '1', type: 'FormTask', name: 'Skjema', forms };
    const file = fileWith(JSON.stringify({ ...pensions, services: [form] }));
    const { exitCode, stderr } = await altinnBatch(['services', 'import', file, '--home', home]);
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(
      /forms\/bad\.xsd can't be used: it is no valid XML Schema.*take it out of the service catalogue/,
    );
    expect(readFileSync(join(home, 'services.json'))).toStrictEqual(before);
  });

  test('looks for the form schemas in the home, not beside the file', async () => {
    const home = await temporaryHome();
    const file = fileWith(readFileSync(join(home, 'services.json'), 'utf8'));
    expect((await altinnBatch(['services', 'import', file, '--home', home])).exitCode).toBe(0);
  });

  test('ends with 74 when the file is not there', async () => {
    const home = await temporaryHome();
    const { exitCode, stderr } = await altinnBatch(['services', 'import', 'none.json', '--home', home]);
    expect(exitCode).toBe(74);
    expect(stderr).toContain("none.json can't be read (ENOENT)");
  });
});

describe('services check', () => {
  test('tells the newest edition by number when none is named', async () => {
    const home = await homeWithPensions();
    const { exitCode, stdout } = await altinnBatch(['services', 'check', 'PEN', '--home', home]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'PEN 10: Correspondence service "Pensjon, ny" of any service owner; editions of PEN: 2, 10',
    );
  });

  test('ends with 65 for an edition that is not there, saying which are', async () => {
    const home = await homeWithPensions();
    const { exitCode, stdout } = await altinnBatch(['services', 'check', 'PEN', '3', '--home', home]);
    expect(exitCode).toBe(65);
    expect(stdout).toContain('PEN 3 is not in the catalogue; editions of PEN: 2, 10');
  });

  test('ends with 65 for a code that is not there', async () => {
    const home = await homeWithPensions();
    const { exitCode, stdout } = await altinnBatch(['services', 'check', 'XYZ', '--json', '--home', home]);
    expect(exitCode).toBe(65);
    expect(jsonLines(stdout)).toStrictEqual([
      { serviceCode: 'XYZ', serviceEditionCode: null, known: false, editions: [], service: null },
    ]);
  });
});

async function homeWithPensions(): Promise<string> {
  const home = await temporaryHome();
  writeFileSync(join(home, 'services.json'), JSON.stringify(pensions));
  return home;
}

function fileWith(text: string): string {
  const file = join(temporaryFolder(), 'catalogue.json');
  writeFileSync(file, text);
  return file;
}
