import { fchmodSync, fchownSync } from 'node:fs';
import { ConfigFault } from '../domain/faults.js';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Account } from './accounts.js';

/** What a file or folder gets that is made; user and group null: those of the account that makes it. */
export interface Permissions {
  readonly mode: number;
  readonly user: Account | null;
  readonly group: Account | null;
}

/** A mode alone leaves user and group as they come. */
export function permissions(given: Permissions | number): Permissions {
  return typeof given === 'number' ? { mode: given, user: null, group: null } : given;
}

/**
 * Gives an open file or folder its user, its group and exactly its mode, whatever the umask.
 * @param path for the text of a fault
 * @throws ConfigFault when the system doesn't let this account give it away
 */
export function applyPermissions(fd: number, given: Permissions | number, path: string): void {
  const { mode, user, group } = permissions(given);
  if (user !== null || group !== null) {
    try {
      fchownSync(fd, user?.id ?? -1, group?.id ?? -1);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause;
      throw notOurs(path, user, group, cause);
    }
  }
  fchmodSync(fd, mode); // last: giving it away may take bits off
}

function notOurs(path: string, user: Account | null, group: Account | null, cause: unknown): ConfigFault {
  const whom = [user === null ? '' : `user ${user.name}`, group === null ? '' : `group ${group.name}`];
  const remedies = [
    user === null ? '' : 'Only root may give files to another user: leave `user` out, or run altinn-batch as root.',
    group === null
      ? ''
      : `Of ${user === null ? 'the' : 'a'} group it must be a member: usermod -aG ${group.name} ACCOUNT, then start altinn-batch anew.`,
  ];
  const text = (parts: readonly string[], between: string) => parts.filter((part) => part !== '').join(between);
  return new ConfigFault(
    maskPersonNumbers(
      `The account that runs altinn-batch can't give ${path} to ${text(whom, ' and ')}, as the settings of the mailbox say. ${text(remedies, ' ')}`,
    ),
    { cause },
  );
}
