import { type Issue, IssueCode, issue } from '../domain/issue.js';

/** The encodings that a file may be written in. */
export type Encoding = 'UTF-8' | 'US-ASCII' | 'UTF-16LE' | 'UTF-16BE' | 'ISO-8859-1' | 'Windows-1252';

export interface DetectedEncoding {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark, 0 when there is none. */
  readonly bomBytes: number;
  /** Where the declaration says `encoding="..."`, in characters after the byte order mark; null when it says nothing. */
  readonly declared: { readonly start: number; readonly end: number } | null;
}

/** How many bytes of a file's start tell its encoding; an XML declaration has to end within them. */
export const HEAD_BYTES = 4096;

export const SUPPORTED_ENCODINGS = 'UTF-8, UTF-16, ISO-8859-1 or Windows-1252';

/**
 * Tells the encoding of a file by its byte order mark or its XML declaration; UTF-8 when it has neither.
 * @param head the file's first bytes: HEAD_BYTES of them, or all when it is shorter
 * @returns an Issue when the encoding is not supported, the declaration is broken, or it contradicts the bytes
 */
export function detectEncoding(head: Buffer): DetectedEncoding | { readonly issue: Issue } {
  const form = byteForm(head);
  if (typeof form === 'string') return refusedAt(1, form);
  const text = decodeHead(head, form);
  const misplaced = /^[ \t\r\n]+(?=<\?xml[ \t\r\n])/.exec(text);
  if (misplaced) {
    return refusedAfter(
      misplaced[0],
      'The XML declaration must be the very first thing in the file, before any space.',
    );
  }
  if (!/^<\?xml[ \t\r\n?]/.test(text)) return withoutDeclaration(form);
  return withDeclaration(text, form);
}

/** How characters are laid out in bytes, as far as the bytes themselves tell. */
interface ByteForm {
  readonly family: '8-bit' | 'UTF-16LE' | 'UTF-16BE';
  readonly bomBytes: number;
}

/** The form, or the reason why it can't be read. */
function byteForm(head: Buffer): ByteForm | string {
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  if (starts(0xff, 0xfe, 0, 0) || starts(0, 0, 0xfe, 0xff) || starts(0x3c, 0, 0, 0) || starts(0, 0, 0, 0x3c)) {
    return `The file is written in UTF-32, which is not supported. Save it as ${SUPPORTED_ENCODINGS}.`;
  }
  if (starts(0x4c, 0x6f, 0xa7, 0x94)) {
    return `The file is written in EBCDIC, which is not supported. Save it as ${SUPPORTED_ENCODINGS}.`;
  }
  if (starts(0xef, 0xbb, 0xbf)) return { family: '8-bit', bomBytes: 3 };
  if (starts(0xff, 0xfe)) return { family: 'UTF-16LE', bomBytes: 2 };
  if (starts(0xfe, 0xff)) return { family: 'UTF-16BE', bomBytes: 2 };
  if (head.length > 1 && head[0] !== 0 && head[1] === 0) return { family: 'UTF-16LE', bomBytes: 0 };
  if (head.length > 1 && head[0] === 0 && head[1] !== 0) return { family: 'UTF-16BE', bomBytes: 0 };
  return { family: '8-bit', bomBytes: 0 };
}

/** The head as text, one character a byte or a UTF-16 unit: a declaration is ASCII, so nothing else matters here. */
function decodeHead(head: Buffer, form: ByteForm): string {
  const bytes = head.subarray(form.bomBytes);
  if (form.family === '8-bit') return bytes.toString('latin1');
  const whole = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return (form.family === 'UTF-16BE' ? whole.swap16() : whole).toString('utf16le');
}

function withoutDeclaration(form: ByteForm): DetectedEncoding | { readonly issue: Issue } {
  if (form.family === '8-bit') return { encoding: 'UTF-8', bomBytes: form.bomBytes, declared: null };
  if (form.bomBytes > 0) return { encoding: form.family, bomBytes: form.bomBytes, declared: null };
  return refusedAt(
    1,
    'The file looks like UTF-16, but has neither a byte order mark nor an XML declaration that says so. ' +
      'Save it as UTF-8, or as UTF-16 with a byte order mark.',
  );
}

const SPACE = '[ \\t\\r\\n]';
const DECLARATION = new RegExp(
  `^<\\?xml${SPACE}+version${SPACE}*=${SPACE}*("[^"]*"|'[^']*')` +
    `(?:${SPACE}+(encoding${SPACE}*=${SPACE}*("[^"]*"|'[^']*')))?` +
    `(?:${SPACE}+standalone${SPACE}*=${SPACE}*(?:"yes"|"no"|'yes'|'no'))?${SPACE}*\\?>$`,
  'd',
);

