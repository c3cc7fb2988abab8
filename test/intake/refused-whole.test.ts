import { expect, test } from 'vitest';
import { drop, intakeHome, query, receiptOf, run } from '../support/intake-home.js';
import {
  altut,
  correspondence,
  correspondences,
  field,
  message,
  PERSON,
  prefillPart,
  reportee,
  serviceOwner,
} from '../support/submissions.js';

const items = correspondences({ reference: 'REF' }, correspondence('A'), correspondence('B'));
const inEncoding = (name: string) => `<?xml version="1.0" encoding="${name}"?>${items.replace('Tittel', 'Brev\u0002')}`;
const prefill = serviceOwner(prefillPart({ reference: 'REF' }, reportee(PERSON, field('F'))));

/** The file, and the reference that could be read; the sender could be read in all of them. */
const FILES: Readonly<Record<string, readonly [file: string | Buffer, reference: string | null]>> = {
  'a byte that is no UTF-8': [Buffer.from(items.replace('Tittel', 'Bl\xe5'), 'latin1'), 'REF'],
  'a byte that is no Windows-1252': [
    Buffer.from(inEncoding('Windows-1252').replace('\u0002', '\x81'), 'latin1'),
    'REF',
  ],
  'half a character in UTF-16': [
    Buffer.from(`\uFEFF${inEncoding('UTF-16').replace('\u0002', '\ud800')}`, 'utf16le'),
    'REF',
  ],
  'an entity in the reference': [items.replace('>REF<', '>&ref;<'), null],
  'an entity behind the reference': [
    items.replace('</ShipmentReference>', '</ShipmentReference><SequenceNo>&no;</SequenceNo>'),
    'REF',
  ],
  'cut short in the header': [items.slice(0, items.indexOf('REF')), null],
  'cut short in the header of a part': [prefill.slice(0, prefill.indexOf('<Reportee>')), 'REF'],
  'cut short before its part': [prefill.slice(0, prefill.indexOf('<Prefill>')), null],
  'an element that does not belong there': [prefill.replace('<Prefill>', '<Stray/><Prefill>'), 'REF'],
  'no AltUt': [altut({}, message('M')).replace(/<AltUt>.*<\/AltUt>/s, ''), null],
  'neither part': [serviceOwner(''), null],
};

test('text that stands between the items is told by its own line, however many items stand before it', async () => {
  const home = intakeHome();
  const many = Array.from({ length: 30 }, (_, at) => correspondence(`M-${at}`));
  drop(home, 'file.xml', correspondences({ reference: 'R' }, ...many, '<!-- here -->', ' stray', ...many));
  const [shipment] = (await run(home)).shipments;
  expect(shipment?.text).toMatch(/\n\[0\] line 34, position 1: .*Character content other than whitespace/);
});

test('a file that is refused whole is told by its sender and its reference, as far as they could be read', async () => {
  const home = intakeHome();
  const names = Object.keys(FILES);
  for (const [index, name] of names.entries()) drop(home, `${name}.xml`, FILES[name]?.[0] ?? '', 100 - index);
  const { shipments } = await run(home);
  expect(
    shipments.map(({ file, status, systemUserCode, reference }) => [file, status, systemUserCode, reference]),
  ).toStrictEqual(names.map((name) => [`${name}.xml`, 'ValidationFailed', 'SKD', FILES[name]?.[1]]));
  for (const [index, name] of names.entries()) {
    const { text, subReceipts } = receiptOf(home, shipments[index] ?? { receipt: '' });
    const reference = FILES[name]?.[1] ?? null;
    const called = reference === null ? '' : `, shipment reference ${reference}`;
    expect(text.split(':')[0]).toBe(`File ${name}.xml, system user code SKD${called}`);
    expect(text).toMatch(/\n\[0\] line \d+, position \d+: /);
    expect(subReceipts).toStrictEqual([]);
  }
  expect(query(home, 'SELECT count(*) AS n FROM item')).toStrictEqual([{ n: 0 }]);
});
