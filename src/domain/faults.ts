/**
 * Broken systems, as thrown errors named by their consequence. A bad submission is never one of these: that is an Issue.
 * Each message says what to do about it; `cause` keeps the original.
 */
export abstract class Fault extends Error {
  /** The sysexits code that the command ends with. */
  abstract readonly exitCode: number;

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Wrong use of the command line. */
export class UsageFault extends Fault {
  readonly exitCode = 64;
}

/** What was asked for is not there, or can't be done with it as it is. */
export class NotFoundFault extends Fault {
  readonly exitCode = 65;
}

/** Something of ours is broken. */
export class InternalFault extends Fault {
  readonly exitCode = 70;
}

/** A disk, folder or file that can't be read or written; the work stays where the next run goes on. */
export class IoFault extends Fault {
  readonly exitCode = 74;
}

/** Another process holds this home. */
export class LockedFault extends Fault {
  readonly exitCode = 75;
}

/** Settings, catalogue, schemas or store that the operator must mend first. */
export class ConfigFault extends Fault {
  readonly exitCode = 78;
}
