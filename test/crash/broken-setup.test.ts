import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { drop, intakeHome, put, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"';

/** What is put in the place of a file of the home, and what the run then says. */
const BREAKAGES: [file: string, content: string, says: RegExp][] = [
  ['services.json', '{"services":[', /services\.json/],
  ['services.json', '{"serviceOwners":[],"services":[{"serviceCode":7}]}', /services\.json.*serviceCode/],
  ['altinn-batch.json', '{"stableSecond":0}', /stableSecond.*stableSeconds/],
  ['altinn-batch.json', '{', /altinn-batch\.json/],
  ['schemas/altut.xsd', `${XSD}><xs:element name="GovOrgan" type="NoSuchType"/></xs:schema>`, /altut\.xsd/],
  ['schemas/any.xsd', XSD, /any\.xsd/],
  ['forms/890-10451.xsd', `${XSD}><xs:element/></xs:schema>`, /890-10451\.xsd/],
];

const FILE = correspondences({ reference: 'C-1' }, correspondence('M-1'));

it.each(BREAKAGES)('ends a run with 78 before a file is touched: %s holds %s', async (file, content, says) => {
  const home = intakeHome();
  drop(home, 'x.xml', FILE);
  put(home, file, content);
  const { exitCode, shipments, stderr } = await run(home);
  expect({ exitCode, shipments }).toStrictEqual({ exitCode: 78, shipments: [] });
  expect(stderr).toMatch(says);
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['x.xml']);
});

it('ends a run with 78 before a file is touched when a newer version has made the store', async () => {
  const home = intakeHome();
  expect((await run(home)).exitCode).toBe(0);
  const store = new Database(join(home, 'data/altinn-batch.db'));
  store.pragma('user_version = 4711');
  store.close();
  drop(home, 'x.xml', FILE);
  const { exitCode, stderr } = await run(home);
  expect(exitCode).toBe(78);
  expect(stderr).toMatch(/newer version/);
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['x.xml']);
});
