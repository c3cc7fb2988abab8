import { chmodSync, closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type BetterSqlite3 from 'better-sqlite3';
import { ConfigFault, InternalFault } from '../domain/faults.js';

/**
 * Brings a store up to the newest migration, each in a transaction of its own; a store that already holds something is
 * first copied beside itself, as `<file>.before-<number of the newest migration>`.
 * @throws ConfigFault when the store was made by a newer version.
 */
export function migrate(db: BetterSqlite3.Database, file: string, fileMode: number, folder = OWN_MIGRATIONS): void {
  const migrations = migrationsIn(folder);
  const version = requireKnownVersion(db, file, migrations.length);
  if (version === migrations.length) return;
  if (version > 0) copyBeside(db, `${file}.before-${migrations.length}`, fileMode);
  for (const { number, sql } of migrations) apply(db, number, sql);
}

/** For a store opened only for reading, which can't be migrated. */
export function requireSchema(db: BetterSqlite3.Database, file: string, folder = OWN_MIGRATIONS): void {
  const newest = migrationsIn(folder).length;
  if (requireKnownVersion(db, file, newest) === newest) return;
  throw new ConfigFault(
    `The store ${file} was made by an older version: run \`altinn-batch run\` once to bring it up to date.`,
  );
}

/** The number of the newest migration that this version knows. */
export function newestMigration(): number {
  return migrationsIn(OWN_MIGRATIONS).length;
}

/** Beside this file: in src as they are, in dist as the build copied them. */
const OWN_MIGRATIONS = fileURLToPath(new URL('migrations', import.meta.url));

interface Migration {
  readonly number: number;
  readonly sql: string;
}

function migrationsIn(folder: string): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  return names.sort().map((name, index) => {
    const number = Number(/^(\d{3})-[a-z0-9-]+\.sql$/.exec(name)?.[1]);
    if (number !== index + 1) throw new InternalFault(`Migration ${name} should be number ${index + 1} of its folder.`);
    return { number, sql: readFileSync(join(folder, name), 'utf8') };
  });
}

function requireKnownVersion(db: BetterSqlite3.Database, file: string, newest: number): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version <= newest) return version;
  throw new ConfigFault(
    `The store ${file} was made by a newer version of altinn-batch (schema ${version}, this version knows ${newest}): ` +
      'install that version, or put a backup from before it in its place.',
  );
}

/** The copy has its name only once it is whole and on the disk. */
function copyBeside(db: BetterSqlite3.Database, copy: string, fileMode: number): void {
  const temporary = `${copy}.tmp`;
  rmSync(temporary, { force: true });
  try {
    db.prepare('VACUUM INTO ?').run(temporary);
    chmodSync(temporary, fileMode);
    syncToDisk(temporary);
    renameSync(temporary, copy);
    syncToDisk(dirname(copy));
  } finally {
    rmSync(temporary, { force: true });
  }
}

function syncToDisk(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Looks at the version again under the write lock: another process may have been faster. */
function apply(db: BetterSqlite3.Database, number: number, sql: string): void {
  const run = db.transaction(() => {
    if (Number(db.pragma('user_version', { simple: true })) >= number) return;
    db.exec(sql);
    db.pragma(`user_version = ${number}`);
  });
  run.immediate();
}
