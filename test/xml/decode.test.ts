import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IoFault } from '../../src/domain/faults.js';
import { detectEncoding, type Encoding, encodingOf, transcodeToUtf8, utf8Blocks } from '../../src/xml/decode.js';
import { Refusal } from '../../src/xml/refusal.js';
import { temporaryFolder } from '../support/cli.js';
import { encode } from './encode.js';

const BOM = '\ufeff';

function write(bytes: Buffer): string {
  const path = join(temporaryFolder(), 'x.xml');
  writeFileSync(path, bytes);
  return path;
}

function read(path: string, blockBytes?: number): string {
  const blocks = [...utf8Blocks(path, blockBytes === undefined ? {} : { blockBytes })];
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(blocks));
}

function refusal(path: string, blockBytes?: number) {
  try {
    read(path, blockBytes);
  } catch (error) {
    if (error instanceof Refusal) return error.issues[0];
    throw error;
  }
  throw new Error('It was read.');
}

describe('a file in each of the encodings', () => {
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>\n<a>`;
  const blanked = (encoding: string) => `<?xml version="1.0" ${' '.repeat(`encoding="${encoding}"`.length)}?>\n<a>`;
  const unicode = fc.string({ unit: 'binary', maxLength: 60 });
  const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  const windows = fc.string({ unit: fc.constantFrom(...'aæøåÆØÅ€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u00a0ÿ\n<&') });
  const cases: [string, Encoding, string, string, fc.Arbitrary<string>][] = [
    ['UTF-8 without anything', 'UTF-8', '<a>', '<a>', unicode],
    ['UTF-8 with a byte order mark', 'UTF-8', `${BOM}<a>`, '<a>', unicode],
    ['UTF-8 with a declaration', 'UTF-8', declared('utf-8'), declared('utf-8'), unicode],
    ['UTF-16 LE with a byte order mark', 'UTF-16LE', `${BOM}<a>`, '<a>', unicode],
    ['UTF-16 BE with a byte order mark', 'UTF-16BE', `${BOM}<a>`, '<a>', unicode],
    ['UTF-16 LE with a declaration alone', 'UTF-16LE', declared('UTF-16'), blanked('UTF-16'), unicode],
    ['UTF-16 BE with both', 'UTF-16BE', BOM + declared('utf-16'), blanked('utf-16'), unicode],
    ['ISO-8859-1', 'ISO-8859-1', declared('ISO-8859-1'), blanked('ISO-8859-1'), latin1],
    ['Windows-1252', 'Windows-1252', declared('windows-1252'), blanked('windows-1252'), windows],
  ];
  it.each(cases)('comes out as it went in, however it is cut into blocks: %s', (_name, encoding, start, out, texts) => {
    const path = write(Buffer.alloc(0));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 90 }), (text, blockBytes) => {
        writeFileSync(path, encode(start + text, encoding));
        expect(read(path, blockBytes)).toBe(out + text);
      }),
      { numRuns: 200 },
    );
  });
});

it('reads 0x80 to 0x9F of ISO-8859-1 as the control characters that they are, and not as Windows-1252', () => {
  const start = Buffer.from('<?xml version="1.0" encoding="latin1"?><a>');
  expect(read(write(Buffer.concat([start, Buffer.from([0x80, 0x9f, 0xe5])]))).slice(-3)).toBe('\x80\x9få');
});

it('gives blocks that stay as they are while it reads on, and no block that ends inside a character', () => {
  const text = `<a>${'æ€😀'.repeat(5000)}</a>`;
  const path = write(Buffer.from(text));
  const blocks = [...utf8Blocks(path, { blockBytes: 1000 })];
  expect(blocks.length).toBeGreaterThan(10);
  expect(blocks.map((block) => new TextDecoder('utf-8', { fatal: true }).decode(block)).join('')).toBe(text);
});

it.each<[string, Encoding, string]>([
  ['UTF-8', 'UTF-8', `${BOM}<a>æøå</a>`],
  ['UTF-16', 'UTF-16LE', `${BOM}<a>æøå</a>`],
])('shows the raw bytes of a %s file once and in order, byte order mark and all', (_name, encoding, text) => {
  const path = write(encode(text, encoding));
  const hash = createHash('sha256');
  const blocks = [...utf8Blocks(path, { blockBytes: 5, onRaw: (raw) => hash.update(raw) })];
  expect(Buffer.concat(blocks).toString()).toBe('<a>æøå</a>');
  expect(hash.digest('hex')).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
});

it('reads an empty file as nothing', () => {
  expect([...utf8Blocks(write(Buffer.alloc(0)))]).toEqual([]);
});

it('closes the file when the reader stops early', () => {
  const path = write(Buffer.from(`<a>${'x'.repeat(5000)}</a>`));
  const openBefore = readdirSync('/proc/self/fd').length;
  for (const block of utf8Blocks(path, { blockBytes: 10 })) if (block.length > 0) break;
  expect(readdirSync('/proc/self/fd').length).toBe(openBefore);
});

it('takes a file that is not there for trouble with the disk, not for a bad submission', () => {
  expect(() => read(join(temporaryFolder(), 'none.xml'))).toThrow(IoFault);
});

describe('bytes that can not be decoded', () => {
  const windows = '<?xml version="1.0" encoding="windows-1252"?>';
  const cases: [string, Buffer, { line: number; position: number; says: RegExp }][] = [
    [
      'a Latin-1 letter in UTF-8, after letters of one to four bytes',
      Buffer.concat([Buffer.from('<a>\nø€😀'), Buffer.from([0xe6]), Buffer.from('</a>')]),
      {
        line: 2,
        position: 4,
        says: /^0xE6 at byte offset 13 is no character in UTF-8, which a file is taken for that names no encoding/,
      },
    ],
    ['an overlong form', Buffer.from([0x3c, 0xc0, 0xaf]), { line: 1, position: 2, says: /0xC0 at byte offset 1 / }],
    [
      'a surrogate in UTF-8',
      Buffer.from([0x3c, 0xed, 0xa0, 0x80]),
      { line: 1, position: 2, says: /0xED at byte offset 1 / },
    ],
    [
      'past the last code point',
      Buffer.from([0x3c, 0xf4, 0x90, 0x80, 0x80]),
      { line: 1, position: 2, says: /0xF4 at/ },
    ],
    [
      'half a letter at the end, behind a byte order mark',
      Buffer.concat([Buffer.from('\ufeff<a>\r\nx'), Buffer.from([0xe2, 0x82])]),
      {
        line: 2,
        position: 2,
        says: /ends in the middle of a UTF-8 character: 0xE2 0x82 at byte offset 9 .*send it again, whole/s,
      },
    ],
    [
      'a byte that stands for nothing in Windows-1252',
      Buffer.concat([Buffer.from(`${windows}\n\n<å>`, 'latin1'), Buffer.from([0x81])]),
      {
        line: 3,
        position: 4,
        says: /^0x81 at byte offset 50 is no character in Windows-1252, which the XML declaration names/,
      },
    ],
    [
      'a letter beyond US-ASCII',
      Buffer.from('<?xml version="1.0" encoding="us-ascii"?>\n<a>å'),
      { line: 2, position: 4, says: /^0xC3 at byte offset 45 is no character in US-ASCII, which the XML declaration/ },
    ],
    [
      'a low surrogate alone in UTF-16',
      Buffer.concat([encode(`${BOM}<a>\n😀`, 'UTF-16LE'), Buffer.from([0x01, 0xdc, 0x41, 0x00])]),
      {
        line: 2,
        position: 2,
        says: /^0x01 0xDC at byte offset 14 is no character in UTF-16LE, which the byte order mark/,
      },
    ],
    [
      'a high surrogate before a letter in UTF-16',
      Buffer.concat([encode(`${BOM}<a>`, 'UTF-16BE'), Buffer.from([0xd8, 0x3d, 0x00, 0x41])]),
      { line: 1, position: 4, says: /^0xD8 0x3D at byte offset 8 / },
    ],
    [
      'half a surrogate pair at the end',
      Buffer.concat([encode(`${BOM}<a>`, 'UTF-16BE'), Buffer.from([0xd8, 0x3d])]),
      { line: 1, position: 4, says: /ends in the middle of a UTF-16BE character: 0xD8 0x3D at byte offset 8 / },
    ],
    [
      'half a UTF-16 unit at the end',
      Buffer.concat([encode(`${BOM}<a>\n`, 'UTF-16LE'), Buffer.from([0x41])]),
      { line: 2, position: 1, says: /ends in the middle of a UTF-16LE character: 0x41 at byte offset 10 / },
    ],
  ];
  it.each(cases)('are refused with their place: %s', (_name, bytes, { line, position, says }) => {
    const path = write(bytes);
    for (const blockBytes of [1, 2, 3, 7, 1 << 20]) {
      const found = refusal(path, blockBytes);
      expect(found).toMatchObject({ code: 0, level: 'Error', line, position });
      expect(found.message).toMatch(says);
    }
  });

  it.each<Encoding>(['UTF-8', 'UTF-16LE', 'UTF-16BE'])('are placed rightly far into a %s file', (encoding) => {
    const before = `${BOM}<a>\n${'æ€😀\n'.repeat(30_000)}${'ø😀'.repeat(40_001)}`;
    const bad = encoding === 'UTF-8' ? Buffer.from([0xff]) : encode('\udc00', encoding);
    const path = write(Buffer.concat([encode(before, encoding), bad, encode('</a>', encoding)]));
    expect(refusal(path)).toMatchObject({ line: 30_002, position: 80_003 });
  });

  it('are never let through, and what is let through is never refused', () => {
    const path = write(Buffer.alloc(0));
    // Bytes near the borders of what is legal, so that both outcomes come up often.
    const bytes = fc.uint8Array({ maxLength: 12 });
    const pieces = fc.constantFrom('a', 'é', '€', '😀', '\n').map((one) => Uint8Array.from(Buffer.from(one)));
    const mixed = fc.array(fc.oneof(bytes, pieces, pieces, pieces), { maxLength: 12 });
    fc.assert(
      fc.property(mixed, fc.integer({ min: 1, max: 20 }), (parts, blockBytes) => {
        const file = Buffer.concat([Buffer.from('<a>'), ...parts]);
        writeFileSync(path, file);
        let expected: string | null = null;
        try {
          expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file);
        } catch {
          // Not UTF-8.
        }
        if (expected !== null) {
          expect(read(path, blockBytes)).toBe(expected);
          return;
        }
        const found = refusal(path, blockBytes);
        const offset = Number(/byte offset (\d+)/.exec(found.message)?.[1]);
        const before = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(file.subarray(0, offset));
        const lines = before.split('\n');
        expect(found).toMatchObject({ line: lines.length, position: [...(lines.at(-1) ?? '')].length + 1 });
      }),
      { numRuns: 1000 },
    );
  });

  it('are refused in UTF-16 exactly when a surrogate stands alone', () => {
    const path = write(Buffer.alloc(0));
    const unit = fc.constantFrom('a', '\n', '\ud83d', '\ude00', '\u20ac');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (units, blockBytes) => {
        const text = units.join('');
        writeFileSync(path, encode(BOM + text, 'UTF-16BE'));
        const alone = /\p{Surrogate}/u.exec(text);
        if (alone === null) expect(read(path, blockBytes)).toBe(text);
        else expect(refusal(path, blockBytes).message).toContain(`byte offset ${2 + alone.index * 2} `);
      }),
      { numRuns: 500 },
    );
  });
});

describe('rewriting a file as UTF-8', () => {
  it('keeps every line and column, says nothing false of its encoding, and has the mode asked for', () => {
    const path = write(encode('<?xml version="1.0"\n encoding = "ISO-8859-1" standalone="yes"?>\n<å/>', 'ISO-8859-1'));
    const target = join(temporaryFolder(), 'y.xml');
    const umask = process.umask(0o077);
    try {
      transcodeToUtf8(path, target, 0o640);
    } finally {
      process.umask(umask);
    }
    expect(readFileSync(target, 'utf8')).toBe(
      `<?xml version="1.0"\n ${' '.repeat('encoding = "ISO-8859-1"'.length)} standalone="yes"?>\n<å/>`,
    );
    expect(encodingOf(target)).toMatchObject({ encoding: 'UTF-8', bomBytes: 0 });
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  it('leaves nothing behind when the file is refused', () => {
    const folder = temporaryFolder();
    const path = write(Buffer.concat([encode(`${BOM}<a>`, 'UTF-16LE'), Buffer.from([0])]));
    expect(() => transcodeToUtf8(path, join(folder, 'y.xml'), 0o640)).toThrow(Refusal);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says what is wrong when the folder of the target is missing', () => {
    const folder = temporaryFolder();
    expect(() => transcodeToUtf8(write(Buffer.from('<a/>')), join(folder, 'none', 'y.xml'), 0o640)).toThrow(/ENOENT/);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

it('tells the encoding without reading on', () => {
  expect(detectEncoding(Buffer.from('<a/>'))).toEqual({ encoding: 'UTF-8', bomBytes: 0, declared: null });
});
