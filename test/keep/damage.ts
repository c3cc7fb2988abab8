import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

/** Overwrites pages in the middle of a database, as a failing disk would. */
export function damage(file: string): void {
  const fd = openSync(file, 'r+');
  const { size } = fstatSync(fd);
  writeSync(fd, Buffer.alloc(Math.floor(size / 4), 0xa5), 0, Math.floor(size / 4), Math.floor(size / 2));
  closeSync(fd);
}
