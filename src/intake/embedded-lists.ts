import type { EmbeddedXml } from '../formats/item-mapper.js';
import type { ChunkItem } from '../xml/chunk.js';
import type { XmlItem } from '../xml/element.js';
import type { EmbeddedRanges } from '../xml/validator-protocol.js';

export interface EmbeddedList {
  readonly schema: string | null;
  readonly documents: {
    readonly index: number;
    /** Which one of the item's it is. */
    readonly which: number;
    readonly start: number;
    readonly end: number;
  }[];
}

/** The XML inside values, by the schema it must be valid against; places are in the chunk's document. */
export class EmbeddedLists {
  readonly #bySchema = new Map<string | null, EmbeddedList>();

  get all(): readonly EmbeddedList[] {
    return [...this.#bySchema.values()];
  }

  /** @param index of the item in its chunk */
  add(index: number, { documentStart }: ChunkItem, xml: XmlItem, embedded: readonly EmbeddedXml[]): void {
    for (let which = 0; which < embedded.length; which++) {
      const { holder, schema } = embedded[which] as EmbeddedXml;
      const { start, end } = xml.innerBytes(holder);
      const document = { index, which, start: documentStart + start, end: documentStart + end };
      const known = this.#bySchema.get(schema);
      if (known === undefined) this.#bySchema.set(schema, { schema, documents: [document] });
      else known.documents.push(document);
    }
  }
}

export function rangesOf({ schema, documents }: EmbeddedList): EmbeddedRanges {
  const ranges = new Float64Array(2 * documents.length);
  documents.forEach(({ start, end }, i) => {
    ranges[2 * i] = start;
    ranges[2 * i + 1] = end;
  });
  return { schema, ranges };
}
