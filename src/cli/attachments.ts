import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { SavedAttachment } from '../attachments/save-attachments.js';
import { recordByHand, typedArguments } from './audited.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { MESSAGE_CODES } from './message-line.js';
import { noMessage } from './messages-show.js';
import { withStoreIfThere } from './open-store.js';

/** An attachment as `attachments save` prints it; the keys and their order are those of its JSON. */
interface AttachmentLine {
  readonly path: string;
  /** As the sender named the file; null of XML, which has none. */
  readonly fileName: string | null;
  readonly name: string;
  readonly sendersReference: string | null;
  readonly attachmentType: string | null;
  readonly encrypted: boolean;
  readonly bytes: number;
  readonly sha256: string;
}

export function addAttachmentsCommand(program: Command): void {
  program
    .command('attachments')
    .description('attachments of messages')
    .command('save')
    .description('write the attachments of a message into files, with a list of their SHA-256')
    .addArgument(new Argument('<message>', 'the id of the message').argParser(wholeNumber))
    .option('-o, --output <dir>', 'the folder; it is made where it is not there (default: message-ID)')
    .addHelpText(
      'after',
      `\nThe files have the names that their sender gave them, as far as those are safe; of two of one name the second gets a\nnumber. Nothing is overwritten. The list is called SHA256SUMS: sha256sum -c SHA256SUMS\nAn attachment that was sent encrypted stays so. Who saved what is recorded in the audit log.\n${helpTail(
        [
          'altinn-batch attachments save 100000000002',
          'altinn-batch attachments save 100000000002 -o /tmp/brev --json',
        ],
        MESSAGE_CODES,
      )}`,
    )
    .action(async (itemId: number, options: { readonly output?: string }, command: Command) => {
      const { home, output } = openCommand(command);
      const folder = options.output ?? `message-${itemId}`;
      const { saveAttachments } = await import('../attachments/save-attachments.js');
      const saved = await withStoreIfThere(home, undefined, (store) => {
        const attachments = store.attachments.of(itemId);
        if (attachments === undefined) return undefined;
        if (attachments.length === 0) return [];
        const files = saveAttachments(home, store, attachments, folder);
        store.transaction(() => {
          const detail = { itemId, folder: resolve(folder), attachments: files.length };
          recordByHand(store, 'attachments save', typedArguments(command), detail);
        });
        return files;
      });
      if (saved === undefined) throw noMessage(itemId);
      if (saved.length === 0) output.notice(`Message ${itemId} has no attachments.`);
      for (const one of saved) {
        const line = toLine(one);
        if (!output.quiet) output.result(line, () => `${line.sha256}  ${line.path}`);
      }
    });
}

function toLine({ path, bytes, sha256, attachment }: SavedAttachment): AttachmentLine {
  const { fileName, name, sendersReference, attachmentType, encrypted } = attachment;
  return { path, fileName, name, sendersReference, attachmentType, encrypted, bytes, sha256 };
}
