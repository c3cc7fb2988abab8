import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { maskPersonNumbers } from '../domain/mask.js';
import type { Store } from '../store/store.js';

/**
 * Puts a change that somebody makes by hand on record. Called in the transaction of the change itself.
 * @param command its name, such as `sequence set`
 * @param given its arguments and options as they were typed
 * @param detail what came of it, such as the value before
 */
export function recordByHand(
  store: Store,
  command: string,
  given: readonly string[],
  detail: Readonly<Record<string, unknown>> = {},
): void {
  const at = new Date().toISOString();
  store.audit.add({ at, user: currentUser(), command, arguments: given.map(maskPersonNumbers), detail });
}

/** What a command was given, as it was typed, without the words that are its name. */
export function typedArguments(command: Command): readonly string[] {
  const names: string[] = [];
  let root = command;
  for (; root.parent !== null; root = root.parent) names.unshift(root.name());
  const typed = [...(root as Command & { readonly rawArgs: readonly string[] }).rawArgs];
  for (const name of names) typed.splice(typed.indexOf(name), 1);
  return typed;
}

/** The account that runs the command; under sudo the one that asked for it as well: `altinn (sudo by kari)`. */
export function currentUser(environment: NodeJS.ProcessEnv = process.env): string {
  const account = accountName();
  const asker = environment.SUDO_USER;
  return asker === undefined || asker === '' || asker === account ? account : `${account} (sudo by ${asker})`;
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in the password file, as in some containers.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
