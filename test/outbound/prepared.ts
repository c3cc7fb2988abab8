import type { Home } from '../../src/config/home.js';
import type { OutboundKind } from '../../src/domain/outbound-kind.js';
import { prepareOutbound } from '../../src/outbound/prepare.js';
import type { OutboundBatch } from '../../src/store/outbound-store.js';
import type { Store } from '../../src/store/store.js';

/** A batch with so many entries that nobody keeps: for what is the same of all kinds. */
export function prepared(
  home: Home,
  store: Store,
  { kind = 'FormTaskInstances', systemUserCode = 'SKD', entries = 2, take = () => entries }: Partial<Wish> = {},
): OutboundBatch {
  const ownerCode = systemUserCode.slice(0, 3);
  return prepareOutbound(
    { home, store },
    { kind, ownerCode, ownerOrgNumber: '974761076', systemUserCode, entries },
    take,
  );
}

interface Wish {
  readonly kind: OutboundKind;
  readonly systemUserCode: string;
  readonly entries: number;
  take(batchId: number): number;
}
