import { accessSync, chmodSync, constants, existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigFault, InternalFault, IoFault } from '../domain/faults.js';
import { migrate, requireSchema } from './migrate.js';
import BetterSqlite3 from './sqlite.js';
import { asStoreFault } from './store-fault.js';

export type SqlValue = string | number | null | Buffer;

/** Values bound by name: `{ status: 'OK' }` for `@status`, wherever it stands in the statement. */
export type SqlNamed = Readonly<Record<string, SqlValue>>;

type SqlParameters = (SqlValue | SqlNamed)[];

export interface DatabaseOptions {
  readonly busyTimeoutMs: number;
  /** Of the database file; SQLite gives its -wal and -shm files the same. */
  readonly fileMode: number;
  /** To look only: nothing is made, migrated or written, and nothing is left beside the file. */
  readonly readonly?: boolean;
  /** Folder of the numbered migrations, when not our own. */
  readonly migrations?: string;
}

/** The only code that knows better-sqlite3: one connection, whose errors all come out as Faults. */
export class Database {
  readonly #db: BetterSqlite3.Database;
  readonly #sources: string[] = [];
  readonly #pragmas = new Map<string, BetterSqlite3.Statement<[], number>>();
  #durable = false;

  private constructor(
    readonly file: string,
    db: BetterSqlite3.Database,
  ) {
    this.#db = db;
  }

  /**
   * Opens the store, making and migrating it where needed.
   * @throws IoFault when it can't be opened or written, ConfigFault when it is not a store that this version can work with.
   */
  static open(file: string, options: DatabaseOptions): Database {
    const readonly = options.readonly ?? false;
    try {
      if (!existsSync(dirname(file)))
        throw new IoFault(`The folder ${dirname(file)} of the store is not there: make it.`);
      if (!existsSync(file)) {
        if (readonly) throw new IoFault(`There is no store ${file}: it is made by the first run.`);
        createWithMode(file, options.fileMode);
      }
      const db = new BetterSqlite3(file, { readonly: readonly && !isWritable(file), timeout: options.busyTimeoutMs });
      try {
        configure(db, readonly, file);
        if (readonly) requireSchema(db, file, options.migrations);
        else migrate(db, file, options.fileMode, options.migrations);
        return new Database(file, db);
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      throw asStoreFault(error, file);
    }
  }

  /** A statement whose rows are objects with a property for each column. */
  prepare<P extends SqlParameters, R = never>(sql: string): Statement<P, R> {
    return this.#prepare<P, R>(sql);
  }

  /** A statement whose rows are tuples, for many rows. */
  prepareTuples<P extends SqlParameters, R extends readonly unknown[]>(sql: string): Statement<P, R> {
    return this.#prepare<P, R>(sql, (statement) => statement.raw(true));
  }

  /** A statement whose rows are the value of the first column. */
  prepareValue<P extends SqlParameters, R extends SqlValue>(sql: string): Statement<P, R> {
    return this.#prepare<P, R>(sql, (statement) => statement.pluck(true));
  }

  #prepare<P extends SqlParameters, R>(sql: string, shape?: (statement: BetterSqlite3.Statement<P, R>) => void) {
    try {
      const statement = this.#db.prepare<P, R>(sql);
      shape?.(statement);
      this.#sources.push(sql);
      return new Statement<P, R>(statement, this.file);
    } catch (error) {
      throw asStoreFault(error, this.file);
    }
  }

  /** The SQL of every statement prepared so far, to look at their query plans. */
  get sources(): readonly string[] {
    return this.#sources;
  }

  /**
   * Runs work in one transaction that takes the write lock at once; within another transaction it joins that one.
   * What it throws undoes all of it: whoever catches an error of a joined transaction must throw on.
   */
  transaction<T>(work: () => T): T {
    return this.#within('BEGIN IMMEDIATE', work);
  }

  #within<T>(begin: string, work: () => T): T {
    if (this.#db.inTransaction) return work();
    this.exec(begin);
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  /** Runs reading work on one state of the store, whatever others write meanwhile; takes no lock that keeps them out. */
  snapshot<T>(work: () => T): T {
    return this.#within('BEGIN', work);
  }

  /** As transaction, and on the disk before it returns: a power cut can't undo it, nor anything committed before it. */
  durableTransaction<T>(work: () => T): T {
    if (this.#db.inTransaction) {
      if (this.#durable) return work();
      throw new InternalFault(
        'A durable transaction was begun inside another one, where it can no longer be made durable.',
      );
    }
    this.exec('PRAGMA synchronous = FULL');
    this.#durable = true;
    try {
      return this.transaction(work);
    } finally {
      this.#durable = false;
      this.exec('PRAGMA synchronous = NORMAL');
    }
  }

  /** A full disk has often rolled back by itself; where this fails too, the first error says more. */
  #rollback(): void {
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    } catch {
      // The connection is of no more use: its next statement says so.
    }
  }

