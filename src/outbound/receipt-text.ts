import type { OutboundKind } from '../domain/outbound-kind.js';
import { fileAndSender } from '../receipts/text.js';

const ENTRIES: Readonly<Record<OutboundKind, readonly [one: string, many: string]>> = {
  AltUtConfirmationBatch: ['confirmation', 'confirmations'],
  CorrespondenceConfirmations: ['confirmation', 'confirmations'],
  CorrespondenceUsageData: ['message', 'messages'],
  FormTaskInstances: ['form task instance', 'form task instances'],
};

/** The text of the receipt of a batch that goes out; like that of any receipt it names the file and the system user code. */
export function outboundReceiptText({
  kind,
  systemUserCode,
  fileName,
  entries,
}: {
  readonly kind: OutboundKind;
  readonly systemUserCode: string;
  readonly fileName: string;
  readonly entries: number;
}): string {
  const [one, many] = ENTRIES[kind];
  return `${fileAndSender({ fileName, systemUserCode })}: ${kind} with ${entries} ${entries === 1 ? one : many}, sent out.`;
}
