import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drop, exampleCatalogue, intakeHome, put, query, run } from '../support/intake-home.js';
import { correspondence, correspondences } from '../support/submissions.js';

const ITEM = correspondence('1', { ServiceCode: 'NEW', ServiceEdition: null });

test('a change is taken in by the next run, which says so; a broken one stops it before a file is touched', async () => {
  const home = intakeHome();
  const send = (reference: string) => drop(home, `${reference}.xml`, correspondences({ reference }, ITEM));
  send('BEFORE');
  const before = await run(home);
  expect(before.stderr).toContain('The service catalogue was taken in: 6 service editions, 3 service owners.');
  expect(before.shipments[0]?.items.failed).toBe(1);

  const catalogue = exampleCatalogue();
  const added = ['9', '10', '2'].map((serviceEditionCode) => ({
    serviceCode: 'NEW',
    serviceEditionCode,
    type: 'Correspondence',
    name: 'New',
  }));
  put(home, 'services.json', JSON.stringify({ ...catalogue, services: [...catalogue.services, ...added] }));
  send('AFTER');
  const after = await run(home);
  expect(after.stderr).toContain('The service catalogue was taken in: 9 service editions');
  expect(after.shipments[0]).toMatchObject({ status: 'OK', reference: 'AFTER' });
  // The newest edition is the highest number, not the last in the alphabet.
  expect(query(home, 'SELECT service_edition_code AS e FROM visible_message')).toStrictEqual([{ e: '10' }]);
  expect((await run(home)).stderr).toBe('');

  send('BROKEN');
  put(home, 'services.json', JSON.stringify({ ...catalogue, services: [{ serviceCode: 'NEW' }] }));
  const broken = await run(home);
  expect(broken).toMatchObject({ exitCode: 78, shipments: [] });
  expect(broken.stderr).toContain('services[0].serviceEditionCode');
  expect(readdirSync(join(home, 'inbox'))).toStrictEqual(['BROKEN.xml']);
  expect(readdirSync(join(home, 'data/work'))).toStrictEqual([]);
});
