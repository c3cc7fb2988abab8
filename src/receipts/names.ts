const MAX_NAME_BYTES = 255;

/** Name of a shipment's receipt file: `orders.xml` and receipt 7 give `orders.7.receipt.xml`. */
export function receiptFileName(sourceFileName: string, receiptId: number): string {
  return withEnding(sourceFileName, `.${receiptId}.receipt.xml`);
}

/** Name of the second, older kind of receipt that stands beside the receipt of every AltUt file. */
export function legacyReceiptFileName(sourceFileName: string, receiptId: number): string {
  return withEnding(sourceFileName, `.${receiptId}.govorganreceipt.xml`);
}

/** The receipt's id keeps the name unique where a very long one has to be cut. */
function withEnding(sourceFileName: string, ending: string): string {
  const stem = sourceFileName.replace(/\.xml$/i, '');
  return clipBytes(stem, MAX_NAME_BYTES - ending.length) + ending;
}

/** The longest beginning of a name that takes at most `max` bytes of UTF-8, in whole characters. */
export function clipBytes(name: string, max: number): string {
  if (Buffer.byteLength(name) <= max) return name;
  let bytes = 0;
  let clipped = '';
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > max) break;
    clipped += character;
  }
  return clipped;
}
