import type { Logger } from 'pino';
import type { Home } from '../config/home.js';
import { localDateTime } from '../domain/dates.js';
import type { Catalogue } from '../domain/service.js';
import type { Checkpointer } from '../store/checkpointer.js';
import type { Store } from '../store/store.js';
import type { Hooks } from '../watchkeeping/hooks.js';
import type { Validator } from '../xml/validator.js';
import type { MailboxTroubles } from './mailbox-troubles.js';
import type { Progress, ShipmentResult } from './results.js';

/** The steps of a file's way, each told when it is done, so that a test can end the process there. */
export type IntakeStep = 'claim' | 'chunk' | 'commit' | 'publish' | 'archive';

/** What processing a file needs; one of it for as long as the lock is held. */
export interface Engine {
  readonly home: Home;
  readonly store: Store;
  readonly checkpointer: Checkpointer;
  readonly troubles: MailboxTroubles;
  /** As it was taken in last; see `refreshCatalogue`. */
  readonly catalogue: Catalogue;
  readonly log: Logger;
  readonly signal: AbortSignal | undefined;
  readonly hooks: Hooks;
  /** The validating child, started when first asked for. */
  validator(): Promise<Validator>;
  /** Takes in the catalogue file when it has changed; a broken one is told of, and the one before stays in use. */
  refreshCatalogue(): Promise<void>;
  onShipment(result: ShipmentResult): void;
  onNotice(text: string): void;
  onProgress(progress: Progress | null): void;
  onStep(step: IntakeStep): void;
}

/** The store's own times: UTC. */
export function nowUtc(): string {
  return new Date().toISOString();
}

/** The sender's times: yyyy-MM-ddThh:mm:ss in the `timeZone` setting. */
export function nowLocal(engine: Engine): string {
  return localDateTime(Date.now(), engine.home.settings.timeZone);
}
