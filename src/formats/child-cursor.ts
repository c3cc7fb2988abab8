import { isNil, type XmlElement } from '../xml/element.js';

/**
 * Reads the children of a schema-valid element in the order of its sequence, each looked at once. For items that come
 * in hundreds of thousands: looking each name up among all children costs several times as much.
 * A name asked for out of order is not found.
 */
export class ChildCursor {
  readonly #children: readonly XmlElement[];
  #next = 0;

  constructor(parent: XmlElement) {
    this.#children = parent.children;
  }

  /** The next child when it has that name, and then goes past it. */
  take(name: string): XmlElement | undefined {
    const child = this.#children[this.#next];
    if (child === undefined || child.name !== name) return undefined;
    this.#next += 1;
    return child;
  }

  /** All children of that name that stand next. */
  takeAll(name: string): XmlElement[] {
    const taken: XmlElement[] = [];
    for (let child = this.take(name); child !== undefined; child = this.take(name)) taken.push(child);
    return taken;
  }

  /** Its text as it stands; null when it is not there. */
  text(name: string): string | null {
    return this.take(name)?.text ?? null;
  }

  /** As text, for types whose white space collapses; null also when nil. */
  token(name: string): string | null {
    const child = this.take(name);
    return child === undefined || isNil(child) ? null : child.text.trim();
  }

  /** An xs:int. */
  integer(name: string): number | null {
    const token = this.token(name);
    return token === null ? null : Number(token);
  }

  /** An xs:boolean. */
  boolean(name: string): boolean | null {
    const token = this.token(name);
    return token === null ? null : token === 'true' || token === '1';
  }
}
