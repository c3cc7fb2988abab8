import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OUTBOX_SCHEMAS } from '../integration/outbox-file.js';
import { schemaText } from '../schemas/xsd.js';
import { document, ROOT, table } from './markdown.js';

const POINTS = document('docs/integration-points.md');

interface Point {
  readonly root: string;
  readonly direction: string;
  readonly file: string;
  readonly schema: string;
}

function points(): readonly Point[] {
  return table(POINTS, 'integration point').map(([, root = '', direction = '', file = '', link = '']) => ({
    root: unquoted(root),
    direction,
    file: unquoted(file),
    schema: /^\[(.+)\]\(\.\.\/schemas\/\1\)$/.exec(link)?.[1] ?? link,
  }));
}

describe('docs/integration-points.md', () => {
  test('names for each file an XSD that there is, which declares its root element, and leaves no XSD out', () => {
    for (const { root, schema } of points()) expect(schemaText(schema)).toContain(`<xs:element name="${root}"`);
    const named = [...new Set(points().map(({ schema }) => schema))];
    const bundled = readdirSync(`${ROOT}/schemas`).filter((name) => name !== 'shipment-types.xsd');
    expect(named.sort()).toEqual(bundled.sort());
  });

  test('has each file in the folder of its direction, and all that the year of an agency brings into the outbox', () => {
    for (const { direction, file } of points()) expect(file).toMatch(direction === 'in' ? /^inbox\// : /^outbox\//);
    const out = points().filter(({ direction }) => direction === 'out');
    expect(Object.fromEntries(out.map(({ root, schema }) => [root, schema]))).toEqual(OUTBOX_SCHEMAS);
  });

  // That there are such commands is proven with those of all documents, in commands.test.ts.
  test('names a command in every row of both tables', () => {
    const rows = [...table(POINTS, 'integration point'), ...table(POINTS, 'what is wanted')];
    const without = rows.filter((row) => !row.some((cell) => /^`altinn-batch [a-z][^`]*`/.test(cell)));
    expect(without).toEqual([]);
  });
});

function unquoted(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
}
