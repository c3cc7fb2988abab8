import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allDocuments, anchors, document, inlineCode, linkedFile, ROOT, relativeLinks } from './markdown.js';

describe('the documents', () => {
  test('link to files and headings that are there', () => {
    const broken = allDocuments().flatMap((one) =>
      relativeLinks(one)
        .filter((link) => !leadsSomewhere(linkedFile(one, link), link.split('#')[1]))
        .map((link) => `${one.path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test('name source and test files that are there', () => {
    const missing = allDocuments().flatMap((one) =>
      inlineCode(one)
        .filter((code) => /^(src|test|schemas|examples|scripts|bench|deploy)\/[\w./-]*$/.test(code))
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${one.path}: ${path}`),
    );
    // A migration that is yet to be written stands for any.
    expect(missing.filter((one) => !one.includes('src/store/migrations/'))).toEqual([]);
  });

  test('of the decisions are numbered without a gap, and each says context, decision and consequences', () => {
    const decisions = allDocuments().filter(({ path }) => path.startsWith('docs/decisions/'));
    const numbers = decisions.map(({ path }) => path.slice('docs/decisions/'.length, 'docs/decisions/NNN'.length));
    expect(numbers).toEqual(decisions.map((_, index) => String(index + 1).padStart(3, '0')));
    for (const { path, text } of decisions) {
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      expect(headings, path).toEqual(['Context', 'Decision', 'Consequences']);
    }
  });
});

function leadsSomewhere(file: string, anchor: string | undefined): boolean {
  if (!existsSync(join(ROOT, file))) return false;
  return anchor === undefined || anchors(document(file)).includes(anchor);
}
