import { afterAll, describe, expect, test } from 'vitest';
import { HostileHome, type Shipment } from './hostile-home.js';
import { attributes, correspondences, message, nested } from './hostile-source.js';

const MAX_ITEM_BYTES = 200_000;
const KEPT = 64 * 1024;
/** Of the item's own elements three are open where a body's markup stands, and the root around it. */
const BODY_DEPTH = 4;

/** What the middle one of three items has in it, and why that one alone must fail. */
const FAILING: readonly (readonly [name: string, item: string, why: RegExp])[] = [
  ['an entity', message('bad', '&x;'), /entity reference &x;/],
  ['an entity in an attribute', message('bad', '<a b="&x;"/>'), /entity reference &x;/],
  ['101 levels', message('bad', nested(101 - BODY_DEPTH)), /more than 100 deep/],
  ['10,000 levels', message('bad', nested(10_000)), /more than 100 deep/],
  ['a name of 1,025 characters', message('bad', `<${'n'.repeat(1025)}/>`), /more than 1024 characters/],
  ['an attribute name of 1,025 characters', message('bad', `<a ${'n'.repeat(1025)}=""/>`), /more than 1024 characters/],
  ['an entity name of 1,025 characters', message('bad', `&${'n'.repeat(1025)};`), /more than 1024 characters/],
  ['257 attributes', message('bad', `<a${attributes(257)}/>`), /257 attributes; at most 256/],
  ['a prefix that nothing declares', message('bad', '<no:p/>'), /prefix no .* not defined/],
  ['an attribute of a prefix that nothing declares', message('bad', '<a no:b=""/>'), /prefix no .* not defined/],
  ['one byte over maxItemBytes', sized(MAX_ITEM_BYTES + 1), /is 200001 bytes large; at most 200000 bytes/],
  ['a date that may not be nil', message('bad', '', '<DueDateTime xsi:nil="true"/>'), /DueDateTime/],
  ['a fault on its last line', message('bad', '\n'.repeat(9), '<Stray/>'), /'Stray'.*not expected/],
];

const ACCEPTED: readonly (readonly [name: string, item: string])[] = [
  ['100 levels', message('odd', nested(100 - BODY_DEPTH))],
  ['a name of 1,024 characters', message('odd', `<${'n'.repeat(1024)}/>`)],
  ['256 attributes', message('odd', `<a${attributes(256)}/>`)],
  ['exactly maxItemBytes', sized(MAX_ITEM_BYTES)],
  ['the five entities and character numbers', message('odd', '&lt;&gt;&amp;&quot;&apos;&#229;&#x1F600;')],
  [
    'look-alike tags in CDATA, comments and instructions',
    message('odd', '<![CDATA[</Correspondence>&x;]]><!--</Correspondence>&x;--><?a </Correspondence>&x;?>'),
  ],
  ['a nil where the schema allows it', message('odd', '', '<OnBehalfOfOrgNr xsi:nil="true"/>')],
];

function sized(bytes: number): string {
  const rest = message('bad', '').length;
  return message('bad', 'x'.repeat(bytes - rest));
}

function fileWith(item: string, reference: string): string {
  return correspondences(message('first'), item, message('last'))
    .replace('xmlns=', 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns=')
    .replace('>R<', `>${reference}<`);
}

describe('an item that means harm', () => {
  const home = new HostileHome({ maxItemBytes: MAX_ITEM_BYTES });
  let processed: ReturnType<HostileHome['process']> | null = null;
  afterAll(() => home.remove());

  /** All files at once, by the first test that asks. */
  async function processedAs(file: string) {
    if (processed === null) {
      FAILING.forEach(([, item], index) => {
        home.drop(`failing-${index}.xml`, fileWith(item, `F${index}`));
      });
      ACCEPTED.forEach(([, item], index) => {
        home.drop(`accepted-${index}.xml`, fileWith(item, `A${index}`));
      });
      processed = home.process();
    }
    const { found, shipments } = await processed;
    return {
      found: found.filter((one) => one.file.endsWith(`/${file}`)),
      shipment: shipments.find((one) => one.file === file) as Shipment,
    };
  }

  test.each(FAILING.map((row, index) => [row[0], index] as const))('fails alone with %s', async (_, index) => {
    const [, item, why] = FAILING[index] as (typeof FAILING)[number];
    const { found, shipment } = await processedAs(`failing-${index}.xml`);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.message).toMatch(why);
    const lines = item.split('\n').length;
    for (const one of found) {
      expect(one.item).toBe(2);
      expect(one.line).toBe(4 + lines);
      expect(one.position).toBeGreaterThan(0);
    }
    expect(shipment).toMatchObject({ status: 'ValidationFailed', items: { total: 3, accepted: 2, failed: 1 } });
    const [first, bad, last] = home.items(shipment);
    expect([first?.rawXml, last?.rawXml]).toStrictEqual([null, null]);
    expect(bad?.rawXml).toContain('<ShipmentReference>F');
    if (bad?.truncated === 1) expect(bad.rawXml?.endsWith(item.slice(0, KEPT))).toBe(true);
    else expect(bad?.rawXml).toContain(item);
    expect(bad?.truncated).toBe(item.length > MAX_ITEM_BYTES ? 1 : 0);
  });

  test.each(ACCEPTED.map((row, index) => [row[0], index] as const))('is accepted with %s', async (_, index) => {
    const { found, shipment } = await processedAs(`accepted-${index}.xml`);
    expect(found).toStrictEqual([]);
    expect(shipment).toMatchObject({ status: 'OK', items: { total: 3, accepted: 3, failed: 0 } });
  });

  test('never hides a file that is not well-formed behind it', async () => {
    const { shipment } = await processedAs('failing-0.xml');
    expect(home.visible(shipment)).toBe(5);
  });
});

describe('a large item', () => {
  test('goes through with a value of 20 MB, on one line of 5 MB and on 70,000 lines, and says where its faults are', async () => {
    const home = new HostileHome();
    const attribute = message('attribute', `<a b="${'x'.repeat(20_000_000)}"/>`);
    const oneLine = message('line', `${'<p>text</p>'.repeat(450_000)}`, '<Stray/>');
    const manyLines = message('lines', '<p/>\n'.repeat(70_000), '<Stray/>');
    home.drop('large.xml', correspondences(message('first'), attribute, oneLine, manyLines, message('last')));
    try {
      const { found, shipments } = await home.process();
      expect(shipments).toMatchObject([{ items: { total: 5, accepted: 3, failed: 2 } }]);
      expect(found).toMatchObject([
        { item: 3, line: 6, message: expect.stringContaining("'Stray'") },
        { item: 4, message: expect.stringContaining("'Stray'") },
      ]);
      // libxml2's line numbers end before the fault: then the item's start has to do.
      expect([7, 70_007]).toContain(found[1]?.line);
    } finally {
      home.remove();
    }
  });
});
