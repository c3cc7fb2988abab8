import type { Command } from 'commander';
import type { OutboundKind } from '../domain/outbound-kind.js';
import { helpTail } from './exit-codes.js';
import { SENDING_CODES, sendAgain, sendAll } from './sending.js';

const KINDS: readonly OutboundKind[] = ['AltUtConfirmationBatch', 'CorrespondenceConfirmations'];

export function addConfirmationsCommand(program: Command): void {
  const confirmations = program
    .command('confirmations')
    .description('tell senders which of their messages were read and confirmed');
  confirmations
    .command('send')
    .description('send out what was read and confirmed since the last batch')
    .option('--owner <code>', 'only to that service owner (SKD), or to one of its system user codes (SKD-PSA)')
    .addHelpText(
      'after',
      `\nA batch for each system user code and format, into the outbox, with a receipt. Only messages of services whose\ndefinition asks for it (message.confirmations); where there is nothing to say, nothing is sent. watch does the same\nonce a day: setting confirmationsAt.\n${helpTail(
        [
          'altinn-batch confirmations send',
          'altinn-batch confirmations send --owner SKD --json',
          '0 5 * * *  altinn-batch confirmations send -q --home /srv/altinn',
        ],
        SENDING_CODES,
      )}`,
    )
    .action(async (options: { readonly owner?: string }, command: Command) => {
      const owner = options.owner ?? null;
      await sendAll(command, 'confirmations send', owner, async (sending, catalogue) => {
        const { sendConfirmations } = await import('../outbound/send-confirmations.js');
        return sendConfirmations(sending, { catalogue, owner });
      });
    });
  confirmations
    .command('resend')
    .description('write a batch that was sent out into the outbox again, the same to the byte')
    .argument('<batchreference>', 'its OutboundShipmentReference, such as SKD-CORR-17: the name of its file')
    .addHelpText(
      'after',
      `\nIts receipt is written again, too, as it is now. Who had it sent again is recorded in the audit log.\n${helpTail(
        ['altinn-batch confirmations resend SKD-ALTUT-3', 'altinn-batch receipts list --type Outbound --json'],
        SENDING_CODES,
      )}`,
    )
    .action((reference: string, _options: unknown, command: Command) =>
      sendAgain(command, 'confirmations resend', reference, KINDS),
    );
}
