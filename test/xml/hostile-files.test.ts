import { afterAll, describe, expect, test } from 'vitest';
import { HostileHome, type Shipment } from './hostile-home.js';
import { attributes, correspondences, envelope, message, nested } from './hostile-source.js';

const BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
const good = message('good');
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

/** What is in the file, its content, and where it must be refused. */
type Row = readonly [
  name: string,
  content: string | Buffer,
  line: number,
  /** Null: somewhere on the line. */
  position: number | null,
  why: RegExp,
  isXml?: boolean,
];

const REFUSED: readonly Row[] = [
  ['an entity bomb', envelope({ before: `<?xml version="1.0"?>\n${BOMB}\n`, code: '&b;' }, good), 2, 1, /DOCTYPE/],
  [
    'an external entity',
    envelope({ before: '  <!DOCTYPE x SYSTEM "file:///etc/passwd">', code: 'SKD' }, good),
    1,
    3,
    /DOCTYPE/,
  ],
  [
    'a DOCTYPE after 1 MB of comments',
    envelope({ before: `${'<!-- a comment of its own -->\n'.repeat(40_000)}<!DOCTYPE x>` }),
    40_001,
    1,
    /DOCTYPE/,
  ],
  ['a DOCTYPE inside an item', correspondences(message('a', '<!DOCTYPE x>')), 4, 204, /DOCTYPE/],
  ['an envelope 101 elements deep', envelope({ code: nested(99) }, good), 2, null, /100 deep/],
  ['an envelope 100,000 elements deep', envelope({ code: nested(100_000) }, good), 2, null, /100 deep/],
  ['an entity in a header field', envelope({ code: '&x;' }, good), 2, 17, /entity reference &x;/],
  [
    'a long name in the envelope',
    envelope({ code: `<${'n'.repeat(1025)}/>` }, good),
    2,
    17,
    /more than 1024 characters/,
  ],
  ['257 attributes on the root', envelope({ attributes: attributes(256) }, good), 1, 1, /257 attributes/],
  ['a NUL byte', correspondences(good, message('a', '\0')), 5, null, /U\+0000/],
  ['a control character between items', correspondences(good, '\x01', good), 5, 1, /U\+0001/],
  ['a control character in an attribute', correspondences(good, message('a', '<a b="\x1f"/>')), 5, null, /U\+001F/],
  ['a control character in a comment', correspondences(good, '<!-- \n\x02 -->'), 6, 1, /U\+0002/],
  ['half a character at the end', bytes(correspondences(good), [0xc3]), 6, 1, /cut short/],
  ['half a character in an item', bytes(correspondences('').slice(0, -20), [0xe2, 0x82], '<a'), 4, 1, /no character/],
  ['a surrogate as UTF-8', bytes(correspondences(good), '<!--', [0xed, 0xa0, 0x80], '-->'), 6, 5, /no character/],
  ['character number 0', correspondences(good, message('a', '&#0;')), 5, null, /not well-formed/],
  ['character number FFFE', correspondences(good, message('a', '&#xFFFE;')), 5, null, /not well-formed/],
  ['the character U+FFFF itself', correspondences(good, message('a', '\uffff')), 5, null, /not well-formed/],
  ['character number 0 in a header field', envelope({ code: '&#0;' }, good), 2, 17, /not well-formed/],
  [
    'a prefix that nothing declares in the envelope',
    envelope({ attributes: ' no:a=""' }, good),
    1,
    1,
    /'no:a' is not allowed/,
  ],
  ['a bare &', correspondences(good, message('a', 'a & b')), 5, null, /bare &/],
  ['a bare & in an attribute', correspondences(good, message('a', '<a b="a & b" c=";"/>')), 5, null, /bare &/],
  ['a bare & in a header field', envelope({ code: 'A&B' }, good), 2, 18, /bare &/],
  ['< in an attribute', correspondences(good, message('a', '<a b="<"/>')), 5, null, /not well-formed/],
  ['< in an attribute of the root', envelope({ attributes: ' a="<"' }, good), 1, 99, /&lt;/, false],
  ['an attribute twice in the envelope', envelope({ code: '<a b="" b=""/>' }, good), 2, 1, /not well-formed/],
  ['an attribute twice', correspondences(good, message('a', '<a b="" b=""/>')), 5, null, /not well-formed/],
  [']]> in text', correspondences(good, message('a', ']]>')), 5, null, /not well-formed/],
  [']]> between items', correspondences(good, ']]>', good), 5, 1, /./],
  ['-- in a comment of an item', correspondences(good, message('a', '<!-- -- -->')), 5, null, /not well-formed/],
  ['-- in a comment between items', correspondences(good, '<!-- -- -->'), 5, 8, /-- may not/],
  ['a second XML declaration', correspondences(good, '<?xml version="1.0"?>', good), 5, 1, /XML declaration/],
  [
    'an end tag that is missing',
    correspondences(good, good.replace('</Content>', '')),
    5,
    null,
    /must be closed first/,
  ],
  [
    'end tags the wrong way round',
    correspondences(good, message('a', '<a><b></a></b>')),
    5,
    null,
    /must be closed first/,
  ],
  ['no end tag of the root', correspondences(good).replace('</Correspondences>', ''), 6, 1, /cut short/],
  ['a comment that is never closed', correspondences(good, '<!-- '), 5, 1, /cut short/],
  ['text after the root', `${correspondences(good)}\n  junk`, 7, 3, /outside the root/],
  ['a second root', `${correspondences(good)} <a/>`, 6, 2, /second root/],
  [
    'text before the root',
    `junk\n\n${correspondences(good)}`,
    1,
    1,
    /not XML: something else stands where its root/,
    false,
  ],
  ['CDATA after the root', `${correspondences(good)}<![CDATA[]]>`, 6, 1, /outside the root/],
  ['a file packed by gzip', bytes([0x1f, 0x8b, 0x08, 0x00]), 1, 1, /not XML: something else/, false],
  ['nothing', '', 1, 1, /no XML element|empty/, false],
  ['only white space', ' \n \n', 3, 1, /no XML element/, false],
  ['only a byte order mark', '\uFEFF', 1, 1, /is empty/, false],
  ['only a comment', '<!-- -->', 1, 9, /no XML element/, false],
  [
    'binary garbage',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff, 0xd8, 0x00]),
    1,
    1,
    /no character/,
  ],
  ['XML 1.1', envelope({ before: '<?xml version="1.1"?>' }, good), 1, 16, /version/],
];

