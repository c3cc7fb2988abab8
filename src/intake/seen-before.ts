import { entranceOf } from '../config/mailboxes.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { checkSender } from '../domain/system-user-code.js';
import { earlierFile } from '../receipts/rejection.js';
import type { Batch, SeenBefore } from '../store/batch-store.js';
import type { Engine } from './engine.js';
import { nameFor } from './staging.js';

/**
 * The Warning that the same bytes came before (formats.md section 5). It stays at that: a file may well be sent again
 * once the catalogue, say, has been mended. Of a file in another mailbox nothing more is told than that it was there,
 * and that to a known sender only.
 */
export function seenWarnings(
  engine: Engine,
  batch: Batch,
  { first }: SeenBefore,
  { systemUserCode, reference }: { readonly systemUserCode: string | null; readonly reference: string | null },
): Issue[] {
  if (first === null) return [];
  const fileName = nameFor(batch, first);
  if (fileName === null && !isKnown(engine, batch, systemUserCode)) return [];
  const earlier = earlierFile({ fileName, receiptId: fileName === null ? null : first.receiptId });
  const message = `A file with the very same bytes was received before: ${earlier}. If this one was sent by mistake, nothing more is needed.`;
  return [issue(IssueCode.GeneralError, 'Warning', message, null, reference)];
}

function isKnown({ catalogue, home }: Engine, { mailbox }: Batch, systemUserCode: string | null): boolean {
  return 'ownerCode' in checkSender(systemUserCode, catalogue, entranceOf(home, mailbox));
}
