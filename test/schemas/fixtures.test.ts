import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faults } from './xsd.js';

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** The schema that each folder of fixtures is judged by. */
const SCHEMAS: Readonly<Record<string, string>> = {
  prefill: 'service-owner.xsd',
  subscription: 'service-owner.xsd',
  correspondence: 'correspondence.xsd',
  altut: 'altut.xsd',
  receipt: 'receipt.xsd',
  'receipt-save': 'receipt-save.xsd',
  'govorgan-receipt': 'govorgan-receipt.xsd',
  'alt-ut-confirmation-batch': 'alt-ut-confirmation-batch.xsd',
  'correspondence-confirmations': 'correspondence-confirmations.xsd',
  'correspondence-usage-data': 'correspondence-usage-data.xsd',
  'form-task-instances': 'form-task-instances.xsd',
};

for (const [folder, schema] of Object.entries(SCHEMAS)) {
  describe(`${schema} on the fixtures of ${folder}`, () => {
    const names = readdirSync(new URL(`${folder}/`, FIXTURES));

    it('has good and bad ones to judge', () => {
      expect(names.filter((name) => name.startsWith('good')).length).toBeGreaterThan(0);
      expect(names.filter((name) => name.startsWith('bad')).length).toBeGreaterThan(0);
    });

    for (const name of names) {
      const xml = readFileSync(new URL(`${folder}/${name}`, FIXTURES), 'utf8');
      if (name.startsWith('good')) {
        it(`accepts ${name}`, () => {
          expect(faults(schema, xml)).toEqual([]);
        });
      } else {
        it(`refuses ${name} for one reason`, () => {
          const places = new Set(faults(schema, xml).map((message) => message.split(':')[0]));
          expect(places.size).toBe(1);
        });
      }
    }
  });
}
