import { accessSync, constants, statSync } from 'node:fs';
import { IoFault } from '../domain/faults.js';

/** @throws IoFault when a file that was named on the command line can't be read, saying why */
export function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
    const stats = statSync(file);
    if (stats.isDirectory()) throw new IoFault(`${file} is a folder: name the files in it.`);
    if (!stats.isFile()) throw new IoFault(`${file} is no regular file: save it as one, then name that.`);
  } catch (cause) {
    if (cause instanceof IoFault) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const remedy = reason === 'ENOENT' ? 'check the name' : 'check its permissions';
    throw new IoFault(`${file} can't be read (${reason}): ${remedy}.`, { cause });
  }
}
