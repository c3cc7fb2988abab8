import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Chunk, ChunkItem, countNewlines } from '../../src/xml/chunk.js';
import { assemble } from '../../src/xml/document-pieces.js';
import { type ShipmentStart, type SplitEvent, type SplitOptions, splitFile } from '../../src/xml/split.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type MadeFile, type MadeItem, randomFile } from './random-file.js';
import { itemsOf } from './same-element.js';

const LIMITS = {
  maxDepth: 100,
  maxAttributes: 256,
  maxNameLength: 1024,
  maxItemBytes: 1 << 20,
  maxEnvelopeBytes: 1 << 20,
};
const ITEM_NAMES = new Set(['FormTask', 'Field', 'Correspondence', 'Message']);
const BOM = Buffer.from('\uFEFF');

const cuts = fc.oneof(
  fc.constant([1]),
  fc.constant([Number.MAX_SAFE_INTEGER]),
  fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
);
const sizes = fc.record({
  chunkItems: fc.integer({ min: 1, max: 6 }),
  chunkBytes: fc.constantFrom(1024, 4096, 1 << 19),
});

describe('splitFile, on random files in random blocks', () => {
  test('gives every item once, in order, with its bytes, its place and its Reportee', () => {
    fc.assert(
      fc.property(randomFile, cuts, sizes, fc.boolean(), (file, blockSizes, chunking, hasBom) => {
        const bytes = Buffer.from(file.source);
        const firstOffset = hasBom ? BOM.length : 0;
        const seen: string[] = [];
        for (const event of splitFile(blocks(bytes, blockSizes), { ...LIMITS, ...chunking }, firstOffset)) {
          if (event.kind !== 'chunk') continue;
          expect(event.items.length).toBeLessThanOrEqual(chunking.chunkItems);
          for (const item of event.items) {
            const { ordinal, line, position, byteOffset, byteLength, group } = item;
            expect(item.faults).toStrictEqual([]);
            expect(item.bytes.toString()).toBe(
              bytes.toString('utf8', byteOffset - firstOffset, byteOffset - firstOffset + byteLength),
            );
            seen.push(
              show(
                { shipment: event.shipment, ordinal, line, position, byteOffset, byteLength },
                group?.ordinal,
                group?.id,
              ),
            );
          }
          event.release();
        }
        expect(seen).toStrictEqual(expected(file, firstOffset));
      }),
      { numRuns: 400 },
    );
  });

  test('gives shipments with their header fields, ends them with their count, and the envelope at last', () => {
    fc.assert(
      fc.property(randomFile, cuts, sizes, (file, blockSizes, chunking) => {
        const events = [...splitFile(blocks(Buffer.from(file.source), blockSizes), { ...LIMITS, ...chunking }, 0)];
        const starts = events.filter((event): event is ShipmentStart => event.kind === 'shipment');
        expect(starts.map(({ header }) => header)).toStrictEqual(
          file.shipments.map(({ reference, sequenceNo }) => ({
            systemUserCode: file.systemUserCode,
            reference,
            sequenceNo,
          })),
        );
        const ends = events.flatMap((event) => (event.kind === 'shipmentEnd' ? [event.items] : []));
        expect(ends).toStrictEqual(file.shipments.map((_, shipment) => itemsIn(file, shipment).length));
        expect(events[0]?.kind).toBe('root');
        expect(events.at(-1)?.kind).toBe('envelope');
        expectNests(events);
      }),
      { numRuns: 200 },
    );
  });

  test('makes chunks that are documents of the very same items, whole again from the pieces and with known lines', () => {
    const path = join(temporaryFolder(), 'file.xml');
    fc.assert(
      fc.property(randomFile, cuts, sizes, fc.boolean(), (file, blockSizes, chunking, hasBom) => {
        const bytes = Buffer.from(file.source);
        writeFileSync(path, hasBom ? Buffer.concat([BOM, bytes]) : bytes);
        const inChunks: unknown[] = [];
        const options = { ...LIMITS, ...chunking };
        for (const event of splitFile(blocks(bytes, blockSizes), options, hasBom ? BOM.length : 0)) {
          if (event.kind !== 'chunk') continue;
          expectDocument(event, path);
          if (event.document !== null) inChunks.push(...itemsOf(event.document, ITEM_NAMES));
          event.release();
        }
        expect(inChunks).toStrictEqual(itemsOf(bytes, ITEM_NAMES));
      }),
      { numRuns: 300 },
    );
  });

  test('gives raw XML of each item that is a document of its own, with header fields and namespaces', () => {
    fc.assert(
      fc.property(randomFile, sizes, (file, chunking) => {
        const bytes = Buffer.from(file.source);
        const raw: unknown[] = [];
        for (const event of splitFile(blocks(bytes, [64]), { ...LIMITS, ...chunking }, 0)) {
          if (event.kind !== 'chunk') continue;
          const { reference } = file.shipments[event.shipment] ?? { reference: null };
          for (const item of event.items) {
            const xml = event.rawXml(item);
            expect(xml).toContain(file.systemUserCode);
            if (reference === 'ref 1') expect(xml).toContain(reference);
            const found = itemsOf(Buffer.from(xml), ITEM_NAMES);
            expect(found).toHaveLength(1);
            raw.push(...found);
          }
          event.release();
        }
        expect(raw).toStrictEqual(itemsOf(bytes, ITEM_NAMES));
      }),
      { numRuns: 150 },
    );
  });

  test('gives exactly the items that are left when some are passed over', () => {
    fc.assert(
      fc.property(randomFile, cuts, sizes, fc.nat({ max: 8 }), (file, blockSizes, chunking, passOver) => {
        const seen: string[] = [];
        for (const event of splitFile(blocks(Buffer.from(file.source), blockSizes), { ...LIMITS, ...chunking }, 0)) {
          if (event.kind === 'shipment') event.passOver = passOver;
          if (event.kind !== 'chunk') continue;
          for (const item of event.items) {
            seen.push(show({ shipment: event.shipment, ...placed(item) }, item.group?.ordinal, item.group?.id));
          }
          event.release();
        }
        const left = expected(file, 0).filter((one) => (JSON.parse(one) as { ordinal: number }).ordinal > passOver);
        expect(seen).toStrictEqual(left);
      }),
      { numRuns: 200 },
    );
  });

  test('gives nothing of a shipment that is passed over whole, and still reads it to its end', () => {
    fc.assert(
      fc.property(randomFile, sizes, (file, chunking) => {
        const kinds: string[] = [];
        for (const event of splitFile(blocks(Buffer.from(file.source), [100]), { ...LIMITS, ...chunking }, 0)) {
          if (event.kind === 'shipment') event.passOver = Number.POSITIVE_INFINITY;
          kinds.push(event.kind === 'shipmentEnd' ? `${event.kind} ${event.items}` : event.kind);
        }
        const counts = file.shipments.flatMap((_, shipment) => [
          'shipment',
          `shipmentEnd ${itemsIn(file, shipment).length}`,
        ]);
        expect(kinds).toStrictEqual(['root', ...counts, 'envelope']);
      }),
      { numRuns: 50 },
    );
  });

  test('refuses a file that is cut short anywhere, at the place where it ends', () => {
    fc.assert(
      fc.property(randomFile, fc.double({ min: 0, max: 0.999, noNaN: true }), cuts, ({ source }, where, blockSizes) => {
        const end = source.lastIndexOf('</');
        const cut = Buffer.from(source.slice(0, Math.floor(where * end)));
        const options: SplitOptions = { ...LIMITS, chunkItems: 3, chunkBytes: 4096 };
        expect(() => [...splitFile(blocks(cut, blockSizes), options, 0)]).toThrow(/cut short|no XML element|is empty/);
      }),
      { numRuns: 200 },
    );
  });
});