  exec(sql: string): void {
    try {
      this.#db.exec(sql);
    } catch (error) {
      throw asStoreFault(error, this.file);
    }
  }

  /**
   * Gives free pages back to the disk, so many at most, in one transaction of its own.
   * @returns how many bytes that makes; 0 when there are none left
   */
  giveBack(pages: number): number {
    const before = this.#number('freelist_count');
    if (before === 0) return 0;
    this.exec(`PRAGMA incremental_vacuum(${pages})`);
    return Math.max(before - this.#number('freelist_count'), 0) * this.#number('page_size');
  }

  /** A pragma's number; its statement is made once, since all of them are kept. */
  #number(pragma: string): number {
    let statement = this.#pragmas.get(pragma);
    if (statement === undefined) {
      statement = this.#db.prepare<[], number>(`PRAGMA ${pragma}`).pluck(true);
      this.#pragmas.set(pragma, statement);
    }
    try {
      return statement.get() ?? 0;
    } catch (error) {
      throw asStoreFault(error, this.file);
    }
  }

  close(): void {
    try {
      this.#db.close();
    } catch (error) {
      throw asStoreFault(error, this.file);
    }
  }
}

/** A prepared statement; what SQLite throws comes out as a Fault. Kept for as long as the database is open. */
export class Statement<P extends SqlParameters, R> {
  readonly #statement: BetterSqlite3.Statement<P, R>;
  readonly #file: string;

  constructor(statement: BetterSqlite3.Statement<P, R>, file: string) {
    this.#statement = statement;
    this.#file = file;
  }

  /** Returns how many rows it changed, without those of triggers and cascades. */
  run(...values: P): number {
    try {
      return this.#statement.run(...values).changes;
    } catch (error) {
      throw asStoreFault(error, this.#file);
    }
  }

  /** As run, for one inserted row: returns its id. */
  insert(...values: P): number {
    try {
      return Number(this.#statement.run(...values).lastInsertRowid);
    } catch (error) {
      throw asStoreFault(error, this.#file);
    }
  }

  get(...values: P): R | undefined {
    try {
      return this.#statement.get(...values);
    } catch (error) {
      throw asStoreFault(error, this.#file);
    }
  }

  all(...values: P): R[] {
    try {
      return this.#statement.all(...values);
    } catch (error) {
      throw asStoreFault(error, this.#file);
    }
  }
}

/**
 * A connection that SQLite itself opens for reading makes the log files again and leaves them there. So one that may write is
 * had where that can be; the store tells it not to (`query_only`).
 */
function isWritable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    accessSync(dirname(file), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Two processes may get here at once; the later one finds the file there. */
function createWithMode(file: string, mode: number): void {
  try {
    writeFileSync(file, '', { flag: 'wx', mode });
    chmodSync(file, mode);
  } catch (error) {
    if (!existsSync(file)) throw error;
  }
}

/** `ALBT`: tells our files from other SQLite databases. */
export const APPLICATION_ID = 0x414c4254;

function configure(db: BetterSqlite3.Database, readonly: boolean, file: string): void {
  const isEmpty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isEmpty && db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new ConfigFault(
      `${file} is a SQLite database, but not a store of altinn-batch: move it away or set another data folder.`,
    );
  }
  db.pragma('foreign_keys = ON');
  db.pragma('temp_store = FILE');
  db.pragma('cache_size = -16384');
  if (readonly) return;
  if (isEmpty) {
    // All three hold only when set before the first table. Incremental vacuum lets a later purge give space back.
    db.pragma('page_size = 16384');
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma(`application_id = ${APPLICATION_ID}`);
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  // 64 MB at most between checkpoints, which mostly come earlier: see checkpointer.ts. What a long transaction made the
  // log grow beyond that is given back.
  db.pragma('wal_autocheckpoint = 4000');
  db.pragma('journal_size_limit = 67108864');
}
