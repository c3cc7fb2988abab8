/** Settings that a service owner of the catalogue may have of its own. */
import { z } from 'zod';
import type { Catalogue, ServiceOwner } from '../domain/service.js';
import { type Settings, settingsShape } from './settings.js';

const { subReceipts, maxFailedItems, maxItemBytes, maxFileBytes, acceptSyntheticPersons } = settingsShape;

/** Each as in the settings file, but without a default: what is left out is as the home has it. */
export const ownerSettingsSchema = z.strictObject({
  subReceipts: subReceipts.unwrap().exactOptional(),
  maxFailedItems: maxFailedItems.unwrap().exactOptional(),
  maxItemBytes: maxItemBytes.unwrap().exactOptional(),
  maxFileBytes: maxFileBytes.unwrap().exactOptional(),
  acceptSyntheticPersons: acceptSyntheticPersons.unwrap().exactOptional(),
});

export type OwnerSettings = Readonly<z.output<typeof ownerSettingsSchema>>;

/** The settings that hold for a shipment of that owner; undefined: of none that the catalogue knows. */
export function settingsFor(settings: Settings, owner: ServiceOwner | undefined): Settings {
  return owner === undefined ? settings : { ...settings, ...owner.settings };
}

/** The most that a file may hold whose owner is not known yet; null: no limit. */
export function largestFileBytes(settings: Settings, catalogue: Catalogue | null): number | null {
  const owners = catalogue?.serviceOwners ?? [];
  const limits = [settings, ...owners.map((owner) => settingsFor(settings, owner))].map((one) => one.maxFileBytes);
  return limits.reduce((one, other) => (one === null || other === null ? null : Math.max(one, other)));
}