/** Blocks that are overwritten as soon as the next one is asked for, as those of a real file are. */
function* blocks(bytes: Buffer, blockSizes: readonly number[]): Generator<Buffer> {
  let turn = 0;
  for (let at = 0; at < bytes.length; ) {
    const size = Math.min(blockSizes[turn++ % blockSizes.length] ?? 1, bytes.length - at);
    const block = Buffer.from(bytes.subarray(at, at + size));
    yield block;
    block.fill('<');
    at += size;
  }
}

function itemsIn(file: MadeFile, shipment: number): MadeItem[] {
  return file.items.filter((one) => one.shipment === shipment);
}

function expected(file: MadeFile, firstOffset: number): string[] {
  return file.shipments.flatMap((_, shipment) =>
    itemsIn(file, shipment).map((item, index) => {
      const before = file.source.slice(0, item.start);
      const lines = before.split('\n');
      return show(
        {
          shipment,
          ordinal: index + 1,
          line: lines.length,
          position: [...(lines.at(-1) ?? '')].length + 1,
          byteOffset: firstOffset + Buffer.byteLength(before),
          byteLength: Buffer.byteLength(file.source.slice(item.start, item.end)),
        },
        item.group ?? undefined,
        item.groupId ?? undefined,
      );
    }),
  );
}

interface Placed {
  readonly ordinal: number;
  readonly line: number;
  readonly position: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

function placed({ ordinal, line, position, byteOffset, byteLength }: ChunkItem): Placed {
  return { ordinal, line, position, byteOffset, byteLength };
}

function show(item: Placed & { shipment: number }, group: number | undefined, id: string | null | undefined): string {
  return JSON.stringify({ ...item, group: group ?? null, id: id ?? null });
}

function expectDocument(chunk: Chunk, path: string): void {
  const { document, pieces, items } = chunk;
  if (document === null || pieces === null) {
    expect(items).toStrictEqual([]);
    return;
  }
  expect(assemble(path, pieces).equals(document)).toBe(true);
  expect(chunk.ownerOfLine(1)).toBe(null);
  for (const item of items) {
    const { documentStart, documentLine, bytes } = item;
    expect(document.subarray(documentStart, documentStart + bytes.length).equals(bytes)).toBe(true);
    expect(documentLine).toBe(1 + countNewlines(document.subarray(0, documentStart)));
    for (const line of [documentLine, documentLine + countNewlines(bytes)]) expect(chunk.ownerOfLine(line)).toBe(item);
    const before = chunk.ownerOfLine(documentLine - 1);
    if (item.group !== null && !(before instanceof ChunkItem)) expect(before).toBe(item.group);
  }
}

/** Chunks stand between the start and the end of their own shipment. */
function expectNests(events: readonly SplitEvent[]): void {
  let open: number | null = null;
  for (const event of events) {
    if (event.kind === 'shipment') open = event.index;
    else if (event.kind === 'chunk') expect(event.shipment).toBe(open);
    else if (event.kind === 'shipmentEnd') expect(event.index).toBe(open);
  }
}
