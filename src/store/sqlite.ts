/**
 * better-sqlite3, with all that it makes kept until the process ends. Since Node 24.19 the destructor of a native object
 * aborts the process when the garbage collector meets it while no JavaScript runs (better-sqlite3 mends it in version 13,
 * which no longer runs on Node 20). We prepare each statement once for a store, so what is kept does not grow.
 */
import BetterSqlite3 from 'better-sqlite3';

const kept = new Set<object>();
const { prepare, close, backup } = BetterSqlite3.prototype;

BetterSqlite3.prototype.prepare = function (this: BetterSqlite3.Database, source: string) {
  kept.add(this);
  const statement = prepare.call(this, source);
  kept.add(statement);
  return statement;
} as typeof prepare;

/** A connection on which nothing was prepared is garbage as soon as it is closed. */
BetterSqlite3.prototype.close = function (this: BetterSqlite3.Database) {
  kept.add(this);
  return close.call(this);
};

/** The library's own makes a statement that nobody keeps. */
BetterSqlite3.prototype.pragma = function (
  this: BetterSqlite3.Database,
  source: string,
  options: BetterSqlite3.PragmaOptions = {},
): unknown {
  const statement = this.prepare<[], Record<string, unknown>>(`PRAGMA ${source}`);
  if (!statement.reader) return statement.run();
  return options.simple === true ? statement.pluck().get() : statement.all();
};

/** The library's own makes a native object that nobody else sees. */
BetterSqlite3.prototype.backup = function (
  this: BetterSqlite3.Database,
  ...given: Parameters<BetterSqlite3.Database['backup']>
) {
  kept.add(this);
  for (const symbol of Object.getOwnPropertySymbols(this)) {
    const native: unknown = Reflect.get(this, symbol);
    if (isNative(native)) keepBackupsOf(native);
  }
  return backup.apply(this, given);
};

interface NativeDatabase {
  backup(...given: unknown[]): object;
}

function isNative(value: unknown): value is NativeDatabase {
  return typeof value === 'object' && value !== null && 'backup' in value && typeof value.backup === 'function';
}

function keepBackupsOf(native: NativeDatabase): void {
  const { backup: begin } = native;
  native.backup = (...given) => {
    const begun = begin.apply(native, given);
    kept.add(begun);
    return begun;
  };
}

export default BetterSqlite3;
