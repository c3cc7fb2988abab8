import { clipBytes } from '../receipts/names.js';

/** The list of hashes beside the files: no attachment gets its name. */
export const LIST_NAME = 'SHA256SUMS';

/**
 * Names under which files can be written into one folder, in the order given: the senders' own as far as they can stand
 * in a file name on Linux, macOS and Windows. None leads out of the folder, is hidden, stands for a device, or is the same
 * as another one but for its capitals.
 */
export function safeNames(given: readonly string[]): readonly string[] {
  const taken = new Set([sameness(LIST_NAME)]);
  return given.map((name) => {
    const safe = safeName(name);
    let free = safe;
    for (let number = 2; taken.has(sameness(free)); number++) free = numbered(safe, number);
    taken.add(sameness(free));
    return free;
  });
}

/** Leaves room for a number, in folders that take names of 255 bytes. */
const MOST_BYTES = 200;
const STANDARD = 'attachment';

/** What Windows takes for a device, with whatever extension. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|\s|$)/i;
/** What separates folders, what Windows keeps for itself, what can't be seen, and halves of characters. */
const UNSAFE = /[/\\:*?"<>|]|\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}|\p{Cs}/gu;

function safeName(given: string): string {
  const plain = given
    .normalize('NFC')
    .replace(UNSAFE, '_')
    .replace(/^[.\s]+/u, '')
    .replace(/[.\s]+$/u, '');
  const { stem, extension } = parts(plain);
  const clipped = clipBytes(stem, MOST_BYTES - Buffer.byteLength(extension)).trimEnd() + extension;
  if (clipped === '') return STANDARD;
  return DEVICE.test(clipped) || clipped.startsWith('-') ? `_${clipped}` : clipped;
}

function numbered(name: string, number: number): string {
  const { stem, extension } = parts(name);
  return `${stem} (${number})${extension}`;
}

const MOST_EXTENSION_BYTES = 20;

/** Of `a.tar.gz` the extension is `.gz`; what is too long for one is none. */
function parts(name: string): { readonly stem: string; readonly extension: string } {
  const at = name.lastIndexOf('.');
  if (at <= 0 || Buffer.byteLength(name.slice(at)) > MOST_EXTENSION_BYTES) return { stem: name, extension: '' };
  return { stem: name.slice(0, at), extension: name.slice(at) };
}

/** What two names have in common that some file system takes for the same. */
function sameness(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase();
}
