import { type Command, InvalidArgumentError } from 'commander';
import { localDateTime } from '../domain/dates.js';
import { MOST_USAGE_DAYS } from '../domain/service.js';
import { helpTail } from './exit-codes.js';
import { wholeNumber } from './listing.js';
import { SENDING_CODES, sendAgain, sendAll } from './sending.js';

interface SendOptions {
  readonly owner?: string;
  readonly days?: number;
}

export function addUsageDataCommand(program: Command): void {
  const usageData = program
    .command('usage-data')
    .description('tell service owners how far their messages have come, some days after sending');
  usageData
    .command('send')
    .description('send out which messages are unread, read or confirmed, so many days after they were sent')
    .option('--owner <code>', 'only to that service owner, such as SKD', ownerCode)
    .option('--days <n>', 'so many days, whatever the services say', days)
    .addHelpText(
      'after',
      `\nA batch for each service owner, into the outbox, with a receipt. Only messages of services whose definition asks for it\n(message.usageReportDays); --days puts another number in its place. Each message is told once for each number of days:\non its day when this is done daily, later when it was not. watch does it once a day: setting usageDataAt.\n${helpTail(
        [
          'altinn-batch usage-data send',
          'altinn-batch usage-data send --owner SKD --days 30 --json',
          '0 6 * * *  altinn-batch usage-data send -q --home /srv/altinn',
        ],
        SENDING_CODES,
      )}`,
    )
    .action(async (options: SendOptions, command: Command) => {
      const owner = options.owner ?? null;
      await sendAll(command, 'usage-data send', owner, async (sending, catalogue, { settings }) => {
        const { sendUsageData } = await import('../outbound/send-usage-data.js');
        const day = localDateTime(Date.now(), settings.timeZone).slice(0, 'yyyy-mm-dd'.length);
        return sendUsageData(sending, { catalogue, owner, days: options.days ?? null, day });
      });
    });
  usageData
    .command('resend')
    .description('write a batch that was sent out into the outbox again, the same to the byte')
    .argument('<batchreference>', 'its OutboundShipmentReference, such as SKD-USAGE-17: the name of its file')
    .addHelpText('after', helpTail(['altinn-batch usage-data resend SKD-USAGE-3'], SENDING_CODES))
    .action((reference: string, _options: unknown, command: Command) =>
      sendAgain(command, 'usage-data resend', reference, ['CorrespondenceUsageData']),
    );
}

function ownerCode(text: string): string {
  if (/^[A-Za-z0-9]{3}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be a service owner's code, three letters or digits such as SKD.");
}

function days(text: string): number {
  const number = wholeNumber(text);
  if (number >= 1 && number <= MOST_USAGE_DAYS) return number;
  throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_USAGE_DAYS}.`);
}
