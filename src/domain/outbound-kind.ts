/** The kinds of batches that go out (formats.md section 7), by the name of their root element; FormTaskInstances is ours. */
export const OUTBOUND_KINDS = [
  'AltUtConfirmationBatch',
  'CorrespondenceConfirmations',
  'CorrespondenceUsageData',
  'FormTaskInstances',
] as const;

export type OutboundKind = (typeof OUTBOUND_KINDS)[number];
