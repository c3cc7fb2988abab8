import { readFileSync } from 'node:fs';
import { ConfigFault } from '../domain/faults.js';
import { showJson } from './json-file.js';

/** A user or a group of this machine. */
export interface Account {
  readonly id: number;
  /** As the settings name it. */
  readonly name: string;
}

/**
 * The user or group that the settings name, by its name or its number.
 * @param setting how error texts name the setting
 * @throws ConfigFault when the machine knows none of that name
 */
export function account(kind: 'user' | 'group', given: string | number, setting: string): Account {
  const name = String(given);
  if (/^\d+$/.test(name)) return { id: Number(name), name };
  const id = idIn(fileLine(kind, name)) ?? idIn(directoryLine(kind, name));
  if (id !== null) return { id, name };
  const command = kind === 'user' ? 'useradd' : 'groupadd';
  throw new ConfigFault(
    `${setting} holds ${showJson(given)}, and this machine knows no ${kind} of that name: make it (${command}), or mend the name.`,
  );
}

/** Read first, since it is there at once; most accounts stand in it. */
function fileLine(kind: 'user' | 'group', name: string): string | undefined {
  try {
    const lines = readFileSync(kind === 'user' ? '/etc/passwd' : '/etc/group', 'utf8').split('\n');
    return lines.find((line) => line.startsWith(`${name}:`));
  } catch {
    return undefined;
  }
}

/** Also knows those that a directory service keeps (LDAP, SSSD). */
function directoryLine(kind: 'user' | 'group', name: string): string | undefined {
  const database = kind === 'user' ? 'passwd' : 'group';
  // Loaded here only: it would cost each start of the command some milliseconds.
  const { spawnSync } = process.getBuiltinModule('node:child_process');
  const { status, stdout } = spawnSync('getent', [database, name], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 ? stdout : undefined;
}

/** In both databases the number is the third field: `skd:x:1003:...`. */
function idIn(line: string | undefined): number | null {
  const id = line?.split(':')[2];
  return id !== undefined && /^\d+$/.test(id) ? Number(id) : null;
}
