import { describe, expect, it } from 'vitest';
import { detectEncoding, type Encoding } from '../../src/xml/decode.js';
import { encode } from './encode.js';

const BOM = '\ufeff';
const declared = (encoding: string, quote = '"') => `<?xml version="1.0" encoding=${quote}${encoding}${quote}?><a/>`;

describe('the encoding of a file', () => {
  const cases: [string, string, Encoding, Encoding, number][] = [
    ['nothing said', '<a/>', 'UTF-8', 'UTF-8', 0],
    ['a UTF-8 byte order mark', `${BOM}<a/>`, 'UTF-8', 'UTF-8', 3],
    ['a UTF-16 LE byte order mark', `${BOM}<a/>`, 'UTF-16LE', 'UTF-16LE', 2],
    ['a UTF-16 BE byte order mark', `${BOM}<a/>`, 'UTF-16BE', 'UTF-16BE', 2],
    ['a declaration without encoding', '<?xml version="1.0"?><a/>', 'UTF-8', 'UTF-8', 0],
    ['a stylesheet instruction, which is no declaration', '<?xml-stylesheet href="x"?><a/>', 'UTF-8', 'UTF-8', 0],
    ['the name in lower case', declared('utf-8'), 'UTF-8', 'UTF-8', 0],
    ['single quotes', declared('UTF-8', "'"), 'UTF-8', 'UTF-8', 0],
    ['US-ASCII', declared('US-ASCII'), 'UTF-8', 'US-ASCII', 0],
    ['a mark and a declaration that agree', BOM + declared('utf8'), 'UTF-8', 'UTF-8', 3],
    ['Latin-1', declared('iso-8859-1'), 'ISO-8859-1', 'ISO-8859-1', 0],
    ['Latin-1 by its other name', declared('Latin1'), 'ISO-8859-1', 'ISO-8859-1', 0],
    ['Windows-1252', declared('Windows-1252'), 'Windows-1252', 'Windows-1252', 0],
    ['Windows-1252 by its other name', declared('cp1252'), 'Windows-1252', 'Windows-1252', 0],
    ['UTF-16 LE declared, no mark', declared('UTF-16'), 'UTF-16LE', 'UTF-16LE', 0],
    ['UTF-16 BE declared, no mark', declared('UTF-16'), 'UTF-16BE', 'UTF-16BE', 0],
    ['UTF-16LE declared by its own name', BOM + declared('utf-16le'), 'UTF-16LE', 'UTF-16LE', 2],
    ['UTF-16 with a declaration that names none', `${BOM}<?xml version="1.0"?><a/>`, 'UTF-16LE', 'UTF-16LE', 2],
    [
      'line breaks and standalone in the declaration',
      "<?xml\r\n version = '1.0'\r\n\tencoding\n=\n'ISO-8859-1' standalone='no' ?><a/>",
      'ISO-8859-1',
      'ISO-8859-1',
      0,
    ],
  ];
  it.each(cases)('is told by %s', (_name, text, written, encoding, bomBytes) => {
    expect(detectEncoding(encode(text, written))).toMatchObject({ encoding, bomBytes });
  });
});

describe('a file is refused whole, with the place in its declaration,', () => {
  const cases: [string, Buffer, { line: number; position: number; says: RegExp }][] = [
    [
      'for a UTF-8 byte order mark with another encoding declared',
      encode(BOM + declared('ISO-8859-1'), 'UTF-8'),
      { line: 1, position: 31, says: /says encoding="ISO-8859-1", but it starts with the byte order mark of UTF-8/ },
    ],
    [
      'for UTF-16 that declares UTF-8',
      encode(BOM + declared('UTF-8'), 'UTF-16LE'),
      { line: 1, position: 31, says: /says encoding="UTF-8", but its bytes are UTF-16LE/ },
    ],
    [
      'for UTF-16 LE that declares UTF-16BE',
      encode(BOM + declared('UTF-16BE'), 'UTF-16LE'),
      { line: 1, position: 31, says: /says encoding="UTF-16BE", but its bytes are UTF-16LE/ },
    ],
    [
      'for 8-bit bytes that declare UTF-16',
      Buffer.from('<?xml version="1.0"\nencoding="UTF-16"?><a/>'),
      { line: 2, position: 11, says: /says encoding="UTF-16", but its bytes are those of an 8-bit encoding/ },
    ],
    [
      'for an encoding that is not supported',
      Buffer.from(declared('ISO-8859-15')),
      { line: 1, position: 31, says: /"ISO-8859-15" is not supported.*UTF-8, UTF-16, ISO-8859-1 or Windows-1252/ },
    ],
    [
      'for a name made to disturb a log',
      Buffer.from(declared(`\x1b[31m${'x'.repeat(500)}`)),
      { line: 1, position: 31, says: /^The encoding "\?\[31mx{35}\.\.\." is not supported/ },
    ],
    [
      'for XML 1.1',
      Buffer.from('<?xml version="1.1" encoding="UTF-8"?><a/>'),
      { line: 1, position: 16, says: /version "1\.1"; only 1\.0/ },
    ],
    [
      'for a declaration without a version',
      Buffer.from('<?xml encoding="UTF-8"?><a/>'),
      { line: 1, position: 1, says: /not well-formed/ },
    ],
    ['for a bare declaration', Buffer.from('<?xml?><a/>'), { line: 1, position: 1, says: /not well-formed/ }],
    [
      'for a declaration with its parts the wrong way round',
      Buffer.from('<?xml encoding="UTF-8" version="1.0"?><a/>'),
      { line: 1, position: 1, says: /not well-formed/ },
    ],
    [
      'for a declaration that does not end',
      Buffer.from(`<?xml version="1.0"${' '.repeat(4077)}`),
      { line: 1, position: 1, says: /not ended by \?>/ },
    ],
    [
      'for a declaration after a line break',
      Buffer.from(`\n ${declared('ISO-8859-1')}`),
      { line: 2, position: 2, says: /must be the very first thing/ },
    ],
    ['for UTF-32 LE', Buffer.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0]), { line: 1, position: 1, says: /UTF-32.*UTF-8/ }],
    ['for UTF-32 BE', Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 0x3c]), { line: 1, position: 1, says: /UTF-32.*UTF-8/ }],
    ['for UTF-32 without a mark', Buffer.from([0, 0, 0, 0x3c]), { line: 1, position: 1, says: /UTF-32/ }],
    ['for EBCDIC', Buffer.from([0x4c, 0x6f, 0xa7, 0x94]), { line: 1, position: 1, says: /EBCDIC/ }],
    [
      'for UTF-16 with neither mark nor declaration',
      encode('<a/>', 'UTF-16BE'),
      { line: 1, position: 1, says: /neither a byte order mark nor an XML declaration/ },
    ],
  ];
  it.each(cases)('%s', (_name, head, { line, position, says }) => {
    const found = detectEncoding(head);
    expect(found).toMatchObject({ issue: { code: 0, level: 'Error', line, position } });
    expect('issue' in found && found.issue.message).toMatch(says);
  });
});
