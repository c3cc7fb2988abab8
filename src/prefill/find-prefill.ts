import type { PrefillKey, StoredField, StoredForm } from '../store/prefill-lookup.js';
import type { Store } from '../store/store.js';

/** What a form begins with: a form set, and the field prefill that goes over it (formats.md section 5, "Prefill precedence"). */
export interface FoundPrefill {
  readonly formSetId: number;
  /** The day on which all of it is valid. */
  readonly day: string;
  /** In the order in which they were sent. */
  readonly fields: readonly StoredField[];
  /** Whether the reportee has more fields than are used. */
  readonly hasMoreFields: boolean;
  /** Of the form set; only read when there are fields that may go into them. */
  readonly forms: readonly StoredForm[];
}

/** So many fields of a reportee are used on a day: far beyond any form. */
export const MOST_FIELDS = 5000;

/**
 * The prefill with that key on the first of these days on which there is a form set.
 * @param days yyyy-MM-dd
 * @returns null when there is none on any
 */
export function findPrefill(store: Store, key: PrefillKey, days: readonly string[]): FoundPrefill | null {
  for (const day of new Set(days)) {
    const formSetId = store.prefill.formSetOn(key, day);
    if (formSetId === null) continue;
    const found = store.prefill.fieldsOn(key, day, MOST_FIELDS + 1);
    const fields = found.slice(0, MOST_FIELDS);
    const forms = fields.length === 0 ? [] : store.prefill.forms(formSetId);
    return { formSetId, day, fields, hasMoreFields: found.length > fields.length, forms };
  }
  return null;
}
