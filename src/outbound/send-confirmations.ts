/** Confirmations on their way out: for each sender, what was read and confirmed since the last batch. */
import { IssueCode, issue } from '../domain/issue.js';
import type { OutboundKind } from '../domain/outbound-kind.js';
import { ownerCodeOf } from '../domain/owner-code.js';
import type { Catalogue } from '../domain/service.js';
import type { ConfirmedGroup } from '../store/confirmation-store.js';
import type { Store } from '../store/store.js';
import { LONGEST_SYSTEM_USER_CODE } from './correspondence-confirmations.js';
import { isOfOwner } from './of-owner.js';
import { type Due, type Sending, type SentOutbound, sendOutbound } from './send.js';

export interface ConfirmationsAsked {
  /** Of the owner's organisation number only. */
  readonly catalogue: Catalogue;
  /** A service owner's code, or one of its system user codes; null: all. */
  readonly owner: string | null;
}

/**
 * Sends a batch for each system user code and format that has something to say, or several where one would hold more than
 * `maxOutboundEntries`. What a service asks for is what the
 * catalogue in the store says: `opened` has each reading go out, and each confirmation, whichever of them is new; `confirmed`
 * only confirmations. What comes while it is at work goes with the next.
 * @throws IoFault as `sending.attempt` does
 */
export function* sendConfirmations(
  sending: Sending,
  { catalogue, owner }: ConfirmationsAsked,
): Generator<SentOutbound | null> {
  const { store } = sending;
  const { maxOutboundEntries } = sending.home.settings;
  for (const { systemUserCode, format } of sendersOf(store.confirmations.groups(), owner)) {
    const groupsNow = () =>
      store.confirmations.groups().filter((one) => one.systemUserCode === systemUserCode && one.format === format);
    if (format === 'correspondence' && [...systemUserCode].length > LONGEST_SYSTEM_USER_CODE) {
      tellOfLongCode(sending, systemUserCode, groupsNow());
      continue;
    }
    const ownerCode = ownerCodeOf(systemUserCode);
    const ownerOrgNumber = catalogue.owner(ownerCode)?.orgNumber ?? null;
    const order = { kind: KINDS[format], ownerCode, ownerOrgNumber, systemUserCode };
    let sent: SentOutbound | null;
    do {
      const due = () => dueOf(store, groupsNow(), maxOutboundEntries);
      sent = sendOutbound(sending, due, () => {
        const now = due();
        return now && { ...order, ...now };
      });
      yield sent;
    } while (sent?.batch.entries === maxOutboundEntries);
  }
}

const KINDS: Readonly<Record<ConfirmedGroup['format'], OutboundKind>> = {
  altut: 'AltUtConfirmationBatch',
  correspondence: 'CorrespondenceConfirmations',
};

/** Each system user code and format once, in the order of their letters. */
function sendersOf(
  groups: readonly ConfirmedGroup[],
  owner: string | null,
): readonly Pick<ConfirmedGroup, 'systemUserCode' | 'format'>[] {
  const asked = groups.filter(({ systemUserCode }) => isOfOwner(systemUserCode, owner));
  const senders = new Map(asked.map((one) => [`${one.systemUserCode}\n${one.format}`, one]));
  return [...senders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function dueOf(
  { confirmations }: Store,
  groups: readonly ConfirmedGroup[],
  most: number,
): Pick<Due, 'entries' | 'take'> | null {
  let entries = 0;
  const counted = groups.map((group) => {
    const count = confirmations.countPending(group, most - entries);
    entries += count.confirmed + count.read;
    return { group, count };
  });
  if (entries === 0) return null;
  return {
    entries,
    take(batchId) {
      for (const { group, count } of counted) confirmations.take(group, count, batchId);
      return confirmations.countTaken(batchId);
    },
  };
}

/** On record once, with the file whose message waits longest; and told each time. */
function tellOfLongCode({ store, onNotice }: Sending, systemUserCode: string, groups: readonly ConfirmedGroup[]): void {
  const batchIds = groups.flatMap((group) => store.confirmations.batchOfOldest(group) ?? []);
  if (batchIds.length === 0) return;
  const said = issue(
    IssueCode.GeneralError,
    'Warning',
    `No confirmations can be sent to the system user code ${systemUserCode}: it has ${[...systemUserCode].length} characters, and CorrespondenceConfirmations holds at most ${LONGEST_SYSTEM_USER_CODE}. Send messages that are to be confirmed under a shorter system user code.`,
  );
  const batchId = Math.min(...batchIds);
  store.transaction(() => {
    if (store.confirmations.isNoted(batchId, said.message)) return;
    store.batches.addIssues(batchId, null, [said], new Date().toISOString());
  });
  onNotice(said.message);
}
