import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A document, with what a test wants to know of it. */
export interface Markdown {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

/** README.md, CHANGELOG.md and all that stands under docs/. */
export function allDocuments(): readonly Markdown[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
  const paths = docs.filter((name) => name.endsWith('.md')).map((name) => join('docs', name));
  return ['README.md', 'CHANGELOG.md', ...paths.sort()].map(document);
}

export function document(path: string): Markdown {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

export function codeBlocks({ text }: Markdown, ...languages: readonly string[]): readonly CodeBlock[] {
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }));
  return languages.length === 0 ? blocks : blocks.filter(({ language }) => languages.includes(language));
}

/** What stands between single backticks, outside code blocks. */
export function inlineCode({ text }: Markdown): readonly string[] {
  return [...withoutCodeBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Links that lead to a file of the repository, or to a heading. */
export function relativeLinks({ text }: Markdown): readonly string[] {
  return [...withoutCodeBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

/** The file that a link in a document leads to, relative to the root. */
export function linkedFile({ path }: Markdown, link: string): string {
  const [file = ''] = link.split('#');
  return file === '' ? path : relative(ROOT, resolve(ROOT, dirname(path), file));
}

/** The anchors that the headings of a document have. */
export function anchors({ text }: Markdown): readonly string[] {
  return [...withoutCodeBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The cells of the rows of the table whose heading row begins with this cell, without the heading. */
export function table({ path, text }: Markdown, firstHeading: string): readonly (readonly string[])[] {
  const rows = text.split('\n').map((line) => (line.startsWith('|') ? cells(line) : null));
  const head = rows.findIndex((row) => row?.[0] === firstHeading);
  if (head === -1) throw new Error(`${path} has no table that begins with ${firstHeading}.`);
  const end = rows.findIndex((row, at) => at > head && row === null);
  return rows.slice(head + 2, end).filter((row) => row !== null);
}

function cells(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function withoutCodeBlocks(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}
