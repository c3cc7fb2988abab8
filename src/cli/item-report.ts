import type { Format } from '../domain/format.js';
import { type Issue, type IssueLevel, issueName } from '../domain/issue.js';
import type { ContentDigest } from '../store/item-content-reader.js';
import type { ItemDetails } from '../store/item-log.js';
import type { ItemState } from '../store/sub-receipt-items.js';
import { orDash } from './batch-line.js';
import { outline } from './outline.js';
import { labelled } from './sections.js';

/** An item as `items show` prints it; the keys and their order are those of its JSON. */
export interface ItemReport {
  readonly id: number;
  readonly batchId: number;
  readonly file: string;
  readonly format: Format;
  readonly systemUserCode: string;
  /** Of the shipment. */
  readonly reference: string | null;
  /** Its place in the shipment, from 1. */
  readonly item: number;
  readonly line: number;
  readonly position: number;
  readonly state: ItemState;
  readonly serviceCode: string | null;
  readonly serviceEditionCode: string | null;
  readonly reportee: string | null;
  readonly sendersReference: string | null;
  readonly shortName: string | null;
  readonly receiptId: number | null;
  readonly subReceiptId: number | null;
  readonly issues: readonly IssueOfItem[];
  readonly rawXml: { readonly xml: string; readonly truncated: boolean } | null;
  readonly content: ContentDigest | null;
}

interface IssueOfItem extends Issue {
  readonly level: IssueLevel;
  readonly name: string | null;
}

export function toItemReport(item: ItemDetails): ItemReport {
  return {
    id: item.id,
    batchId: item.batchId,
    file: item.fileName,
    format: item.format,
    systemUserCode: item.systemUserCode,
    reference: item.shipmentReference,
    item: item.ordinal,
    line: item.line,
    position: item.position,
    state: item.state,
    serviceCode: item.serviceCode,
    serviceEditionCode: item.serviceEditionCode,
    reportee: item.reportee,
    sendersReference: item.sendersReference,
    shortName: item.shortName,
    receiptId: item.receiptId,
    subReceiptId: item.subReceiptId,
    issues: item.issues.map((one) => ({ ...one, name: issueName(one.code) })),
    rawXml: item.rawXml,
    content: item.content,
  };
}

/** The same for people. */
export function itemReportText(report: ItemReport): string {
  const { serviceCode, serviceEditionCode, receiptId, subReceiptId } = report;
  const service = serviceEditionCode === null ? serviceCode : `${orDash(serviceCode)}/${serviceEditionCode}`;
  const head = labelled({
    state: report.state,
    place: `line ${report.line}, position ${report.position}`,
    format: report.format,
    'system user': report.systemUserCode,
    shipment: orDash(report.reference),
    service: orDash(service),
    'short name': report.shortName,
    reportee: orDash(report.reportee),
    reference: orDash(report.sendersReference),
    receipt: receiptId === null ? '-' : `${receiptId}${subReceiptId === null ? '' : `, sub-receipt ${subReceiptId}`}`,
    'since then': lifeCommand(report),
  });
  return [
    `Item ${report.id}: item ${report.item} of ${report.file}, batch ${report.batchId}`,
    ...head,
    ...section('Issues', report.issues.map(issueText)),
    ...section('Raw XML', rawXmlText(report)),
    ...section('Content', contentText(report)),
  ].join('\n');
}

/** What shows how an accepted item has gone on; null where there is no more to it. */
function lifeCommand({ id, state, format }: ItemReport): string | null {
  if (state !== 'accepted' || format === 'prefill') return null;
  return `altinn-batch ${format === 'subscription' ? 'subscriptions' : 'messages'} show ${id}`;
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}

function issueText({ level, code, name, line, position, message }: IssueOfItem): string {
  const place = line === null ? '' : `, line ${line}${position === null ? '' : `, position ${position}`}`;
  return `${level} ${code}${name === null ? '' : ` ${name}`}${place}: ${message}`;
}

function rawXmlText({ rawXml, state }: ItemReport): string[] {
  if (rawXml === null) return state === 'failed' ? ['no longer kept'] : [];
  const lines = rawXml.xml.split('\n');
  return rawXml.truncated ? [...lines, '... the item was too large to keep all of it'] : lines;
}

function contentText({ content, state }: ItemReport): string[] {
  if (content !== null) return outline(content);
  return state === 'accepted' ? ['no longer kept'] : [];
}
