/** Field prefill over the forms of a form set: what fits goes in, and the result must still be valid (formats.md section 5). */
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import { quoted } from '../domain/quoted.js';
import type { StoredField, StoredForm } from '../store/prefill-lookup.js';
import { type FieldToFill, FormEdits } from './form-edits.js';
import { type LocationPath, parseLocationPath } from './location-path.js';

/** A form, and the XSD that it must keep to; null: none is known. */
export interface FormToFill extends Pick<StoredForm, 'ordinal' | 'dataFormatId' | 'dataFormatVersion' | 'formData'> {
  readonly schema: string | null;
}

export interface FormsToFill {
  readonly forms: readonly FormToFill[];
  /** In the order in which they were sent. */
  readonly fields: readonly StoredField[];
}

/** What has become of the forms of one form set. */
export interface FilledForms {
  /** Those that were changed, by their ordinal. */
  readonly changed: ReadonlyMap<number, string>;
  /** Which field went into which form. */
  readonly applied: readonly { readonly field: StoredField; readonly ordinal: number }[];
  /** About the fields that went into none. */
  readonly issues: readonly Issue[];
}

/** Tells which of these documents are not valid by an XSD, and why. */
export type CheckForms = (
  documents: readonly string[],
  schema: string,
) => Promise<readonly { readonly index: number; readonly message: string }[]>;

/** So many Issues on fields are spelled out; the rest is counted. */
const MOST_ISSUES = 20;

/**
 * Puts fields into forms. All that are to be validated by one XSD are looked at together; only of those that are not valid
 * then is it found out which of their fields make them so, and left out.
 */
export async function fillForms(sets: readonly FormsToFill[], check: CheckForms): Promise<readonly FilledForms[]> {
  const paths = new Map<string, LocationPath | null>();
  const fillings = sets.map(({ forms, fields }) => {
    const toFill = fields.flatMap((field) => {
      const path = pathOf(field, paths);
      return path === null ? [] : [{ field, path }];
    });
    return forms.map((form) => new FormFilling(form, toFill));
  });
  await validate(fillings.flat(), check);
  return sets.map(({ fields }, at) => outcome(fields, fillings[at] ?? [], paths));
}

/** One form on its way. */
class FormFilling {
  readonly edits: FormEdits;
  kept: readonly StoredField[];
  /** Why the others are left out. */
  readonly invalid = new Map<StoredField, string>();

  constructor(
    readonly form: FormToFill,
    fields: readonly FieldToFill[],
  ) {
    this.edits = new FormEdits(form.formData, fields);
    this.kept = this.edits.fitting;
  }

  get text(): string {
    return this.kept.length === 0 ? this.form.formData : this.edits.textWith(this.kept);
  }
}

async function validate(fillings: readonly FormFilling[], check: CheckForms): Promise<void> {
  const bySchema = new Map<string, FormFilling[]>();
  for (const filling of fillings) {
    const { schema } = filling.form;
    if (schema === null || filling.kept.length === 0) continue;
    const group = bySchema.get(schema);
    if (group === undefined) bySchema.set(schema, [filling]);
    else group.push(filling);
  }
  for (const [schema, group] of bySchema) {
    const failures = await check(
      group.map(({ text }) => text),
      schema,
    );
    for (const { index } of failures) {
      const filling = group[index];
      if (filling !== undefined) await leaveOutInvalid(filling, (text) => faultOf(text, schema, check));
    }
  }
}

async function faultOf(text: string, schema: string, check: CheckForms): Promise<string | null> {
  return (await check([text], schema))[0]?.message ?? null;
}

