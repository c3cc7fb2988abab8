import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idnr } from '@navikt/fnrvalidator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '../schemas/xsd.js';

const GENERATOR = fileURLToPath(new URL('../../bench/generate.mjs', import.meta.url));
const COUNT = 40;

const KINDS = [
  { kind: 'subscriptions', schema: 'service-owner.xsd', item: '<FormTask>', reportees: COUNT },
  { kind: 'prefills', schema: 'service-owner.xsd', item: '<FormTask>', reportees: COUNT },
  { kind: 'correspondences', schema: 'correspondence.xsd', item: '<Correspondence>', reportees: COUNT },
  { kind: 'altut', schema: 'altut.xsd', item: '<Message ', reportees: COUNT },
  { kind: 'prefills-one-reportee', schema: 'service-owner.xsd', item: '<FormTask>', reportees: 1 },
  { kind: 'subscriptions-due', schema: 'service-owner.xsd', item: '<FormTask>', reportees: COUNT },
  { kind: 'prefills-due', schema: 'service-owner.xsd', item: '<FormTask>', reportees: COUNT },
];

describe('bench/generate.mjs', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'generate-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const written = new Map<string, string>();
  /** The file that those arguments make; made once, since each takes a process. */
  const generated = (name: string, ...args: readonly string[]): string => {
    const key = args.join(' ');
    const xml = written.get(key) ?? generate(name, ...args);
    written.set(key, xml);
    return xml;
  };

  const generate = (name: string, ...args: readonly string[]): string => {
    const [kind = '', count = '', ...options] = args;
    const file = join(folder, name);
    execFileSync(process.execPath, [GENERATOR, kind, count, file, ...options]);
    return readFileSync(file, 'utf8');
  };

  for (const { kind, schema, item, reportees } of KINDS) {
    it(`writes ${kind} that their schema accepts, as many as were asked for`, () => {
      const xml = generated(`${kind}.xml`, kind, String(COUNT));
      expect(faults(schema, xml)).toEqual([]);
      expect(xml.split(item).length - 1).toBe(COUNT);
    });

    it(`gives ${kind} ${reportees === 1 ? 'one reportee' : 'a reportee each'} whose number is right`, () => {
      const xml = generated(`${kind}.xml`, kind, String(COUNT));
      const numbers = new Set(xml.match(/(?<![\d-])\d{11}(?!\d)/g));
      expect(numbers.size).toBe(reportees);
      expect([...numbers].filter((number) => idnr(number).status !== 'valid')).toEqual([]);
    });

    it(`writes the same bytes of ${kind} for the same seed, and others for another`, () => {
      const [first, again, other] = ['1', '1', '2'].map((seed) =>
        hash(generate(`${kind}.xml`, kind, String(COUNT), '--seed', seed)),
      );
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });
  }

  it('puts all form sets of one reportee in one Reportee element, or with --groups in one each', () => {
    const together = generated('one.xml', 'prefills-one-reportee', String(COUNT));
    const apart = generate('groups.xml', 'prefills-one-reportee', String(COUNT), '--groups');
    expect(together.split('<Reportee>').length - 1).toBe(1);
    expect(apart.split('<Reportee>').length - 1).toBe(COUNT);
    expect(faults('service-owner.xsd', apart)).toEqual([]);
  });

  it('attaches 3 KB to each correspondence, no two the same', () => {
    const xml = generated('correspondences.xml', 'correspondences', String(COUNT));
    const data = [...xml.matchAll(/<Data>(.*?)<\/Data>/g)].map((one) => one[1] ?? '');
    expect(data.map((one) => Buffer.from(one, 'base64').length)).toEqual(Array(COUNT).fill(3072));
    expect(new Set(data).size).toBe(COUNT);
  });

  it('names services of the catalogue beside it only', () => {
    const catalogue = readFileSync(new URL('../../bench/services.json', import.meta.url), 'utf8');
    for (const { kind } of KINDS) {
      const xml = generated(`${kind}.xml`, kind, String(COUNT));
      const codes = xml.match(/BENCH[A-Z](?=[<_ ])/g) ?? [];
      expect(codes.length).toBeGreaterThanOrEqual(COUNT);
      for (const code of new Set(codes)) expect(catalogue).toContain(`"serviceCode": "${code}"`);
    }
  });

  it('ends with 64 and its usage when it is asked for something else', () => {
    for (const args of [
      [],
      ['nothing', '1', 'x.xml'],
      ['altut', '-1', 'x.xml'],
      ['altut', '1', 'x.xml', '--sed', '1'],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [GENERATOR, ...args], { cwd: folder, encoding: 'utf8' });
      expect(status).toBe(64);
      expect(stderr).toContain('Usage: node bench/generate.mjs KIND COUNT FILE');
    }
  });
});

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
