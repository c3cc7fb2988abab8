import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Home, makeFolder } from '../config/home.js';
import { applyPermissions } from '../config/permissions.js';
import { InternalFault, IoFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { look, onDisk, removeIfThere, syncFolder, writeWhole } from '../intake/file-system.js';
import type { StoredAttachment } from '../store/attachment-reader.js';
import type { Store } from '../store/store.js';
import { LIST_NAME, safeNames } from './safe-names.js';

export interface SavedAttachment {
  readonly attachment: StoredAttachment;
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Writes attachments into a folder, which is made where it is not there, with a list of their hashes for `sha256sum -c`.
 * Nothing that is there is overwritten: then, and when one can't be written, the folder is left as it was.
 * @throws IoFault when something of one of those names is there, or can't be written
 */
export function saveAttachments(
  { settings }: Home,
  store: Store,
  attachments: readonly StoredAttachment[],
  folder: string,
): readonly SavedAttachment[] {
  const names = safeNames(attachments.map(nameOf));
  const { fileMode, folderMode } = settings;
  onDisk('make the folder', folder, () => makeFolder(folder, folderMode));
  for (const name of [...names, LIST_NAME]) {
    if (look(join(folder, name)) !== null) throw isThere(join(folder, name));
  }
  const written: string[] = [];
  const write = (path: string, content: Buffer) => writeNew(path, content, fileMode, () => written.push(path));
  try {
    const saved = attachments.map((attachment, at): SavedAttachment => {
      const path = join(folder, names[at] ?? '');
      const content = contentOf(store, attachment);
      write(path, content);
      return { attachment, path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
    });
    const list = saved.map(({ sha256 }, at) => `${sha256}  ${names[at]}\n`).join('');
    write(join(folder, LIST_NAME), Buffer.from(list));
    syncFolder(folder);
    return saved;
  } catch (error) {
    for (const path of written) removeIfThere(path);
    throw error;
  }
}

function nameOf({ fileName, name }: StoredAttachment): string {
  return fileName ?? `${name}.xml`;
}

function contentOf(store: Store, attachment: StoredAttachment): Buffer {
  const content = store.attachments.contentOf(attachment);
  if (content === undefined) throw new InternalFault(`The attachment ${attachment.id} was purged meanwhile.`);
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function writeNew(path: string, content: Buffer, mode: number, onMade: () => void): void {
  onDisk('write', path, () => {
    // Never through a link, and never over what somebody has put there meanwhile.
    const fd = openSync(path, 'wx', 0o600);
    onMade();
    try {
      applyPermissions(fd, mode, dirname(path));
      writeWhole(fd, content);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

function isThere(path: string): IoFault {
  return new IoFault(
    `${maskPersonNumbers(path)} is there already, and nothing is overwritten: give another folder with -o, or move it away.`,
  );
}
