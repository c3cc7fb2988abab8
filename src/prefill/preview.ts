import type { Issue } from '../domain/issue.js';
import type { Catalogue } from '../domain/service.js';
import type { PrefillKey, PrefillSource, StoredAttachment, StoredForm } from '../store/prefill-lookup.js';
import type { Store } from '../store/store.js';
import type { CheckForms } from './fill-forms.js';
import { fillFound } from './fill-found.js';
import { findPrefill } from './find-prefill.js';
import { type FormValue, formValues } from './form-values.js';

/** What a form task would begin with on a day, and where each value came from. */
export interface PrefillPreview {
  readonly formSet: PrefillSource;
  readonly attachments: readonly StoredAttachment[];
  readonly forms: readonly (StoredForm & { readonly values: readonly FormValue[] })[];
  /** Of the field prefill that has gone into the forms. */
  readonly fields: readonly PrefillSource[];
  readonly issues: readonly Issue[];
}

/** @returns null when there is no form set that is valid on the day */
export async function previewPrefill(
  { store, ...rest }: { readonly store: Store; readonly catalogue: Catalogue; readonly checkForms: CheckForms },
  key: PrefillKey,
  day: string,
): Promise<PrefillPreview | null> {
  const prefill = findPrefill(store, key, [day]);
  if (prefill === null) return null;
  const formSet = store.prefill.formSetSource(prefill.formSetId);
  const [filled] = await fillFound([{ key, prefill }], rest);
  if (formSet === undefined || filled === undefined) return null;
  const forms = store.prefill.forms(prefill.formSetId).map((form) => {
    const formData = filled.changed.get(form.ordinal) ?? form.formData;
    const fields = filled.applied.filter(({ ordinal }) => ordinal === form.ordinal).map(({ field }) => field);
    return { ...form, formData, values: formValues(formData, fields) };
  });
  const itemIds = [...new Set(filled.applied.map(({ field }) => field.itemId))];
  return {
    formSet,
    attachments: store.prefill.attachments(prefill.formSetId),
    forms,
    fields: itemIds.flatMap((itemId) => store.prefill.fieldSource(itemId) ?? []),
    issues: filled.issues,
  };
}