describe('a file that must be refused whole', () => {
  const home = new HostileHome();
  let processed: ReturnType<HostileHome['process']> | null = null;
  const fileOf = (index: number) => `${String(index).padStart(3, '0')}.xml`;

  /** All files at once, by the first test that asks. */
  function process(): ReturnType<HostileHome['process']> {
    if (processed === null) {
      REFUSED.forEach(([, content], index) => {
        home.drop(fileOf(index), content);
      });
      processed = home.process();
    }
    return processed;
  }

  afterAll(() => home.remove());

  test.each(REFUSED.map((row, index) => [row[0], index] as const))('with %s', async (_, index) => {
    const done = await process();
    const [, , line, position, why, isXml = true] = REFUSED[index] as Row;
    const found = done.found.filter(({ file, item }) => file.endsWith(fileOf(index)) && item === null);
    const shipments = done.shipments.filter(({ file }) => file === fileOf(index));
    expect(found.at(-1)).toMatchObject({ line, message: expect.stringMatching(why) });
    if (position !== null) expect(found.at(-1)).toMatchObject({ position });
    expect(found.at(-1)?.position).toBeGreaterThan(0);
    expect(shipments).toHaveLength(1);
    const [shipment] = shipments as [Shipment];
    expect(shipment.status).toBe(isXml ? 'ValidationFailed' : 'Rejected');
    expect(shipment.items).toStrictEqual({ total: 0, accepted: 0, failed: 0 });
    expect(shipment.text).toContain(`line ${line}`);
    expect(home.receipt(shipment)).toContain(`line ${line}`);
    expect(home.receipt(shipment)).not.toContain('<SubReceipts>');
    expect(home.visible(shipment)).toBe(0);
  });

  test('ends both commands with 65, and sets every file aside', async () => {
    const { validateExit, exit } = await process();
    expect([validateExit, exit]).toStrictEqual([65, 65]);
    expect(home.folder('inbox')).toStrictEqual([]);
    expect(home.folder('data/work')).toStrictEqual([]);
  });
});
