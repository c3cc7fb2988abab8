import { IssueCode, issue } from '../domain/issue.js';
import type { Catalogue } from '../domain/service.js';
import { formDefinitionOf } from '../formats/form-schema.js';
import type { PrefillKey } from '../store/prefill-lookup.js';
import { type CheckForms, type FilledForms, fillForms } from './fill-forms.js';
import { type FoundPrefill, MOST_FIELDS } from './find-prefill.js';

/** A prefill, and for which service. */
export interface ToFill {
  readonly key: Pick<PrefillKey, 'serviceCode' | 'serviceEditionCode'>;
  /** Null: there is no form to fill. */
  readonly prefill: FoundPrefill | null;
}

/** Puts the fields of each prefill into its forms; the answers come in the same order. */
export async function fillFound(
  wishes: readonly ToFill[],
  { catalogue, checkForms }: { readonly catalogue: Catalogue; readonly checkForms: CheckForms },
): Promise<readonly FilledForms[]> {
  const sets = wishes.map(({ key, prefill }) => {
    const service = catalogue.service(key.serviceCode, key.serviceEditionCode);
    const forms = (prefill?.forms ?? []).map((form) => {
      const definition = service && formDefinitionOf(form, service);
      return { ...form, schema: definition?.schema ?? null };
    });
    return { forms, fields: prefill?.fields ?? [] };
  });
  const filled = await fillForms(sets, checkForms);
  return filled.map((one, at) => (wishes[at]?.prefill?.hasMoreFields === true ? withTooManyFields(one) : one));
}

function withTooManyFields(filled: FilledForms): FilledForms {
  const message = `The reportee has more than ${MOST_FIELDS} field prefills that are valid on the day: those that were sent last were not put into the forms.`;
  return { ...filled, issues: [...filled.issues, issue(IssueCode.GeneralError, 'Warning', message)] };
}
