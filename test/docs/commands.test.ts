import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altinnBatch, jsonLines } from '../support/cli.js';
import { exampleHome, examplePath } from '../support/example-home.js';
import { allDocuments, codeBlocks, document, inlineCode, type Markdown, ROOT } from './markdown.js';

const README = document('README.md');
const FILE = 'one-item-wrong-reportee.xml';

describe('the command lines that the documents show', () => {
  test('name commands and options that there are', async () => {
    const lines = [...new Set(allDocuments().flatMap(commandLines))];
    expect(lines.length).toBeGreaterThan(8);
    const outcomes = await Promise.all(lines.map(faultOf));
    expect(outcomes.filter((fault) => fault !== null)).toEqual([]);
  });
});

describe('the walk through one file in README.md', () => {
  test('shows what really comes out: the table, the receipt, what find says, and the lines of run --json and validate --json', async () => {
    const home = exampleHome(FILE);
    const run = await altinnBatch(['run', '--home', home]);
    expect(run.exitCode).toBe(65);
    expect(run.stdout).toBe(codeBlocks(README, 'text').find(({ text }) => text.startsWith('FILE'))?.text);

    const receipt = readFileSync(join(home, 'outbox', 'one-item-wrong-reportee.1.receipt.xml'), 'utf8');
    const source = readFileSync(examplePath(FILE), 'utf8');
    const shown = codeBlocks(README, 'xml').map(({ text }) => text);
    expect(shown.length).toBe(3);
    for (const xml of shown) expect(undated(source + receipt)).toContain(undated(xml));

    const asked = await altinnBatch(['find', 'SUBSCRIPTION-2010-002', '--home', home]);
    expect(asked.stdout).toBe(codeBlocks(README, 'text').find(({ text }) => text.startsWith('shipment'))?.text);

    const again = exampleHome(FILE);
    const { stdout } = await altinnBatch(['run', '--json', '--home', again]);
    const validated = await altinnBatch(['validate', '--json', '--home', again, examplePath(FILE)]);
    const [issue] = jsonLines(validated.stdout);
    const lines = codeBlocks(README, 'json').map(({ text }) => JSON.parse(text) as Record<string, unknown>);
    const of = (key: string) => JSON.stringify(lines.find((line) => key in line));
    expect(of('batchId')).toBe(stdout.trimEnd());
    expect(of('position')).toBe(JSON.stringify({ ...issue, file: `examples/inbox/${FILE}` }));
    const keys = Object.keys(jsonLines(stdout)[0] ?? {});
    expect([...README.text.matchAll(/^\| `(\w+)` +\| [^`"[{0-9]/gm)].map(([, key]) => key)).toEqual(
      expect.arrayContaining(keys.filter((key) => key !== 'format' && key !== 'status')),
    );
  });
});

describe('the examples in docs/receipts.md', () => {
  test('are texts of receipts as they are written', async () => {
    const files = ['one-item-against-the-schema', 'refused-cut-short', 'refused-unknown-owner'];
    const home = exampleHome(FILE, 'one-item-wrong-short-name.xml', ...files.map((name) => `${name}.xml`));
    const { stdout } = await altinnBatch(['run', '--json', '--home', home]);
    const receipts = jsonLines<{ receipt: string; receiptId: number; file: string }>(stdout).flatMap((one) => {
      const path = join(home, one.receipt);
      const isAltUt = one.file === 'one-item-wrong-short-name.xml';
      return [path, ...(isAltUt ? [path.replace('.receipt.xml', '.govorganreceipt.xml')] : [])];
    });
    const written = undated(
      [...receipts.map((path) => readFileSync(path, 'utf8')), ...(await updatedReceipt())].join('\n'),
    );
    const shown = codeBlocks(document('docs/receipts.md'), 'text', 'xml').map(({ text }) => text.trimEnd());
    // The last of the texts tells of a second delivery: it stands in no receipt of this run.
    const first = shown.filter((text) => !text.includes('was used before'));
    expect(first.length).toBe(shown.length - 1);
    for (const text of first) expect(written).toContain(text.startsWith('<') ? undated(text) : escaped(text));
  });
});

/** What examples/receipt-save.xml is, and what it makes of the receipt that README.md walks through. */
async function updatedReceipt(): Promise<readonly string[]> {
  const home = exampleHome(FILE);
  await altinnBatch(['run', '--home', home]);
  const example = join(ROOT, 'examples', 'receipt-save.xml');
  copyFileSync(example, join(home, 'inbox', 'receipt-save.xml'));
  const { exitCode } = await altinnBatch(['run', '--home', home]);
  expect(exitCode).toBe(0);
  return [example, join(home, 'outbox', 'one-item-wrong-reportee.1.receipt.xml')].map((path) =>
    readFileSync(path, 'utf8'),
  );
}

/** Lines of code blocks, and code in running text, that start the command; comments and schedules cut off. */
function commandLines(one: Markdown): string[] {
  const lines = codeBlocks(one, 'sh', 'text', 'ini').flatMap(({ text }) => text.split('\n'));
  return [...lines, ...inlineCode(one)].flatMap((line) => {
    const command = /(?:^|[\s=])(?:altinn-batch|\S*\/dist\/cli\/main\.js) ([a-z-].*)$/.exec(line)?.[1];
    return command === undefined || /^Description|^ln /.test(line) ? [] : [command.replace(/\s*(>>|\||&&).*$/, '')];
  });
}

async function faultOf(line: string): Promise<string | null> {
  const words = line.split(/\s+/);
  const { exitCode, stdout, stderr } = await altinnBatch([...words, '--help']);
  const named = words
    .filter((word) => word.startsWith('-'))
    .filter((option) => !stdout.includes(`${option} `) && !stdout.includes(`${option},`));
  const usage = /^Usage: altinn-batch((?: [a-z][a-z-]*)+) /.exec(stdout)?.[1]?.trim() ?? '';
  // A group of commands is none itself: its help lists them.
  const isKnown = exitCode === 0 && `${line} `.startsWith(`${usage} `) && !/^Commands:/m.test(stdout);
  return isKnown && named.length === 0 ? null : `${line}: ${stderr || named.join(' ') || usage}`;
}

/** With every time made the same. */
function undated(xml: string): string {
  return xml.replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/g, '2000-01-01T00:00:00');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
