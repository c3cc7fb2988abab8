import { readdirSync, readFileSync } from 'node:fs';
import { idnr } from '@navikt/fnrvalidator';
import { parseXml } from 'libxmljs2';
import { describe, expect, it } from 'vitest';
import { faults } from './xsd.js';

const ROOT = new URL('../../', import.meta.url);
const INBOX = new URL('examples/inbox/', ROOT);

describe('the example inbox', () => {
  const names = readdirSync(INBOX);
  const good = names.filter((name) => name.startsWith('good'));

  it.each(good)('has in %s a file that its schema accepts', (name) => {
    const xml = example(name);
    expect(faults(schemaOf(xml), xml)).toEqual([]);
  });

  it.each(good)('has in %s only reportees that are right', (name) => {
    const wrong = reportees(example(name)).filter((one) => !isReportee(one));
    expect(wrong).toEqual([]);
  });

  it.each(names.filter((name) => name.startsWith('one-item')))(
    'has in %s more than one item, of which at most one is against the schema',
    (name) => {
      const xml = example(name);
      expect(reportees(xml).length).toBeGreaterThan(1);
      expect(faults(schemaOf(xml), xml).length).toBe(name === 'one-item-against-the-schema.xml' ? 1 : 0);
    },
  );

  it('has one wrong reportee in one-item-wrong-reportee.xml and none in the other files', () => {
    const wrong = names.flatMap((name) => {
      const bad = name.startsWith('one-item') ? reportees(example(name)).filter((one) => !isReportee(one)) : [];
      return bad.map(() => name);
    });
    expect(wrong).toEqual(['one-item-wrong-reportee.xml']);
  });

  it('has no two shipments with the same system user code and reference', () => {
    const keys = names.flatMap((name) => shipments(example(name)));
    expect(keys.length).toBeGreaterThan(10);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has a file that is not well-formed, one with a DOCTYPE and one of no known format', () => {
    expect(() => parseXml(example('refused-cut-short.xml'))).toThrow();
    expect(example('refused-doctype.xml')).toContain('<!DOCTYPE');
    expect(example('refused-unknown-root.xml')).not.toMatch(/<(\w+:)?(ServiceOwner|Correspondences|GovOrgan)\b/);
  });

  it('writes the encodings that its names say', () => {
    const utf16 = readFileSync(new URL('good-utf-16.xml', INBOX));
    const latin1 = readFileSync(new URL('good-iso-8859-1.xml', INBOX));
    expect([...utf16.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0x00]);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(latin1)).toThrow();
    for (const name of ['good-utf-16.xml', 'good-iso-8859-1.xml']) {
      expect(example(name)).toContain('<MessageTitle>Blåbærsyltetøy på brødskiva</MessageTitle>');
    }
  });
});

describe('the example catalogues', () => {
  it('are the same in examples/ and at the root, but for where the form schemas are', () => {
    const inRoot = readFileSync(new URL('services.json', ROOT), 'utf8');
    const inExamples = readFileSync(new URL('examples/services.json', ROOT), 'utf8');
    expect(inRoot.replaceAll('"examples/forms/', '"forms/')).toBe(inExamples);
    expect(inRoot).toContain('"examples/forms/');
  });

  it('name a form schema that takes the forms of good-prefill.xml and not the wrong one', () => {
    const schema = parseXml(readFileSync(new URL('examples/forms/890-10451.xsd', ROOT), 'utf8'));
    const verdicts = (name: string): boolean[] =>
      [...example(name).matchAll(/<FormData><!\[CDATA\[(.*?)\]\]>/gs)].map(
        ([, form]) => parseXml(form ?? '').validate(schema) === true,
      );
    expect(verdicts('good-prefill.xml')).toEqual([true, true]);
    expect(verdicts('one-item-wrong-form-data.xml')).toEqual([true, false]);
  });
});

/** The example as text without its XML declaration, whose encoding no longer says anything about a string. */
function example(name: string): string {
  const encoding = name === 'good-utf-16.xml' ? 'utf-16le' : name === 'good-iso-8859-1.xml' ? 'latin1' : 'utf-8';
  const text = new TextDecoder(encoding).decode(readFileSync(new URL(name, INBOX)));
  return text.replace(/^<\?xml .*\?>\n/, '');
}

function schemaOf(xml: string): string {
  if (xml.includes('<ServiceOwner ')) return 'service-owner.xsd';
  return xml.includes('<GovOrgan ') ? 'altut.xsd' : 'correspondence.xsd';
}

function reportees(xml: string): string[] {
  const found = xml.matchAll(
    /<Reportee>\s*<Id>(.*?)<\/Id>|<(?:ns0:)?Reportee>(.*?)<\/(?:ns0:)?Reportee>|<Participant id="(.*?)"/g,
  );
  return [...found].map((one) => one[1] ?? one[2] ?? one[3] ?? '');
}

function isReportee(number: string): boolean {
  return number.length === 11 ? idnr(number).status === 'valid' : isOrganisation(number);
}

/** Modulus 11 with the weights of organisation numbers. */
function isOrganisation(number: string): boolean {
  if (!/^\d{9}$/.test(number)) return false;
  const sum = [3, 2, 7, 6, 5, 4, 3, 2, 1].reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return sum % 11 === 0;
}

/** Of each shipment in the file: who sends it, and its reference. */
function shipments(xml: string): string[] {
  const user = /<(?:\w+:)?(?:ServiceOwnerName|SystemUserCode)>(.*?)</.exec(xml)?.[1];
  return [...xml.matchAll(/<(?:\w+:)?(?:External)?ShipmentReference>(.*?)</g)].map((one) => `${user} ${one[1]}`);
}
