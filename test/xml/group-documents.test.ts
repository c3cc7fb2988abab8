import { expect, test } from 'vitest';
import type { Chunk, GroupCheck } from '../../src/xml/chunk.js';
import { groupDocuments } from '../../src/xml/group-documents.js';
import { splitFile } from '../../src/xml/split.js';
import { field, prefill, reportee } from './hostile-source.js';

const ID = '<Id>310123455</Id>';
const OPTIONS = {
  maxDepth: 100,
  maxAttributes: 256,
  maxNameLength: 1024,
  maxItemBytes: 1 << 20,
  maxEnvelopeBytes: 1 << 20,
  chunkItems: 1000,
  chunkBytes: 1 << 23,
};

test('hundreds of Reportees without items stand in one document, and each line of it is known to be one of theirs', () => {
  const reportees = Array.from({ length: 300 }, (_, at) => reportee(`<!-- ${at} -->`, ID));
  const [chunk, ...more] = chunksOf(prefill('R', ...reportees));
  expect(more).toStrictEqual([]);
  const [document, ...others] = documentsOf(chunk);
  expect(others).toStrictEqual([]);
  const lines = document?.bytes.toString().split('\n') ?? [];
  expect(document?.groups).toHaveLength(300);
  const owned = lines.map((_, index) => document?.groupOfLine(index + 1) ?? null);
  for (const group of document?.groups ?? []) {
    const own = owned.filter((owner) => owner?.group === group);
    expect(own.map((owner) => owner?.line)).toStrictEqual(own.map((_, index) => index + 1));
    expect(lines[owned.findIndex((owner) => owner?.group === group)]).toMatch(/^<Reportee>/);
  }
  expect(owned.findIndex((owner) => owner !== null)).toBe(lines.findIndex((line) => line.startsWith('<Reportee>')));
  expect(owned.slice(owned.findLastIndex((owner) => owner !== null) + 1)).toStrictEqual([]);
});

test('what the gate has refused stands in no document', () => {
  const [chunk] = chunksOf(prefill('R', reportee('<Id>&x;</Id>'), reportee(ID), reportee(ID, field('F'))));
  const [document] = documentsOf(chunk);
  expect(document?.groups.map(({ ordinal }) => ordinal)).toStrictEqual([2]);
});

test('a document is not made longer than the native parser can count its lines', () => {
  const long = reportee(ID, '<a\n>'.replace('\n', '\n'.repeat(30_000)), '</a>');
  const documents = documentsOf(chunksOf(prefill('R', long, long, long))[0]);
  expect(documents.map(({ groups }) => groups.length)).toStrictEqual([1, 1, 1]);
});

function documentsOf(chunk: Chunk | undefined) {
  const none: readonly GroupCheck[] = [];
  const { wrapper, closing, groupChecks } = chunk ?? {
    wrapper: Buffer.alloc(0),
    closing: Buffer.alloc(0),
    groupChecks: none,
  };
  return [...groupDocuments(wrapper, groupChecks, closing)];
}

function chunksOf(source: string): Chunk[] {
  return [...splitFile([Buffer.from(source)].values(), OPTIONS, 0)].filter((event) => event.kind === 'chunk');
}
