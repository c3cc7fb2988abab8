const CHUNK_LENGTH = 65536;

/** Joins small pieces to chunks of about 64 KiB, so that writing them costs few calls; never splits a piece. */
export function* chunked(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length >= CHUNK_LENGTH) {
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}

/**
 * A document's two parts, before and after the line that holds `marker` and nothing else. The marker must be markup: no
 * value can look like it then, because values are escaped.
 */
export function splitAtLine(document: string, marker: string): readonly [before: string, after: string] {
  const at = document.indexOf(marker);
  return [document.slice(0, document.lastIndexOf('\n', at) + 1), document.slice(document.indexOf('\n', at) + 1)];
}
