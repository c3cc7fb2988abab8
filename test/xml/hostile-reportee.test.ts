import { afterAll, describe, expect, test } from 'vitest';
import { HostileHome, type Shipment } from './hostile-home.js';
import { field, formTask, prefill, reportee } from './hostile-source.js';

const ID = '<Id>310123455</Id>';
const fields = (count: number) => Array.from({ length: count }, (_, i) => field(`F${i}`));
/** The faulty Reportee begins behind two lines of envelope and one of five. */
const FIRST_LINE = 8;

function faulty(content: readonly string[]): string {
  const others = [reportee(ID, field('A'), field('B')), reportee(ID, formTask('C'), field('D'))] as const;
  return prefill('R', others[0], reportee(...content), others[1]);
}

/** A fault in a Reportee of so many items, behind so many of them. */
function after(before: number, fault: string, count = 300): string {
  const items = fields(count);
  items.splice(before, 0, fault);
  return faulty([ID, ...items]);
}

/** What is at fault, the file, and its line counted from the Reportee's own. */
const FAULTY: readonly (readonly [name: string, source: string, line: number, why: RegExp])[] = [
  ['a stray element before 3,000 items', after(0, '<Stray/>', 3000), 2, /'Stray'.*not expected/],
  ['a stray element between 3,000 items', after(1500, '<Stray/>', 3000), 1502, /'Stray'.*not expected/],
  ['a stray element behind 3,000 items', after(3000, '<Stray/>', 3000), 3002, /'Stray'.*not expected/],
  ['a FormTask between its Fields', after(150, formTask('T')), 152, /'FormTask'.*not expected/],
  ['a FormTask behind its Fields', after(300, formTask('T')), 302, /'FormTask'.*not expected/],
  ['a second Id behind its items', after(300, ID), 302, /'Id'.*not expected/],
  ['text before its items', after(0, 'text'), 2, /Character content/],
  ['text between its items', after(150, 'text'), 152, /Character content/],
  ['text behind its items', after(300, '\n <![CDATA[text\n]]>'), 303, /Character content/],
  ['an entity between its items', after(150, '&x;'), 152, /entity reference &x;/],
  ['no Id at all', faulty(fields(300)), 1, /'Field'.*not expected/],
  ['an Id that is no reportee', faulty(['<Id>123</Id>', ...fields(300)]), 1, /9|11/],
  [
    'an attribute',
    faulty([ID, ...fields(300)]).replace(/<Reportee>(?=\n.*\n.*>F0<)/, '<Reportee a="">'),
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
      expect(found.map(({ item }) => item)).toStrictEqual([null, null, null]);
      expect(found.map(({ line }) => line).sort((a, b) => a - b)).toStrictEqual([8, 12, 14]);
    } finally {
      own.remove();
    }
  });
});
