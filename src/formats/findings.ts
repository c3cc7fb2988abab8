import { type Issue, IssueCode, type IssueLevel, issue, type Place } from '../domain/issue.js';
import type { XmlElement, XmlItem } from '../xml/element.js';

/** No item needs more to be mended, and a place costs a look through the item: an item of 300,000 faults stays cheap. */
const MOST = 100;

/** Gathers the Issues of one item on its way through a mapper; places are worked out only when there is one. */
export class Findings {
  readonly #item: XmlItem;
  readonly #reference: string | null;
  readonly #issues: Issue[] = [];
  #failed = false;

  constructor(item: XmlItem, reference: string | null) {
    this.#item = item;
    this.#reference = reference;
  }

  /** Fails the item. Without a place of its own it stands at the item's start. */
  error(code: number, message: string, at?: XmlElement | Place): void {
    // The first error is always listed: an item must not fail without an Issue that says why.
    if (this.#hasRoom() || !this.#failed) this.#add(code, 'Error', message, at);
    this.#failed = true;
  }

  /** Goes with the item without failing it. */
  warning(code: number, message: string, at?: XmlElement | Place): void {
    if (this.#hasRoom()) this.#add(code, 'Warning', message, at);
  }

  get issues(): readonly Issue[] {
    return this.#issues;
  }

  get failed(): boolean {
    return this.#failed;
  }

  #hasRoom(): boolean {
    if (this.#issues.length === MOST) {
      const message = `There are more issues with this item; only the first ${MOST} of them and its first error are listed.`;
      this.#add(IssueCode.GeneralError, 'Information', message, undefined);
    }
    return this.#issues.length < MOST;
  }

  #add(code: number, level: IssueLevel, message: string, at: XmlElement | Place = this.#item.root): void {
    const place = 'line' in at ? at : this.#item.placeOf(at);
    this.#issues.push(issue(code, level, message, place, this.#reference));
  }
}
