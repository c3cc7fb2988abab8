import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { localDateTime } from '../domain/dates.js';
import { chunked, splitAtLine } from '../receipts/chunks.js';
import { builderText, textElement } from '../receipts/xml-text.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { GroupInReport, StoredUsage } from '../store/usage-report-store.js';
import type { OutboundRenderer } from './renderers.js';

export const USAGE_DATA_NAMESPACE = 'http://schemas.altinn.no/services/intermediary/correspondence/usagedata/2009/10';

/** CorrespondenceUsageData (formats.md section 7). */
export const renderUsageData: OutboundRenderer = (store, batch) =>
  chunked(
    pieces(batch, store.usageReports.groupsOf(batch.id), ({ groupId }) =>
      store.usageReports.messagesOf(batch.id, groupId),
    ),
  );

/** The document in pieces. @param groups by service and edition */
export function* pieces(
  batch: OutboundBatch,
  groups: readonly GroupInReport[],
  messagesOf: (group: GroupInReport) => Iterable<StoredUsage>,
): Generator<string> {
  let rest = frameXml(batch, groups);
  for (const group of groups) {
    const [before, after] = splitAtLine(rest, `<${placeholder(group)}/>`);
    yield before;
    for (const one of messagesOf(group)) yield messageXml(one, batch.timeZone);
    rest = after;
  }
  yield rest;
}

/** All but the messages; in the place of those of each group stands an element named by it. */
function frameXml({ ownerCode, shipmentDateTime }: OutboundBatch, groups: readonly GroupInReport[]): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const root = document.ele(USAGE_DATA_NAMESPACE, 'CorrespondenceUsageData');
  append(root, 'ShipmentDateTime', shipmentDateTime);
  const usage = root.ele(USAGE_DATA_NAMESPACE, 'CorrespondenceUsage');
  for (const editions of runsOf(groups, (one) => one.serviceCode)) {
    const service = usage.ele(USAGE_DATA_NAMESPACE, 'Service');
    append(service, 'ServiceOwnerCode', ownerCode);
    append(service, 'ServiceName', editions.at(-1)?.serviceName ?? '');
    for (const senders of runsOf(editions, (one) => one.serviceEditionCode)) {
      const edition = service.ele(USAGE_DATA_NAMESPACE, 'ServiceEdition');
      const code = senders[0]?.serviceEditionCode ?? '';
      append(edition, 'ServiceEditionID', code);
      const version = edition.ele(USAGE_DATA_NAMESPACE, 'ServiceEditionVersion');
      append(version, 'ServiceEditionVersionName', code);
      for (const group of senders) version.ele(USAGE_DATA_NAMESPACE, placeholder(group));
    }
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function placeholder({ groupId }: GroupInReport): string {
  return `MessagesOfGroup${groupId}StandHere`;
}

function append(parent: XMLBuilder, name: string, value: string): void {
  parent.ele(USAGE_DATA_NAMESPACE, name).txt(builderText(value));
}

/** Those that stand together and have the same key. */
function runsOf<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const runs: T[][] = [];
  for (const one of all) {
    const run = runs.at(-1);
    if (run?.[0] !== undefined && keyOf(run[0]) === keyOf(one)) run.push(one);
    else runs.push([one]);
  }
  return runs;
}

function messageXml({ reportee, state, sentAt }: StoredUsage, timeZone: string): string {
  return (
    `          <Correspondence>\n            ${textElement('ReporteeID', reportee ?? '')}\n` +
    `            <CorrespondenceStatusType>${state}</CorrespondenceStatusType>\n` +
    `            <SentCorrespondenceDatetime>${localDateTime(Date.parse(sentAt), timeZone)}</SentCorrespondenceDatetime>\n` +
    '          </Correspondence>\n'
  );
}
