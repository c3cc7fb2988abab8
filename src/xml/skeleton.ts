const NEWLINE = 0x0a;
const SLASH = 0x2f;

/**
 * The part of a document that stands outside its items, as a document of its own for the schema: each start tag on a
 * line of its own, so that a line of the native parser's fault leads back to a line of the file. A run of items is one
 * empty placeholder, which satisfies the order of its parent and whose own faults are passed over.
 */
export class Skeleton {
  readonly #parts: Buffer[] = [];
  readonly #fileLines: number[] = [];
  readonly #placeholders = new Map<number, string>();
  #length = 0;
  #lastPlaceholder: string | null = null;
  #last: 'start' | 'end' | 'text' = 'end';
  /** Of text behind a start tag: whether elements stand beside it shows later. */
  #textLine: number | null = null;
  #strayTextLine: number | null = null;

  get length(): number {
    return this.#length;
  }

  /** Lines of `bytes()`. */
  get lineCount(): number {
    return this.#fileLines.length;
  }

  /** Line in the file of the first text that stands beside elements; the native parser knows only the element around. */
  get strayTextLine(): number | null {
    return this.#strayTextLine;
  }

  /** A start tag, or what begins with one. */
  startTag(bytes: Buffer, line: number): void {
    this.#beginElement();
    this.#beginLine(line);
    this.#add(bytes);
    this.#lastPlaceholder = null;
    this.#last = bytes.at(-2) === SLASH ? 'end' : 'start';
  }

  text(bytes: Buffer, line: number): void {
    if (this.#last === 'end') this.#strayTextLine ??= line;
    else if (this.#last === 'start') this.#textLine = line;
    this.#add(bytes);
    this.#lastPlaceholder = null;
    this.#last = 'text';
  }

  endTag(bytes: Buffer): void {
    this.#add(bytes);
    this.#lastPlaceholder = null;
    this.#textLine = null;
    this.#last = 'end';
  }

  placeholder(name: string, line: number): void {
    if (this.#lastPlaceholder === name) return;
    this.#beginElement();
    this.#beginLine(line);
    this.#add(Buffer.from(`<${name}/>`));
    this.#placeholders.set(this.#fileLines.length, name);
    this.#lastPlaceholder = name;
    this.#last = 'end';
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }

  /** The line in the file of a line of `bytes()`; both 1-based. */
  fileLine(line: number): number {
    return this.#fileLines[line - 1] ?? this.#fileLines.at(-1) ?? 1;
  }

  /** The qualified name of the placeholder on that line; undefined when none stands there. */
  placeholderOn(line: number): string | undefined {
    return this.#placeholders.get(line);
  }

  #beginElement(): void {
    if (this.#textLine !== null) this.#strayTextLine ??= this.#textLine;
    this.#textLine = null;
  }

  #beginLine(line: number): void {
    if (this.#fileLines.length > 0) this.#push(Buffer.from('\n'));
    this.#fileLines.push(line);
  }

  #add(bytes: Buffer): void {
    for (const byte of bytes) if (byte === NEWLINE) this.#fileLines.push((this.#fileLines.at(-1) ?? 1) + 1);
    this.#push(bytes);
  }

  #push(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }
}
