import type { Issue } from '../domain/issue.js';

/** Thrown out of the reading of a file that must be refused whole; caught where the file's story is told. */
export class Refusal extends Error {
  /** @param isNotXml whether it can't even be told what the file is: it holds no XML */
  constructor(
    readonly issues: readonly [Issue, ...Issue[]],
    readonly isNotXml = false,
  ) {
    super(issues[0].message);
    this.name = 'Refusal';
  }
}