function withDeclaration(text: string, form: ByteForm): DetectedEncoding | { readonly issue: Issue } {
  const end = text.indexOf('?>');
  if (end < 0) return refusedAt(1, `The XML declaration is not ended by ?> within the first ${HEAD_BYTES} bytes.`);
  const found = DECLARATION.exec(text.slice(0, end + 2));
  if (!found) {
    return refusedAt(1, 'The XML declaration is not well-formed. Write <?xml version="1.0" encoding="UTF-8"?>, say.');
  }
  const at = (group: number) => found.indices?.[group]?.[0] ?? 0;
  const version = unquoted(found[1]);
  if (version !== '1.0') {
    return refusedAfter(
      text.slice(0, at(1) + 1),
      `The file is XML version "${shown(version)}"; only 1.0 is supported.`,
    );
  }
  if (found[2] === undefined) return withoutName(form);
  const name = unquoted(found[3]);
  const encoding = encodingNamed(name, form);
  if (typeof encoding !== 'string') return refusedAfter(text.slice(0, at(3) + 1), encoding.why);
  return { encoding, bomBytes: form.bomBytes, declared: { start: at(2), end: at(2) + found[2].length } };
}

/** A declaration that names no encoding; written in UTF-16 it is read as that, mark or not. */
function withoutName(form: ByteForm): DetectedEncoding {
  return { encoding: form.family === '8-bit' ? 'UTF-8' : form.family, bomBytes: form.bomBytes, declared: null };
}

type NamedEncoding = Encoding | 'UTF-16';

const NAMES: ReadonlyMap<string, NamedEncoding> = new Map<string, NamedEncoding>([
  ...names('UTF-8', 'UTF-8 UTF8'),
  ...names('US-ASCII', 'US-ASCII ASCII ISO646-US'),
  ...names('UTF-16', 'UTF-16 UTF16 ISO-10646-UCS-2 UCS-2'),
  ...names('UTF-16LE', 'UTF-16LE UTF16LE UCS-2LE'),
  ...names('UTF-16BE', 'UTF-16BE UTF16BE UCS-2BE'),
  ...names('ISO-8859-1', 'ISO-8859-1 ISO8859-1 ISO_8859-1 ISO88591 ISO-IR-100 LATIN1 LATIN-1 L1 IBM819 CP819'),
  ...names('Windows-1252', 'WINDOWS-1252 WINDOWS1252 CP1252 CP-1252 X-CP1252'),
]);

function names(encoding: NamedEncoding, spellings: string): [string, NamedEncoding][] {
  return spellings.split(' ').map((spelling) => [spelling, encoding]);
}

/** What the declared name means for these bytes, or why it can't be so. */
function encodingNamed(name: string, form: ByteForm): Encoding | { readonly why: string } {
  const named = NAMES.get(name.toUpperCase());
  if (named === undefined) {
    return { why: `The encoding "${shown(name)}" is not supported. Save the file as ${SUPPORTED_ENCODINGS}.` };
  }
  if (form.family === '8-bit') {
    if (named === 'UTF-16' || named === 'UTF-16LE' || named === 'UTF-16BE') {
      return contradiction(name, 'its bytes are those of an 8-bit encoding such as UTF-8');
    }
    if (form.bomBytes > 0 && named !== 'UTF-8')
      return contradiction(name, 'it starts with the byte order mark of UTF-8');
    return named;
  }
  if (named === 'UTF-16' || named === form.family) return form.family;
  return contradiction(name, `its bytes are ${form.family}`);
}

function contradiction(name: string, bytes: string): { readonly why: string } {
  return {
    why:
      `The XML declaration says encoding="${shown(name)}", but ${bytes}. ` +
      'Save the file again in the encoding that its declaration names, or correct the declaration.',
  };
}

function unquoted(value: string | undefined): string {
  return (value ?? '').slice(1, -1);
}

/** What a hostile file says, safe to repeat in a text. */
function shown(value: string): string {
  const plain = value.replace(/[^ -~]/g, '?');
  return plain.length > 40 ? `${plain.slice(0, 40)}...` : plain;
}

function refusedAt(position: number, message: string): { readonly issue: Issue } {
  return { issue: issue(IssueCode.GeneralError, 'Error', message, { line: 1, position }) };
}

function refusedAfter(before: string, message: string): { readonly issue: Issue } {
  const lines = before.split('\n');
  const place = { line: lines.length, position: (lines.at(-1) ?? '').length + 1 };
  return { issue: issue(IssueCode.GeneralError, 'Error', message, place) };
}
