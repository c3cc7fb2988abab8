import { Argument, type Command } from 'commander';
import { NotFoundFault, UsageFault } from '../domain/faults.js';
import { type RawEvent, readEvent } from '../messages/read-event.js';
import { recordByHand, typedArguments } from './audited.js';
import { helpTail } from './exit-codes.js';
import { openCommand } from './global-options.js';
import { wholeNumber } from './listing.js';
import { MESSAGE_CODES } from './message-line.js';
import { withStore } from './open-store.js';

interface MarkOptions {
  readonly at?: string;
  readonly by?: string;
  readonly roles?: string;
  readonly method?: string;
}

/** What `read` and `confirm` print; the keys and their order are those of the JSON. */
interface Marked {
  readonly message: number;
  readonly event: 'read' | 'confirm';
  readonly changed: boolean;
}

/** The commands `read` and `confirm`. */
export function addMessagesMark(messages: Command): void {
  const read = messages.command('read').description('put on record that a message was read');
  addOptions(read, 'read', [
    'altinn-batch messages read 100000000002',
    `${CONFIRM.replace('confirm', 'read')} --at ${AT}`,
  ]);
  const confirm = messages
    .command('confirm')
    .description('put on record that a message was confirmed; one that is unread is read by that, too');
  addOptions(confirm, 'confirm', [CONFIRM, `${CONFIRM} --roles "DAGL LEDE" --method 3 --at ${AT}`]);
}

const CONFIRM = 'altinn-batch messages confirm 100000000002 --by 14909021147';
const AT = '2024-01-31T12:00:00';

function addOptions(command: Command, event: Marked['event'], examples: readonly string[]): void {
  const by = ['--by <number>', 'the person number of who did it'] as const;
  command.addArgument(new Argument('<id>', 'the id of the message').argParser(wholeNumber));
  if (event === 'read') command.option(...by);
  else command.requiredOption(...by);
  command
    .option('--roles <roles>', 'the roles that they had, with spaces between them')
    .option('--method <number>', 'how they were logged in, 1 to 4')
    .option('--at <time>', `when, such as ${AT} (default: now)`)
    .addHelpText(
      'after',
      `\nA message that is not visible yet can't be read. A repeat changes nothing: the first time stands.\n${helpTail(examples, MESSAGE_CODES)}`,
    )
    .action((itemId: number, options: MarkOptions, self: Command) => mark(event, itemId, options, self));
}

async function mark(event: Marked['event'], itemId: number, options: MarkOptions, command: Command): Promise<void> {
  const { home, output } = openCommand(command);
  const { timeZone, acceptSyntheticPersons } = home.settings;
  const raw: RawEvent = { ...options, event, message: String(itemId) };
  const rules = { timeZone, acceptSyntheticPersons, systemUserCode: null };
  const asked = readEvent(raw, rules);
  if ('why' in asked) throw new UsageFault(`--${asked.why}`);
  const { carryOut } = await import('../messages/carry-out.js');
  const changed = await withStore(home, (store) =>
    store.durableTransaction(() => {
      const source = { kind: 'command', batchId: null, line: null } as const;
      const outcome = carryOut(store, asked, { source, now: Date.now(), timeZone, mayTouch: () => true });
      if ('why' in outcome) throw new NotFoundFault(outcome.why);
      const detail = { itemId, changed: outcome.changed };
      recordByHand(store, `messages ${event}`, typedArguments(command), detail);
      return outcome.changed;
    }),
  );
  if (output.quiet) return;
  const marked: Marked = { message: itemId, event, changed };
  const done = event === 'read' ? 'read' : 'confirmed';
  output.result(marked, () =>
    changed ? `message ${itemId}: now ${done}` : `message ${itemId}: was ${done} before, nothing is changed`,
  );
}
