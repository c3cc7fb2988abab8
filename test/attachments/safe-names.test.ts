import { describe, expect, test } from 'vitest';
import { safeNames } from '../../src/attachments/safe-names.js';

describe('the name of a file that an attachment is saved in', () => {
  test.each<[given: string, safe: string]>([
    ['Årsoppgave 2023.pdf', 'Årsoppgave 2023.pdf'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\Windows\\system.ini', 'C__Windows_system.ini'],
    ['/etc/shadow', '_etc_shadow'],
    ['..', 'attachment'],
    ['', 'attachment'],
    ['   ', 'attachment'],
    ['.bashrc', 'bashrc'],
    ['-rf', '_-rf'],
    ['a\0b\nc.txt', 'a_b_c.txt'],
    ['what? "this" <is>|*.txt', 'what_ _this_ _is___.txt'],
    ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
    ['ends with dots. . ', 'ends with dots'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com1.tar.gz', '_Com1.tar.gz'],
    ['console.txt', 'console.txt'],
    ['A\u030a.txt', 'Å.txt'],
  ])('%j is made %j', (given, safe) => {
    expect(safeNames([given])).toEqual([safe]);
  });

  test('is cut where it is too long, but keeps its extension', () => {
    const [name = ''] = safeNames([`${'å'.repeat(300)}.pdf`]);
    expect(Buffer.byteLength(name)).toBe(200);
    expect(name).toMatch(/^å+\.pdf$/);
  });

  test('is never given twice, whatever the capitals, nor is that of the list', () => {
    expect(safeNames(['a.txt', 'A.TXT', 'a.txt', 'a (2).txt', 'SHA256SUMS', 'sha256sums'])).toEqual([
      'a.txt',
      'A (2).TXT',
      'a (3).txt',
      'a (2) (2).txt',
      'SHA256SUMS (2)',
      'sha256sums (3)',
    ]);
  });
});
