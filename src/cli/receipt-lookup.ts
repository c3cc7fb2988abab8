import { InvalidArgumentError } from 'commander';
import type { Home } from '../config/home.js';
import { NotFoundFault } from '../domain/faults.js';
import { IssueCode } from '../domain/issue.js';
import type { FoundReceipt } from '../store/receipt-store.js';
import type { Store } from '../store/store.js';
import { ExitCode } from './exit-codes.js';
import { withStoreIfThere } from './open-store.js';

/** What each of the commands about one receipt may end with. */
export const RECEIPT_CODES = [
  ExitCode.Ok,
  ExitCode.Usage,
  ExitCode.NotAccepted,
  ExitCode.Internal,
  ExitCode.InputOutput,
  ExitCode.Configuration,
];

/** Opens the store of a home for a look at receipts; without a store there is no receipt either. */
export async function withReceipts(home: Home, work: (store: Store) => void | Promise<void>): Promise<void> {
  const isThere = await withStoreIfThere(home, false, async (store) => {
    await work(store);
    return true;
  });
  if (!isThere) throw noSuchReceipt('is there: nothing has been taken in yet');
}

/** By its own id, or that of one of its sub-receipts. @throws NotFoundFault 30008 */
export function findReceipt(store: Store, id: number): FoundReceipt {
  const found = store.receipts.find(id);
  if (found === undefined) throw noSuchReceipt(`has the id ${id}`);
  return found;
}

/** @param why completes "No receipt ..." */
export function noSuchReceipt(why: string): NotFoundFault {
  return new NotFoundFault(
    `[${IssueCode.ReceiptNotFound}] No receipt ${why}. See which there are: altinn-batch receipts list --type TYPE`,
  );
}

/** A reference as it is given on the command line: TYPE=VALUE. */
export interface GivenReference {
  readonly type: string;
  readonly value: string;
}

export function givenReference(text: string): GivenReference {
  const at = text.indexOf('=');
  const value = text.slice(at + 1);
  if (at < 1 || value.trim() === '') {
    throw new InvalidArgumentError('It must be TYPE=VALUE, such as ArchiveReference=AR1234567.');
  }
  return { type: text.slice(0, at), value };
}
