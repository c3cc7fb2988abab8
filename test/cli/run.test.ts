import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { altinnBatch, builtModule, finished, jsonLines, startAltinnBatch } from '../support/cli.js';
import { dropExample, exampleHome, examplePath } from '../support/example-home.js';

describe('run', () => {
  test('prints one JSON object a shipment, keys in the promised order, and the receipt is there', async () => {
    const home = exampleHome('good-prefill.xml');
    const { exitCode, stdout } = await altinnBatch(['run', '--json', '--home', home]);
    expect(exitCode).toBe(0);
    const [shipment, ...more] = jsonLines(stdout);
    expect(more).toStrictEqual([]);
    expect(Object.keys(shipment ?? {}).join()).toBe(
      'file,batchId,format,systemUserCode,reference,status,items,receiptId,receipt,text',
    );
    expect(Object.keys((shipment?.items as object | undefined) ?? {}).join()).toBe('total,accepted,failed');
    expect(shipment).toMatchObject({ file: 'good-prefill.xml', format: 'prefill', status: 'OK' });
    expect(existsSync(join(home, String(shipment?.receipt)))).toBe(true);
  });

  test('prints a table otherwise, without a control character where there is no terminal', async () => {
    const home = exampleHome('good-prefill.xml', 'one-item-wrong-reportee.xml');
    const { exitCode, stdout, stderr } = await altinnBatch(['run', '--home', home]);
    expect(exitCode).toBe(65);
    expect(stdout).toMatch(/^FILE +FORMAT/);
    expect(stdout).toMatch(/^good-prefill\.xml +prefill .* OK /m);
    expect(stdout).toMatch(/^one-item-wrong-reportee\.xml .* ValidationFailed /m);
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]/u);
  });

  test('prints nothing at all with -q when all is accepted, as cron likes it', async () => {
    const home = exampleHome('good-prefill.xml');
    expect(await altinnBatch(['run', '-q', '--home', home])).toStrictEqual({
      exitCode: 0,
      signal: null,
      stdout: '',
      stderr: '',
    });
    expect(readdirSync(join(home, 'inbox'))).toStrictEqual([]);
  });

  test('prints only what was not accepted with -q', async () => {
    const home = exampleHome('good-prefill.xml', 'refused-doctype.xml');
    const { exitCode, stdout, stderr } = await altinnBatch(['run', '-q', '--json', '--home', home]);
    expect({ exitCode, stderr }).toStrictEqual({ exitCode: 65, stderr: '' });
    expect(jsonLines(stdout)).toMatchObject([{ file: 'refused-doctype.xml' }]);
  });

  test('goes on to the end when the reader of its output has gone', async () => {
    const home = exampleHome('good-prefill.xml', 'good-correspondence.xml', 'good-altut.xml');
    const main = fileURLToPath(builtModule('cli/main.js'));
    const script = '"$0" "$1" run -v --json --home "$2" 2>&1 | true; echo -n $PIPESTATUS';
    const exitCode = execFileSync('bash', ['-c', script, process.execPath, main, home], { encoding: 'utf8' });
    expect(exitCode).toBe('0');
    expect(readdirSync(join(home, 'inbox'))).toStrictEqual([]);
    expect(readdirSync(join(home, 'outbox')).filter((name) => name.endsWith('.receipt.xml'))).toHaveLength(3);
  });
});

describe('watch', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('takes files as they come, and ends with 0 on %s', async (signal) => {
    const home = exampleHome('good-prefill.xml');
    const child = startAltinnBatch(['watch', '--json', '--home', home]);
    const end = finished(child);
    await printed(child, 'good-prefill.xml');
    dropExample(home, 'refused-doctype.xml');
    await printed(child, 'refused-doctype.xml');
    child.kill(signal);
    const { exitCode, stdout } = await end;
    expect(exitCode).toBe(0);
    expect(jsonLines(stdout).map((one) => one.file)).toStrictEqual(['good-prefill.xml', 'refused-doctype.xml']);
  });
});

describe('validate', () => {
  test('prints one JSON object an issue, keys in the promised order, and ends with 65', async () => {
    const home = exampleHome();
    const file = examplePath('one-item-unknown-service.xml');
    const { exitCode, stdout } = await altinnBatch(['validate', '--json', file, '--home', home]);
    expect(exitCode).toBe(65);
    const [issue] = jsonLines(stdout);
    expect(Object.keys(issue ?? {}).join()).toBe('file,item,line,position,level,code,reference,message');
    expect(issue).toMatchObject({ level: 'Error', code: 40013 });
  });

  test('prints the issues as a table, and what it made of each file', async () => {
    const files = ['good-prefill.xml', 'one-item-wrong-reportee.xml'].map(examplePath);
    const { exitCode, stdout } = await altinnBatch(['validate', ...files, '--home', exampleHome()]);
    expect(exitCode).toBe(65);
    expect(stdout).toMatch(/good-prefill\.xml: prefill, valid \(items: \d+, failed: 0, issues: 0\)/);
    expect(stdout).toMatch(/^FILE +LINE:COL +ITEM +LEVEL +CODE +REFERENCE +MESSAGE$/m);
    expect(stdout).toMatch(/one-item-wrong-reportee\.xml: \w+, not valid \(items: \d+, failed: 1, issues: 1\)/);
  });

  test('prints nothing with -q for a file that is valid', async () => {
    const result = await altinnBatch(['validate', '-q', examplePath('good-prefill.xml'), '--home', exampleHome()]);
    expect(result).toStrictEqual({ exitCode: 0, signal: null, stdout: '', stderr: '' });
  });

  test('goes on to the next file when one can not be read, and ends with 74', async () => {
    const bad = examplePath('one-item-wrong-reportee.xml');
    const { exitCode, stdout, stderr } = await altinnBatch([
      'validate',
      '-q',
      'none.xml',
      bad,
      '--home',
      exampleHome(),
    ]);
    expect(exitCode).toBe(74);
    expect(stderr).toContain("none.xml can't be read");
    expect(stdout).toContain('one-item-wrong-reportee.xml');
  });

  test('makes and changes nothing in the home', async () => {
    const home = exampleHome();
    const before = readdirSync(home, { recursive: true }).sort();
    await altinnBatch(['validate', examplePath('good-prefill.xml'), '--home', home]);
    expect(readdirSync(home, { recursive: true }).sort()).toStrictEqual(before);
  });
});

/** Waits until a started command has printed a text on stdout. */
function printed(child: ReturnType<typeof startAltinnBatch>, text: string): Promise<void> {
  return new Promise((resolve) => {
    let seen = '';
    const look = (chunk: Buffer) => {
      seen += chunk.toString('utf8');
      if (!seen.includes(text)) return;
      child.stdout?.off('data', look);
      resolve();
    };
    child.stdout?.on('data', look);
  });
}
