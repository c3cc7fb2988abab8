import { InternalFault } from '../domain/faults.js';
import type { OutboundKind } from '../domain/outbound-kind.js';
import type { OutboundBatch } from '../store/outbound-store.js';
import type { Store } from '../store/store.js';
import { renderAltUtConfirmations } from './altut-confirmations.js';
import { renderCorrespondenceConfirmations } from './correspondence-confirmations.js';
import { formTaskInstances } from './form-task-instances.js';
import { renderUsageData } from './usage-data.js';

/**
 * Writes a batch from what the store holds of it: the same bytes each time, in chunks, in memory that does not grow with
 * its entries. Nothing is held open in the store between one chunk and the next.
 */
export type OutboundRenderer = (store: Store, batch: OutboundBatch) => Iterable<string>;

const RENDERERS: Readonly<Partial<Record<OutboundKind, OutboundRenderer>>> = {
  AltUtConfirmationBatch: renderAltUtConfirmations,
  CorrespondenceConfirmations: renderCorrespondenceConfirmations,
  CorrespondenceUsageData: renderUsageData,
  FormTaskInstances: formTaskInstances,
};

export function renderOutbound(store: Store, batch: OutboundBatch): Iterable<string> {
  const render = RENDERERS[batch.kind];
  if (render === undefined) throw new InternalFault(`Nothing here can write a ${batch.kind}.`);
  return render(store, batch);
}
