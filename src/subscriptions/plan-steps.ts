import type { Settings } from '../config/settings.js';
import type { Catalogue } from '../domain/service.js';
import { checkService } from '../domain/service-check.js';
import { type FoundPrefill, findPrefill } from '../prefill/find-prefill.js';
import type { Store } from '../store/store.js';
import type { DueSubscription, SubscriptionStep } from '../store/subscription-store.js';
import { duePeriods, type Period } from './due-periods.js';
import { periodStep } from './periods.js';

/** Some periods of a subscription, and where it goes on from after them. */
export interface PlannedStep {
  /** Whether it is the subscription's first in this activation. */
  readonly isFirst: boolean;
  /** As it is before the step. */
  readonly subscription: DueSubscription;
  readonly serviceEditionCode: string;
  readonly instances: readonly PlannedInstance[];
  readonly to: SubscriptionStep;
}

export interface PlannedInstance {
  readonly period: Period;
  readonly prefill: FoundPrefill | null;
  /** Whether its forms can't be made before a prefill comes. */
  readonly isHeld: boolean;
}

export interface Planning {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly settings: Pick<Settings, 'catchUp' | 'maxCatchUpPeriods' | 'periodMonths'>;
}

/** So many periods are one step at most: memory does not grow with those that were missed. */
const MOST_PERIODS = 100;

/**
 * What a subscription gives by a day, in steps that follow each other; nothing when it is not due after all. Its prefill is
 * that of the day that a period is scheduled for; one that came too late for it is taken on the day of the activation.
 */
export function* planSteps({ store, catalogue, settings }: Planning, id: number, day: string): Generator<PlannedStep> {
  const due = store.subscriptions.due(id, day);
  if (due === undefined) return;
  const serviceEditionCode = editionOf(due, catalogue);
  const step = periodStep(due.periodType, settings.periodMonths);
  const { periods, passedOver, done, next } = duePeriods(
    { ...due, step },
    due.periods,
    day,
    settings.catchUp,
    settings.maxCatchUpPeriods,
  );
  if (done === due.periods && next !== null) return;
  let subscription = due;
  let from = 0;
  do {
    const isFirst = subscription === due;
    const some = periods.slice(from, from + MOST_PERIODS);
    from += some.length;
    const following = periods[from];
    const to: SubscriptionStep = {
      state: following === undefined && next === null ? 'ended' : 'active',
      periods: following?.number ?? done,
      passedOver: isFirst ? passedOver : 0,
      nextScheduledDate: (following ?? next)?.scheduledDate ?? null,
      nextDueDate: (following ?? next)?.dueDate ?? null,
    };
    const key = { ...due, serviceEditionCode };
    const instances = some.map((period) => {
      const prefill = findPrefill(store, key, [period.scheduledDate, day]);
      return { period, prefill, isHeld: prefill === null && due.identifyingFieldsHash !== null };
    });
    yield { isFirst, subscription, serviceEditionCode, instances, to };
    subscription = { ...subscription, periods: to.periods };
  } while (from < periods.length);
}

/** Without an edition the newest that it may use now; when the catalogue has none any more, that of the time of intake. */
function editionOf(due: DueSubscription, catalogue: Catalogue): string {
  if (due.serviceEditionCodeGiven !== null) return due.serviceEditionCodeAtIntake;
  const asked = { serviceCode: due.serviceCode, serviceEditionCode: null };
  const found = checkService(asked, 'FormTask', { catalogue, ownerCode: due.ownerCode });
  const newest = 'code' in found ? null : found.serviceEditionCode;
  return newest ?? due.serviceEditionCodeAtIntake;
}
