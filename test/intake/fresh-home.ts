import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Home, layOut, makeFolders } from '../../src/config/home.js';
import { mailboxOf } from '../../src/config/mailboxes.js';
import { parseSettings } from '../../src/config/settings.js';
import type { Candidate } from '../../src/intake/inbox.js';
import { listCandidates } from '../../src/intake/inbox.js';
import { temporaryFolder } from '../support/cli.js';

/** With the folders of one of its mailboxes at hand. */
export interface FreshHome extends Home {
  readonly inbox: string;
  readonly outbox: string;
}

/**
 * A home with its folders made; it goes with the test.
 * @param owner whose mailbox the test is about; null: the common one
 */
export function freshHome(settings: Readonly<Record<string, unknown>> = {}, owner: string | null = null): FreshHome {
  const home = layOut(temporaryFolder(), parseSettings(settings));
  makeFolders(home);
  const { inbox, outbox } = mailboxOf(home, owner);
  return { ...home, inbox, outbox };
}

/** A folder on another file system than the temporary folder's, or null where there is none to write to. */
export function folderOnOtherDisk(): string | null {
  const shared = '/dev/shm';
  if (!existsSync(shared) || statSync(shared).dev === statSync(temporaryFolder()).dev) return null;
  const folder = mkdtempSync(join(shared, 'altinn-batch-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Puts a file into the inbox as a sender would. */
export function drop(home: Pick<FreshHome, 'inbox'>, name: string, content = '<a/>', mtimeSeconds?: number): string {
  const path = join(home.inbox, name);
  writeFileSync(path, content);
  if (mtimeSeconds !== undefined) utimesSync(path, mtimeSeconds, mtimeSeconds);
  return path;
}

/** The candidate of that name, as it stands now. */
export function candidate(home: FreshHome, name: string): Candidate {
  const { candidates } = listCandidates(home);
  const found = candidates.find((one) => one.name === name && one.mailbox.inbox === home.inbox);
  if (found === undefined) throw new Error(`${name} is no candidate.`);
  return found;
}

/** Everything below a folder, as sorted paths relative to it; folders end in a slash. */
export function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => (lstatSync(join(folder, path)).isDirectory() ? `${path}/` : path))
    .sort();
}
