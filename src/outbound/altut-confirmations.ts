import { create } from 'xmlbuilder2';
import { localDateTime } from '../domain/dates.js';
import { chunked, splitAtLine } from '../receipts/chunks.js';
import { attribute, builderAttribute, textElement } from '../receipts/xml-text.js';
import type { StoredConfirmation } from '../store/confirmation-store.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import { outboundReference } from './names.js';
import type { OutboundRenderer } from './renderers.js';

const PLACEHOLDER = 'ConfirmationsStandHere';

/** Of a confirmation without a login method: the schema has no value for one that is not known. */
const METHOD_NOT_KNOWN = 1;

/** AltUtConfirmationBatch (formats.md section 7). */
export const renderAltUtConfirmations: OutboundRenderer = (store, batch) =>
  chunked(pieces(batch, store.confirmations.of(batch.id)));

/** The document in pieces, for a batch and what is in it. */
export function* pieces(batch: OutboundBatch, confirmations: Iterable<StoredConfirmation>): Generator<string> {
  const [before, after] = splitAtLine(frameXml(batch), `<${PLACEHOLDER}/>`);
  yield before;
  for (const one of confirmations) yield confirmationXml(one, batch.timeZone);
  yield after;
}

function frameXml({ reference, kind, systemUserCode, sequenceNo, shipmentDateTime, entries }: OutboundBatch): string {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  document
    .ele('AltUtConfirmationBatch', {
      batchReference: builderAttribute(reference),
      previousReference:
        sequenceNo === 1 ? '' : builderAttribute(outboundReference(systemUserCode, kind, sequenceNo - 1)),
      receiverReference: builderAttribute(systemUserCode),
      timeStamp: shipmentDateTime,
      confirmationsInBatch: String(entries),
    })
    .ele('AltUtConfirmations')
    .ele(PLACEHOLDER);
  return `${document.end({ prettyPrint: true })}\n`;
}

function confirmationXml(one: StoredConfirmation, timeZone: string): string {
  const local = (time: string) => localDateTime(Date.parse(time), timeZone);
  const reference = one.sendersReference === null ? '' : attribute('messageReference', one.sendersReference);
  let xml =
    `    <Confirmation${attribute('participantId', one.reportee ?? '')}${attribute('shortName', one.shortName ?? '')}${reference}>\n` +
    `      <Read>\n        <ReadDateTime>${local(one.readAt)}</ReadDateTime>\n      </Read>\n`;
  if (one.kind === 'Confirmed') {
    xml +=
      `      <Confirmed${attribute('participantId', one.personNumber ?? '')}>\n` +
      `        <ConfirmedDateTime>${local(one.at)}</ConfirmedDateTime>\n` +
      `        ${textElement('ConfirmedRoleList', one.roles ?? '')}\n` +
      `        <LoginMethod>${one.method ?? METHOD_NOT_KNOWN}</LoginMethod>\n      </Confirmed>\n`;
  }
  return `${xml}    </Confirmation>\n`;
}
