import type { Format } from '../domain/format.js';
import type { Database, Statement } from './database.js';

/** What a system user code's sequence of one format stands at. */
export interface Sequence {
  readonly systemUserCode: string;
  readonly format: Format;
  /** Of the shipment accepted last, of those that had a number; null: none yet. */
  readonly lastAccepted: number | null;
  /** The receipt of that shipment. */
  readonly receiptId: number | null;
  readonly nextDue: number;
  /** Null when the next number follows from the last one. */
  readonly setByHand: SetByHand | null;
}

export interface SetByHand {
  /** UTC. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
}

/** Sequence numbers: which is due next, by the shipment accepted last or by what was set by hand since. */
export class SequenceStore {
  readonly #last: Statement<[string, string], Last>;
  readonly #override: Statement<[string, string], Override>;
  readonly #highestAcceptance: Statement<[], number | null>;
  readonly #insert: Statement<[string, string, number, number, string, string, string], never>;
  readonly #nextKey: Statement<[string, string], Key>;
  readonly #overrideKeys: Statement<[], Key>;

  constructor(db: Database) {
    this.#last = db.prepare(
      `SELECT sequence_value AS value, acceptance, receipt_id AS receiptId FROM shipment
       WHERE system_user_code = ? AND format = ? AND state = 'accepted' AND sequence_value IS NOT NULL
       ORDER BY acceptance DESC LIMIT 1`,
    );
    this.#override = db.prepare(
      `SELECT next_value AS nextValue, after_acceptance AS afterAcceptance, set_at AS at, set_by AS "by", why
       FROM sequence_override WHERE system_user_code = ? AND format = ? ORDER BY id DESC LIMIT 1`,
    );
    this.#highestAcceptance = db.prepareValue('SELECT max(acceptance) FROM shipment WHERE acceptance IS NOT NULL');
    this.#insert = db.prepare(
      `INSERT INTO sequence_override (system_user_code, format, next_value, after_acceptance, set_at, set_by, why)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    // From one key to the next by the index: a sender of a million shipments costs no more than one of a single one.
    this.#nextKey = db.prepare(
      `SELECT system_user_code AS systemUserCode, format FROM shipment
       WHERE state = 'accepted' AND sequence_value IS NOT NULL AND (system_user_code, format) > (?, ?)
       ORDER BY system_user_code, format LIMIT 1`,
    );
    this.#overrideKeys = db.prepare(
      'SELECT DISTINCT system_user_code AS systemUserCode, format FROM sequence_override',
    );
  }

  /** The number that the next shipment must have; undefined while none was accepted or set. */
  due(systemUserCode: string, format: Format): { readonly value: number; readonly setByHand: boolean } | undefined {
    const { nextDue, setByHand } = this.#at({ systemUserCode, format }) ?? {};
    return nextDue === undefined ? undefined : { value: nextDue, setByHand: setByHand !== null };
  }

  /** Sets the number that is due next; it holds until a shipment with a number is accepted. */
  set(systemUserCode: string, format: Format, nextDue: number, { at, by, why }: SetByHand): void {
    const after = this.#highestAcceptance.get() ?? 0;
    this.#insert.run(systemUserCode, format, nextDue, after, at, by, why);
  }

  /** By system user code and format. @param ownerCode only those of that service owner */
  list(ownerCode: string | null): Sequence[] {
    const keys = new Map<string, Key>();
    for (const key of [...this.#acceptedKeys(), ...this.#overrideKeys.all()]) {
      if (ownerCode === null || key.systemUserCode.startsWith(ownerCode)) keys.set(Object.values(key).join('\n'), key);
    }
    return [...keys.entries()]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, key]) => this.#at(key))
      .filter((one) => one !== undefined);
  }

  *#acceptedKeys(): Generator<Key> {
    let key = this.#nextKey.get('', '');
    while (key !== undefined) {
      yield key;
      key = this.#nextKey.get(key.systemUserCode, key.format);
    }
  }

  #at({ systemUserCode, format }: Key): Sequence | undefined {
    const last = this.#last.get(systemUserCode, format);
    const override = this.#override.get(systemUserCode, format);
    const known = {
      systemUserCode,
      format,
      lastAccepted: last?.value ?? null,
      receiptId: last?.receiptId ?? null,
    };
    if (override !== undefined && (last?.acceptance ?? 0) <= override.afterAcceptance) {
      const { nextValue, at, by, why } = override;
      return { ...known, nextDue: nextValue, setByHand: { at, by, why } };
    }
    return last === undefined ? undefined : { ...known, nextDue: last.value + 1, setByHand: null };
  }
}

type Key = Pick<Sequence, 'systemUserCode' | 'format'>;

interface Last {
  readonly value: number;
  readonly acceptance: number;
  readonly receiptId: number | null;
}

interface Override extends SetByHand {
  readonly nextValue: number;
  readonly afterAcceptance: number;
}
