/** Items of a file that has been archived or rejected, as documents of their own. */
import type { Home } from '../config/home.js';
import type { Shipment } from '../store/shipment-store.js';
import { encodingOf, utf8Blocks } from '../xml/decode.js';
import { splitFile } from '../xml/split.js';

export interface DocumentFromFile {
  readonly ordinal: number;
  readonly rawXml: string;
}

/** Items are looked for in a file that has passed the gate once: no item that was accepted then is too large now. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * All items of a shipment, in file order, each as it would have been kept had it failed; read as they are asked for.
 * @param after leaves out those up to this one
 */
export function* documentsOf(
  path: string,
  shipment: Pick<Shipment, 'format'>,
  { settings }: Pick<Home, 'settings'>,
  after = 0,
): Generator<DocumentFromFile> {
  const { bomBytes, encoding } = encodingOf(path);
  const blocks = utf8Blocks(path, { reuseBlocks: true });
  const limits = { ...settings, maxItemBytes: NO_LIMIT };
  let index = -1;
  for (const event of splitFile(blocks, limits, encoding === 'UTF-8' ? bomBytes : 0)) {
    if (event.kind === 'shipment') {
      const isWanted = event.layout.format === shipment.format;
      event.passOver = isWanted ? after : Number.POSITIVE_INFINITY;
      if (isWanted) index = event.index;
    } else if (event.kind === 'chunk') {
      for (const item of event.items) yield { ordinal: item.ordinal, rawXml: event.rawXml(item) };
      event.release();
    } else if (event.kind === 'shipmentEnd' && event.index === index) return;
  }
}
