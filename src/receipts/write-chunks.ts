import { writeSync } from 'node:fs';

/**
 * Writes all chunks, as UTF-8, to an open file, going on where the system wrote only a part. Throws what `writeSync` throws.
 * @param onWritten told of each chunk's bytes
 */
export function writeChunks(
  descriptor: number,
  chunks: Iterable<string>,
  onWritten: (bytes: number) => void = () => {},
): void {
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk, 'utf8');
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written);
    onWritten(written);
  }
}
