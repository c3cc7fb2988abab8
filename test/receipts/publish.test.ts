import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InternalFault, IoFault } from '../../src/domain/faults.js';
import { asIoFault } from '../../src/receipts/io-fault.js';
import { publishAtomically } from '../../src/receipts/publish.js';
import { writeChunks } from '../../src/receipts/write-chunks.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function faultOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

describe('publishing', () => {
  test('puts the whole content in place, as UTF-8, and leaves nothing beside it', () => {
    const path = join(folder, 'a.7.receipt.xml');
    publishAtomically(path, ['blå', 'bær 😀', 'x'.repeat(300_000)], 0o640);
    expect(readFileSync(path, 'utf8')).toBe(`blåbær 😀${'x'.repeat(300_000)}`);
    expect(readdirSync(folder)).toEqual(['a.7.receipt.xml']);
  });

  test('puts a large content in place just so, and keeps no file open', () => {
    const path = join(folder, 'a.xml');
    const chunks = Array.from({ length: 300 }, (_, at) => String(at).padStart(100_000, 'å'));
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    publishAtomically(path, chunks, 0o640);
    expect(open()).toBe(before);
    expect(readFileSync(path, 'utf8') === chunks.join('')).toBe(true);
  });

  test.each([0o640, 0o666, 0o600])('gives the file exactly the mode asked for, whatever the umask (%o)', (mode) => {
    const path = join(folder, 'a.xml');
    publishAtomically(path, ['a'], mode);
    expect(statSync(path).mode & 0o7777).toBe(mode);
  });

  test('replaces an earlier file of that name', () => {
    const path = join(folder, 'a.xml');
    publishAtomically(path, ['longer than the next one'], 0o640);
    publishAtomically(path, ['new'], 0o640);
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('shows nothing under its name until all is written', () => {
    const path = join(folder, 'a.xml');
    const seen: string[][] = [];
    function* chunks(): Generator<string> {
      yield 'a';
      seen.push(readdirSync(folder));
      yield 'b';
    }
    publishAtomically(path, chunks(), 0o640);
    expect(seen).toEqual([[`.a.xml.tmp-${process.pid}`]]);
  });

  test('works for a name as long as a folder can hold', () => {
    const name = `${'å'.repeat(100)}${'x'.repeat(51)}.xml`;
    expect(Buffer.byteLength(name)).toBe(255);
    publishAtomically(join(folder, name), ['a'], 0o640);
    expect(readdirSync(folder)).toEqual([name]);
  });

  test('goes over a temporary file that an earlier process of the same id left', () => {
    writeFileSync(join(folder, `.a.xml.tmp-${process.pid}`), 'half');
    publishAtomically(join(folder, 'a.xml'), ['a'], 0o640);
    expect(readdirSync(folder)).toEqual(['a.xml']);
  });
});

describe('publishing that fails', () => {
  test('on a full disk keeps the earlier file, removes its own, and says that space is needed', () => {
    const path = join(folder, 'a.xml');
    publishAtomically(path, ['earlier'], 0o640);
    let closed = false;
    function* chunks(): Generator<string> {
      try {
        yield 'first';
        // From here on the file being written is a device that is always full.
        closeSync(descriptorOf(`.a.xml.tmp-${process.pid}`));
        openSync('/dev/full', 'w');
        yield 'second';
      } finally {
        closed = true;
      }
    }
    const fault = faultOf(() => publishAtomically(path, chunks(), 0o640));
    expect(fault).toBeInstanceOf(IoFault);
    expect(String(fault)).toContain(`Could not write ${path}: ENOSPC. The disk is full`);
    expect(readdirSync(folder)).toEqual(['a.xml']);
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(closed).toBe(true);
  });

  test('where a file stands in the place of the folder names the path and what to do', () => {
    writeFileSync(join(folder, 'outbox'), '');
    const path = join(folder, 'outbox', 'a.xml');
    const fault = faultOf(() => publishAtomically(path, ['a'], 0o640));
    expect(fault).toBeInstanceOf(IoFault);
    expect(String(fault)).toContain(`${path}: ENOTDIR. Something that is no folder stands in the place of its folder`);
  });

  test('where the folder is missing says to make it', () => {
    const fault = faultOf(() => publishAtomically(join(folder, 'outbox', 'a.xml'), ['a'], 0o640));
    expect(fault).toBeInstanceOf(IoFault);
    expect(String(fault)).toContain('ENOENT. The folder is not there: make it');
  });

  test('where a folder stands in the place of the file removes its temporary file and leaves that folder', () => {
    const path = join(folder, 'a.xml');
    mkdirSync(path);
    const fault = faultOf(() => publishAtomically(path, ['a'], 0o640));
    expect(fault).toBeInstanceOf(IoFault);
    expect(String(fault)).toContain(`${path}: EISDIR. A folder stands in its place`);
    expect(readdirSync(folder)).toEqual(['a.xml']);
  });

  test('because its content can not be had comes through as it is, and leaves nothing', () => {
    const cause = new InternalFault('no content');
    function* chunks(): Generator<string> {
      yield 'a';
      throw cause;
    }
    expect(faultOf(() => publishAtomically(join(folder, 'a.xml'), chunks(), 0o640))).toBe(cause);
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('writing goes on where the system took only a part', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const content = 'x'.repeat(4_000_000);
    // An unread pipe takes the first part, then nothing: it is the second write that fails.
    expect(String(faultOf(() => writeChunks(descriptor, [content])))).toContain('EAGAIN');
    expect(readSync(descriptor, Buffer.alloc(4_000_000))).toBeGreaterThan(0);
  } finally {
    closeSync(descriptor);
  }
});

describe('what an operating system error becomes', () => {
  test.each([
    ['EACCES', 'right to write'],
    ['EPERM', 'right to write'],
    ['EROFS', 'read-only'],
    ['EDQUOT', 'quota'],
    ['EFBIG', 'file size limit'],
    ['EIO', 'See to that disk'],
  ])('%s is an IoFault with its remedy, its path and its cause', (code, remedy) => {
    const cause = Object.assign(new Error(code), { code, syscall: 'open' });
    const fault = asIoFault(cause, 'write', '/out/a.xml');
    expect(fault).toBeInstanceOf(IoFault);
    expect(fault).toMatchObject({ cause });
    expect(String(fault)).toContain(`Could not write /out/a.xml: ${code}.`);
    expect(String(fault)).toContain(remedy);
  });

  test('a person number in a path is masked', () => {
    const fault = asIoFault(
      Object.assign(new Error('x'), { code: 'EIO', syscall: 'open' }),
      'write',
      '/01010112345.xml',
    );
    expect(String(fault)).toContain('/010101*****.xml');
  });

  test('an error that is not the system its own stays what it is', () => {
    const error = new TypeError('ours');
    expect(asIoFault(error, 'write', '/a')).toBe(error);
  });
});

/** The descriptor of this process under which a file of that name is open. */
function descriptorOf(name: string): number {
  for (const descriptor of readdirSync('/proc/self/fd')) {
    const target = faultFree(() => readlinkSync(`/proc/self/fd/${descriptor}`));
    if (target === join(folder, name)) return Number(descriptor);
  }
  throw new Error(`${name} is not open`);
}

function faultFree(work: () => string): string {
  try {
    return work();
  } catch {
    return '';
  }
}
