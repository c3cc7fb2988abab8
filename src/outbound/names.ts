import { hash } from 'node:crypto';
import type { OutboundKind } from '../domain/outbound-kind.js';
import { clipBytes } from '../receipts/names.js';

const SHORT_NAMES: Readonly<Record<OutboundKind, string>> = {
  AltUtConfirmationBatch: 'ALTUT',
  CorrespondenceConfirmations: 'CORR',
  CorrespondenceUsageData: 'USAGE',
  FormTaskInstances: 'FORMTASK',
};

/** The OutboundShipmentReference of a batch that goes out: `SKD-PSA-CORR-17`. */
export function outboundReference(systemUserCode: string, kind: OutboundKind, sequenceNo: number): string {
  return `${systemUserCode}-${SHORT_NAMES[kind]}-${sequenceNo}`;
}

/** A folder takes names of 255 bytes, and that of the receipt is longer. */
const MOST_BYTES = 200;

/**
 * The name of a batch's file, which no other reference has: the reference itself, where what can't stand in a file name
 * everywhere is written as in a URL. Of one that is too long the end is cut, and a hash tells it apart.
 */
export function outboundFileName(reference: string): string {
  const name = reference.replace(/[^\p{L}\p{Nd}._-]/gu, percentEncoded);
  if (Buffer.byteLength(name) <= MOST_BYTES) return `${name}.xml`;
  return `${clipBytes(name, MOST_BYTES)}~${hash('sha256', reference, 'hex').slice(0, 12)}.xml`;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
