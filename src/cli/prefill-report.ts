import type { Issue } from '../domain/issue.js';
import type { PrefillPreview } from '../prefill/preview.js';
import type { PrefillKey, PrefillSource, StoredAttachment } from '../store/prefill-lookup.js';
import { orDash } from './batch-line.js';
import { labelled, tableSection } from './sections.js';
import type { Column } from './table.js';

/** What `prefill show` prints; the keys and their order are those of its JSON. */
export interface PrefillReport {
  readonly ownerCode: string;
  readonly reportee: string;
  readonly serviceCode: string;
  readonly serviceEditionCode: string;
  readonly identifyingFields: readonly string[];
  readonly date: string;
  readonly formSet: PrefillSource;
  readonly forms: readonly FormReport[];
  readonly attachments: readonly Omit<StoredAttachment, 'id'>[];
  /** The field prefill that has gone into the forms. */
  readonly fields: readonly PrefillSource[];
  readonly issues: readonly Issue[];
}

export interface FormReport {
  readonly dataFormatId: string;
  readonly dataFormatVersion: string;
  readonly sendersReference: string;
  readonly parentReference: string | null;
  readonly formData: string;
  readonly values: readonly ValueReport[];
}

export interface ValueReport {
  readonly path: string;
  readonly value: string;
  readonly from: 'form set' | 'field';
  /** The item that it came with. */
  readonly itemId: number;
}

export function toPrefillReport(
  { ownerCode, reportee, serviceCode, serviceEditionCode }: PrefillKey,
  identifyingFields: readonly string[],
  date: string,
  { formSet, forms, attachments, fields, issues }: PrefillPreview,
): PrefillReport {
  return {
    ...{ ownerCode, reportee, serviceCode, serviceEditionCode, identifyingFields, date, formSet },
    forms: forms.map(({ dataFormatId, dataFormatVersion, sendersReference, parentReference, formData, values }) => ({
      ...{ dataFormatId, dataFormatVersion, sendersReference, parentReference, formData },
      values: values.map(({ path, value, field }) => {
        const [from, itemId] =
          field === null ? ['form set' as const, formSet.itemId] : ['field' as const, field.itemId];
        return { path, value, from, itemId };
      }),
    })),
    attachments: attachments.map(({ id: _id, ...attachment }) => attachment),
    ...{ fields, issues },
  };
}

/** The same for people. */
export function prefillReportText(report: PrefillReport): string {
  const { formSet, forms, attachments, fields, identifyingFields } = report;
  const head = labelled({
    reportee: report.reportee,
    'service owner': report.ownerCode,
    identifying: identifyingFields.length === 0 ? null : identifyingFields.join(' | '),
    'form set': `${orDash(formSet.sendersReference)}, item ${formSet.itemId}: line ${formSet.line} of ${formSet.fileName}, batch ${formSet.batchId}`,
    valid: `${formSet.validFrom} to ${formSet.validTo}`,
  });
  const issues = report.issues.map(({ level, code, message }) => `  ${level} ${code}: ${message}`);
  return [
    `Prefill of ${report.serviceCode}/${report.serviceEditionCode} on ${report.date}`,
    ...head,
    ...forms.flatMap(({ dataFormatId, dataFormatVersion, sendersReference, values }) =>
      tableSection(`Form ${dataFormatId}/${dataFormatVersion}, ${sendersReference}`, values, VALUE_COLUMNS),
    ),
    ...tableSection('Attachments', attachments, ATTACHMENT_COLUMNS),
    ...tableSection('Field prefill in it', fields, FIELD_COLUMNS),
    ...(issues.length === 0 ? [] : ['', 'Issues', ...issues]),
  ].join('\n');
}

const VALUE_COLUMNS: readonly Column<ValueReport>[] = [
  { title: 'FROM', width: 8, value: (one) => one.from },
  { title: 'ITEM', width: 12, right: true, value: (one) => String(one.itemId) },
  { title: 'PATH', width: 40, value: (one) => one.path },
  { title: 'VALUE', width: 0, value: (one) => one.value },
];

const ATTACHMENT_COLUMNS: readonly Column<Omit<StoredAttachment, 'id'>>[] = [
  { title: 'NAME', width: 24, value: (one) => one.attachmentName },
  { title: 'FILE', width: 24, value: (one) => one.fileName },
  { title: 'TYPE', width: 16, value: (one) => one.attachmentType },
  { title: 'REFERENCE', width: 0, value: (one) => one.sendersReference },
];

const FIELD_COLUMNS: readonly Column<PrefillSource>[] = [
  { title: 'ITEM', width: 12, right: true, value: (one) => String(one.itemId) },
  { title: 'BATCH', width: 8, right: true, value: (one) => String(one.batchId) },
  { title: 'LINE', width: 8, right: true, value: (one) => String(one.line) },
  { title: 'VALID', width: 24, value: (one) => `${one.validFrom} to ${one.validTo}` },
  { title: 'FILE', width: 0, value: (one) => one.fileName },
];
