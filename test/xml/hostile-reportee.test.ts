import { afterAll, describe, expect, test } from 'vitest';
import { HostileHome, type Shipment } from './hostile-home.js';
import { field, formTask, prefill, reportee } from './hostile-source.js';

const ITEMS = 3000;
const ID = '<Id>310123455</Id>';
const fields = (count: number) => Array.from({ length: count }, (_, i) => field(`F${i}`));
/** The faulty Reportee begins behind two lines of envelope and one of six lines. */
const FIRST_LINE = 9;

function faulty(content: readonly string[]): string {
  return prefill(
    'R',
    reportee(ID, field('A'), field('B')),
    reportee(...content),
    reportee(ID, formTask('C'), field('D')),
  );
}

function at(where: 'first' | 'middle' | 'last', fault: string): string {
  const items = fields(ITEMS);
  items.splice({ first: 0, middle: ITEMS / 2, last: ITEMS }[where], 0, fault);
  return faulty([ID, ...items]);
}

/** What is at fault, the file, and the line of the fault, counted from the Reportee's own. */
const FAULTY: readonly (readonly [name: string, source: string, line: number, why: RegExp])[] = [
  ['a stray element before its items', at('first', '<Stray/>'), 2, /'Stray'.*not expected/],
  ['a stray element between its items', at('middle', '<Stray/>'), 2 + ITEMS / 2, /'Stray'.*not expected/],
  ['a stray element behind its items', at('last', '<Stray/>'), 2 + ITEMS, /'Stray'.*not expected/],
  ['a FormTask between its Fields', at('middle', formTask('T')), 2 + ITEMS / 2, /'FormTask'.*not expected/],
  ['a FormTask behind its Fields', at('last', formTask('T')), 2 + ITEMS, /'FormTask'.*not expected/],
  ['a second Id behind its items', at('last', ID), 2 + ITEMS, /'Id'.*not expected/],
  ['text before its items', at('first', 'text'), 0, /Character content/],
  ['text between its items', at('middle', 'text'), 0, /Character content/],
  ['text behind its items', at('last', '<![CDATA[text]]>'), 0, /Character content/],
  ['an entity between its items', at('middle', '&x;'), 2 + ITEMS / 2, /entity reference &x;/],
  ['no Id at all', faulty(fields(ITEMS)), 1, /'Field'.*not expected/],
  ['an Id that is no reportee', faulty(['<Id>123</Id>', ...fields(ITEMS)]), 1, /9|11/],
  [
    'an attribute',
    at('first', '')
      .replace('B</Id>', 'B</Id>')
      .replace(/<Reportee>(?=\n<Id>310123455<\/Id>\n\n)/, '<Reportee a="">'),
    0,
    /'a' is not allowed/,
  ],
];

describe('a Reportee that is at fault outside its items', () => {
  const home = new HostileHome({ chunkItems: 100 });
  let processed: ReturnType<HostileHome['process']> | null = null;
  afterAll(() => home.remove());

  /** All files at once, by the first test that asks. */
  async function processedAs(file: string) {
    if (processed === null) {
      FAULTY.forEach(([, source], index) => {
        home.drop(`${index}.xml`, source.replace('>R<', `>R${index}<`));
      });
      processed = home.process();
    }
    const { found, shipments } = await processed;
    return {
      found: found.filter((one) => one.file.endsWith(`/${file}`)),
      shipment: shipments.find((one) => one.file === file) as Shipment,
    };
  }

  test.each(FAULTY.map((row, index) => [row[0], index] as const))(
    'fails all of them and no others, with %s',
    async (_, index) => {
      const [, source, line, why] = FAULTY[index] as (typeof FAULTY)[number];
      const { found, shipment } = await processedAs(`${index}.xml`);
      const fault = found.find(({ message }) => why.test(message));
      expect(fault?.line).toBe(FIRST_LINE + line);
      const failed = [...source.matchAll(/<Field>|<FormTask>/g)].length - 4;
      expect(shipment).toMatchObject({
        status: 'ValidationFailed',
        items: { total: failed + 4, accepted: 4, failed },
      });
      const items = home.items(shipment);
      const kept = items.filter(({ state }) => state === 'failed');
      expect(items.filter(({ state }) => state === 'accepted').map(({ ordinal }) => ordinal)).toStrictEqual([
        1,
        2,
        failed + 3,
        failed + 4,
      ]);
      for (const { rawXml } of [kept[0], kept[kept.length >> 1], kept.at(-1)].filter((one) => one !== undefined)) {
        expect(rawXml).toContain(`<ExternalShipmentReference>R${index}<`);
        expect(rawXml).toMatch(/<Reportee.*<(?:Field|FormTask)>.*<\/Reportee>/s);
      }
      expect(kept.every(({ rawXml }) => rawXml !== null)).toBe(true);
    },
  );

  test('makes the shipment not valid when it has no items, and the others of the file are accepted', async () => {
    const own = new HostileHome();
    const good = reportee(ID, field('A'));
    try {
      own.drop(
        'empty.xml',
        prefill('E', good, reportee('<Id>123</Id>'), reportee(ID, '<Stray/>'), '<Reportee/>', good),
      );
      const { found, shipments } = await own.process();
      expect(shipments).toMatchObject([{ status: 'ValidationFailed', items: { total: 2, accepted: 2, failed: 0 } }]);
      expect(found.map(({ item, line }) => [item, line])).toStrictEqual([
        [null, 8],
        [null, 12],
        [null, 14],
      ]);
    } finally {
      own.remove();
    }
  });
});
