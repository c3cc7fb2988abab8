import type { Mailbox } from '../config/mailboxes.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Candidate } from './inbox.js';

type LeftFile = Pick<Candidate, 'mailbox' | 'name'>;

/** Tells why files are left in an inbox: of each once, however often it is met again, unless the reason is another. */
export class LeftNotices {
  readonly #onNotice: (text: string) => void;
  readonly #told = new Map<string, { readonly mailbox: Mailbox; readonly reason: string }>();

  constructor(onNotice: (text: string) => void) {
    this.#onNotice = onNotice;
  }

  tell(file: LeftFile, why: string): void {
    const { mailbox, name } = file;
    // How much of a disk is free changes all the time, and is no other reason.
    const reason = why.replace(/[0-9]+/g, '');
    if (this.#told.get(keyOf(file))?.reason === reason) return;
    this.#told.set(keyOf(file), { mailbox, reason });
    const inbox = mailbox.owner === null ? 'the inbox' : `the inbox of ${mailbox.owner}`;
    this.#onNotice(`Left in ${inbox}: ${maskPersonNumbers(name)}: ${why}.`);
  }

  /**
   * Forgets those that are there no more: a file that comes again is another one.
   * @param isUnseen whether nobody has looked into that mailbox
   */
  keep(present: readonly LeftFile[], isUnseen: (mailbox: Mailbox) => boolean): void {
    const keys = new Set(present.map(keyOf));
    for (const [key, { mailbox }] of this.#told) if (!keys.has(key) && !isUnseen(mailbox)) this.#told.delete(key);
  }
}

function keyOf({ mailbox, name }: LeftFile): string {
  return `${mailbox.owner ?? ''}/${name}`;
}
