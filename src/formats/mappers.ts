import type { Format } from '../domain/format.js';
import { altutMapper } from './altut.js';
import { correspondenceMapper } from './correspondence.js';
import type { ItemMapper } from './item-mapper.js';
import { prefillMapper } from './prefill.js';
import { subscriptionMapper } from './subscription.js';

/** The mapper of each format. */
export const MAPPERS: Readonly<Record<Format, ItemMapper>> = {
  prefill: prefillMapper,
  subscription: subscriptionMapper,
  correspondence: correspondenceMapper,
  altut: altutMapper,
};