/** Keeps as many fields as go together, the earlier ones first. Mostly one is wrong, which is found by halves. */
async function leaveOutInvalid(filling: FormFilling, faultOf: (text: string) => Promise<string | null>): Promise<void> {
  const { edits, form, kept: all, invalid } = filling;
  const ownFault = await faultOf(form.formData);
  if (ownFault !== null) {
    filling.kept = [];
    for (const field of all) invalid.set(field, `the form itself is not valid: ${ownFault}`);
    return;
  }
  const keep = async (kept: readonly StoredField[], more: readonly StoredField[]): Promise<readonly StoredField[]> => {
    const [one, ...others] = more;
    if (one === undefined) return kept;
    const fault = await faultOf(edits.textWith([...kept, ...more]));
    if (fault === null) return [...kept, ...more];
    if (others.length === 0) {
      invalid.set(one, fault);
      return kept;
    }
    const half = Math.ceil(more.length / 2);
    return keep(await keep(kept, more.slice(0, half)), more.slice(half));
  };
  filling.kept = await keep([], all);
}

function outcome(
  fields: readonly StoredField[],
  fillings: readonly FormFilling[],
  paths: ReadonlyMap<string, LocationPath | null>,
): FilledForms {
  const changed = new Map<number, string>();
  const applied: { field: StoredField; ordinal: number }[] = [];
  const isKept = new Set<StoredField>();
  for (const { form, edits, kept, text } of fillings) {
    if (kept.length > 0) changed.set(form.ordinal, text);
    for (const field of kept) isKept.add(field);
    for (const { field } of edits.lastOf(kept)) applied.push({ field, ordinal: form.ordinal });
  }
  const left = fields.filter((field) => !isKept.has(field));
  return { changed, applied, issues: worstFirst(left.map((field) => misfitIssue(field, fillings, paths))) };
}

/** What is only for other forms hides nothing that is wrong. */
function worstFirst(all: readonly Issue[]): readonly Issue[] {
  const warnings = all.filter(({ level }) => level === 'Warning');
  const sorted = [...warnings, ...all.filter(({ level }) => level !== 'Warning')];
  if (sorted.length <= MOST_ISSUES) return sorted;
  const message = `${sorted.length - MOST_ISSUES} more field prefills were not put into the forms.`;
  const level = warnings.length > MOST_ISSUES ? 'Warning' : 'Information';
  return [...sorted.slice(0, MOST_ISSUES), issue(IssueCode.GeneralError, level, message)];
}

function misfitIssue(
  field: StoredField,
  fillings: readonly FormFilling[],
  paths: ReadonlyMap<string, LocationPath | null>,
): Issue {
  const which = `The field prefill ${quoted(field.fieldId)}${field.index === null ? '' : `, Index ${field.index},`}`;
  const notPut = 'so it was not put into the form';
  if (paths.get(field.fieldId) === null) {
    const message = `${which} has an Id that leads to no node: a location path such as /Skjema/Navn is expected, without functions, operators or other axes than child and attribute. It was not put into any form.`;
    return issue(IssueCode.GeneralError, 'Warning', message);
  }
  for (const { form, invalid, edits } of fillings) {
    const fault = invalid.get(field);
    const name = `form ${form.dataFormatId}/${form.dataFormatVersion}`;
    if (fault !== undefined) {
      const message = `${which} would make ${name} not valid, ${notPut}: ${fault}`;
      return issue(IssueCode.FormDataIsNotValid, 'Warning', message);
    }
    const misfit = edits.misfits.get(field);
    if (misfit === 'holds elements') {
      const message = `${which} leads to an element of ${name} that holds other elements, ${notPut}: a value can only be that of an element without any.`;
      return issue(IssueCode.GeneralError, 'Warning', message);
    }
    if (misfit === 'too many nodes') {
      const message = `${which} leads past more nodes of ${name} than can be looked at, ${notPut}.`;
      return issue(IssueCode.GeneralError, 'Warning', message);
    }
  }
  // A field belongs to no service: it may well be for the forms of another one.
  const message = `${which} fits no node of the forms, so it was not put into any of them.`;
  return issue(IssueCode.GeneralError, 'Information', message);
}

function pathOf({ fieldId }: StoredField, paths: Map<string, LocationPath | null>): LocationPath | null {
  let path = paths.get(fieldId);
  if (path === undefined) {
    path = parseLocationPath(fieldId);
    paths.set(fieldId, path);
  }
  return path;
}
