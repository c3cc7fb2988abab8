import type { Home } from '../config/home.js';
import { type Mailbox, mailboxName } from '../config/mailboxes.js';
import { IoFault } from '../domain/faults.js';

/** A mailbox's own folder can't be read or written: that stops its files, and nobody else's. */
export class MailboxFault extends IoFault {
  constructor(
    readonly mailbox: Mailbox,
    cause: IoFault,
  ) {
    super(cause.message, { cause });
  }
}

/** Runs work on the folders of a mailbox. @throws MailboxFault in the place of an IoFault */
export function inMailbox<T>(mailbox: Mailbox, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof IoFault && !(error instanceof MailboxFault) ? new MailboxFault(mailbox, error) : error;
  }
}

/**
 * Mailboxes whose folders have failed: they are left alone, what is in work of them too, while the others go on. In a
 * home that has no others, the fault ends the run as any other does.
 */
export class MailboxTroubles {
  readonly #home: Home;
  readonly #onNotice: (text: string) => void;
  readonly #since = new Map<string | null, number>();

  constructor(home: Home, onNotice: (text: string) => void) {
    this.#home = home;
    this.#onNotice = onNotice;
  }

  get any(): boolean {
    return this.#since.size > 0;
  }

  isOut({ owner }: Pick<Mailbox, 'owner'>): boolean {
    return this.#since.has(owner);
  }

  /** @returns what the work returns; null when the mailbox is out, or is now */
  attempt<T>(mailbox: Mailbox, work: () => T): T | null {
    if (this.isOut(mailbox)) return null;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof IoFault)) throw error;
      this.note(mailbox, error);
      return null;
    }
  }

  /** @throws the fault itself when there is no other mailbox that could go on */
  note({ owner }: Mailbox, fault: IoFault): void {
    if (this.#home.mailboxes.length === 1) throw fault;
    this.#since.set(owner, performance.now());
    const name = mailboxName(owner);
    this.#onNotice(
      `${fault.message} Until then ${name} ${owner === null ? 'are' : 'is'} left alone; the others go on.`,
    );
  }

  /** Gives those another try that have been left alone so long. @returns whether there are any */
  tryAgain(afterSeconds: number): boolean {
    const now = performance.now();
    const due = [...this.#since].filter(([, since]) => now - since >= afterSeconds * 1000);
    for (const [owner] of due) this.#since.delete(owner);
    return due.length > 0;
  }
}
