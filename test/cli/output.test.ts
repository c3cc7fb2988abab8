import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { logLevel } from '../../src/cli/global-options.js';
import { plain } from '../../src/cli/plain.js';
import { ProgressBar, progressText } from '../../src/cli/progress.js';
import { Table } from '../../src/cli/table.js';
import { jsonLine } from '../../src/domain/json-line.js';
import { builtModule, finished, jsonLines, startAltinnBatch, temporaryFolder } from '../support/cli.js';
import { correspondence, correspondences } from '../support/submissions.js';

const half = { file: 'prefill.xml', bytes: 5_000_000, totalBytes: 10_000_000, items: 3000 };

describe('text for people', () => {
  test('has person numbers masked and control characters replaced, but for line ends and tabs', () => {
    expect(plain('a 01010112345\n\tb\u001B[31m\u009Bc\r')).toBe('a 010101*****\n\tb\uFFFD[31m\uFFFDc\uFFFD');
  });
});

describe('a JSON line', () => {
  test('has person numbers in texts masked, and keeps numbers of eleven digits', () => {
    const line = jsonLine({ text: 'of 01010112345', items: { total: 12_345_678_901 }, receipt: null });
    expect(line).toBe('{"text":"of 010101*****","items":{"total":12345678901},"receipt":null}');
  });
});

describe('a table', () => {
  test('has its titles above the first row, aligned, and cuts nothing off', () => {
    const table = new Table<{ name: string; count: number }>([
      { title: 'NAME', width: 6, value: (one) => one.name },
      { title: 'COUNT', width: 6, right: true, value: (one) => String(one.count) },
      { title: 'END', width: 0, value: () => 'x' },
    ]);
    expect(table.row({ name: 'a', count: 7 })).toBe('NAME     COUNT  END\na            7  x');
    expect(table.row({ name: 'long\nname', count: 12 })).toBe('long name      12  x');
  });
});

describe('the progress bar', () => {
  test('appears when a file takes longer than a second, and goes when it is done', () => {
    const { bar, written, at } = terminal(true);
    bar.update(half);
    at(1000);
    expect(written()).toBe('');
    at(1500);
    bar.update({ ...half, items: 4500 });
    expect(written()).toContain('\r\u001B[Kprefill.xml [##########..........]  50 %');
    expect(written()).toContain('4,500 items  3,000 items/s');
    bar.update(null);
    expect(written().endsWith('\r\u001B[K')).toBe(true);
  });

  test('starts anew with the next file', () => {
    const { bar, written, at } = terminal(true);
    bar.update(half);
    at(900);
    bar.update({ ...half, file: 'next.xml' });
    at(1800);
    bar.update({ ...half, file: 'next.xml' });
    expect(written()).toBe('');
  });

  test('is not there, nor any control character, where there is no terminal', () => {
    const { bar, written, at } = terminal(false);
    bar.update(half);
    at(5000);
    bar.update(half);
    bar.clear();
    bar.update(null);
    expect(written()).toBe('');
  });

  test('shortens the file name first, and stays on one line', () => {
    const text = progressText({ ...half, file: `${'long'.repeat(30)}.xml` }, 1, 100);
    expect(text).toHaveLength(100);
    expect(text.endsWith('3,000 items  3,000 items/s')).toBe(true);
    expect(progressText(half, 1, 20)).toHaveLength(20);
  });

  test('is full for an empty file', () => {
    expect(progressText({ file: 'x', bytes: 0, totalBytes: 0, items: 0 }, 0, 100)).toContain('100 %');
  });
});

describe('the log level', () => {
  test.each([
    ['warn', { quiet: false, verbose: 0 }, 'warn'],
    ['warn', { quiet: false, verbose: 1 }, 'info'],
    ['warn', { quiet: false, verbose: 2 }, 'debug'],
    ['warn', { quiet: false, verbose: 9 }, 'trace'],
    ['trace', { quiet: false, verbose: 1 }, 'trace'],
    ['debug', { quiet: true, verbose: 0 }, 'error'],
    ['silent', { quiet: true, verbose: 0 }, 'silent'],
  ])('%s with %j is %s', (setting, options, level) => {
    expect(logLevel(options, setting)).toBe(level);
  });
});

describe('a log line', () => {
  test('is JSON on stderr with level, time and message, and holds no whole person number', () => {
    const logger = builtModule('cli/logger.js');
    const script = `import { createLogger } from '${logger}';
      const log = createLogger('info');
      log.debug('not shown');
      log.info({ reportee: '01010112345', bytes: 12345678901, err: new Error('bad 01010112345') }, 'of 01010112345');`;
    const stderr = execFileSync(
      'sh',
      ['-c', 'exec "$0" --input-type=module -e "$1" 2>&1 >/dev/null', process.execPath, script],
      {
        encoding: 'utf8',
        cwd: join(import.meta.dirname, '..', '..'),
      },
    );
    const line = JSON.parse(stderr) as Record<string, unknown>;
    expect(line).toMatchObject({
      level: 'info',
      reportee: '010101*****',
      bytes: 12_345_678_901,
      msg: 'of 010101*****',
    });
    expect(line).toMatchObject({ err: { message: 'bad 010101*****' } });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(stderr).not.toContain('01010112345');
  });
});

describe('what is printed into a pipe', () => {
  test('comes out whole, also to a reader who takes its time and after the work is done', async () => {
    const folder = temporaryFolder();
    const faulty = Array.from({ length: 5000 }, (_, at) => correspondence(`REF-${at}`, { CaseId: '0' }));
    writeFileSync(join(folder, 'faulty.xml'), correspondences({ reference: 'C-1' }, ...faulty));
    const child = startAltinnBatch(['validate', '--json', 'faulty.xml'], { cwd: folder });
    const printed = finished(child);
    // Nothing is read for a while: what the system holds of it meanwhile is a fraction of it all.
    child.stdout?.pause();
    await Promise.race([once(child, 'exit'), sleep(2000)]);
    child.stdout?.resume();
    const { exitCode, stdout } = await printed;
    expect(exitCode).toBe(65);
    expect(jsonLines(stdout)).toHaveLength(5000);
  });
});

function terminal(isTTY: boolean) {
  let text = '';
  let now = 0;
  const stream = { isTTY, columns: 120, write: (more: string) => (text += more) };
  return {
    bar: new ProgressBar(stream, () => now),
    written: () => text,
    at: (time: number) => {
      now = time;
    },
  };
}
