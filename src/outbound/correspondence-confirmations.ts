import { create } from 'xmlbuilder2';
import { localDateTime } from '../domain/dates.js';
import { InternalFault } from '../domain/faults.js';
import { chunked, splitAtLine } from '../receipts/chunks.js';
import { builderText, textElement } from '../receipts/xml-text.js';
import type { StoredConfirmation } from '../store/confirmation-store.js';
import type { MessageGroup } from '../store/message-groups.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { OutboundRenderer } from './renderers.js';

export const CONFIRMATIONS_NAMESPACE =
  'http://schemas.altinn.no/services/intermediary/correspondence/confirmations/2010/10';
const PLACEHOLDER = 'ConfirmationsStandHere';

/** AuthenticationMethod of a confirmation without a login method. */
const METHOD_NOT_KNOWN = 0;

/** A system user code can't be longer in this document: its schema says so. */
export const LONGEST_SYSTEM_USER_CODE = 15;

/** The service that a confirmation is of, by its group. */
export type ServiceOfGroup = (groupId: number) => Pick<MessageGroup, 'serviceCode' | 'serviceEditionCode'>;

/** CorrespondenceConfirmations (formats.md section 7). */
export const renderCorrespondenceConfirmations: OutboundRenderer = (store, batch) => {
  const groups = new Map<number, MessageGroup>();
  const serviceOf: ServiceOfGroup = (id) => {
    const group = groups.get(id) ?? store.confirmations.group(id);
    if (group === undefined) throw new InternalFault(`There is no message group ${id}.`);
    groups.set(id, group);
    return group;
  };
  return chunked(pieces(batch, store.confirmations.of(batch.id), serviceOf));
};

/** The document in pieces, for a batch and what is in it. */
export function* pieces(
  batch: OutboundBatch,
  confirmations: Iterable<StoredConfirmation>,
  serviceOf: ServiceOfGroup,
): Generator<string> {
  const [before, after] = splitAtLine(frameXml(batch), `<${PLACEHOLDER}/>`);
  yield before;
  for (const one of confirmations) yield confirmationXml(one, serviceOf(one.groupId), batch.timeZone);
  yield after;
}

function frameXml({ sequenceNo, systemUserCode, shipmentDateTime, entries }: OutboundBatch): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const root = document.ele(CONFIRMATIONS_NAMESPACE, 'CorrespondenceConfirmations');
  const append = (name: string, value: string) => root.ele(CONFIRMATIONS_NAMESPACE, name).txt(builderText(value));
  append('SequenceNo', String(sequenceNo));
  append('PreviousSequenceNo', String(sequenceNo - 1));
  append('SystemUserCode', systemUserCode);
  append('ShipmentDateTime', shipmentDateTime);
  append('CountConfirmationsInShipment', String(entries));
  root.ele(CONFIRMATIONS_NAMESPACE, PLACEHOLDER);
  return `${document.end({ prettyPrint: true })}\n`;
}

function confirmationXml(
  one: StoredConfirmation,
  { serviceCode, serviceEditionCode }: ReturnType<ServiceOfGroup>,
  timeZone: string,
): string {
  const local = (time: string) => localDateTime(Date.parse(time), timeZone);
  let xml =
    `  <Confirmation>\n    ${textElement('ServiceCode', serviceCode)}\n` +
    `    ${textElement('ServiceEdition', serviceEditionCode)}\n    ${textElement('Reportee', one.reportee ?? '')}\n` +
    `    ${textElement('CorrespondenceReference', one.sendersReference ?? '')}\n` +
    `    <Read>\n      <ReadDateTime>${local(one.readAt)}</ReadDateTime>\n    </Read>\n`;
  if (one.kind === 'Confirmed') {
    xml +=
      `    <Confirmed>\n      ${textElement('UserSSN', one.personNumber ?? '')}\n` +
      `      <ConfirmedDateTime>${local(one.at)}</ConfirmedDateTime>\n` +
      `      ${textElement('ConfirmedRoleList', one.roles ?? '')}\n` +
      `      <AuthenticationMethod>${one.method ?? METHOD_NOT_KNOWN}</AuthenticationMethod>\n    </Confirmed>\n`;
  }
  return `${xml}  </Confirmation>\n`;
}
