/** Subscriptions come due: each period whose turn has come becomes a form task instance (formats.md sections 3 and 5). */
import type { Home } from '../config/home.js';
import { ConfigFault } from '../domain/faults.js';
import { type Issue, IssueCode, issue } from '../domain/issue.js';
import type { Catalogue } from '../domain/service.js';
import { prepareOutbound } from '../outbound/prepare.js';
import type { CheckForms, FilledForms } from '../prefill/fill-forms.js';
import { fillFound, type ToFill } from '../prefill/fill-found.js';
import { type FoundPrefill, findPrefill } from '../prefill/find-prefill.js';
import type { HeldInstance, InstanceContent } from '../store/form-task-store.js';
import type { Store } from '../store/store.js';
import { type PlannedInstance, type PlannedStep, type Planning, planSteps } from './plan-steps.js';

/** The steps of an activation, each told when it is done, so that a test can end the process there. */
export type ActivationStep = 'chunk' | 'prepare';

export interface Activating {
  readonly home: Home;
  readonly store: Store;
  readonly catalogue: Catalogue;
  /** Only asked when field prefill goes into a form whose XSD is known. */
  readonly checkForms: CheckForms;
  onNotice(text: string): void;
  onStep?(step: ActivationStep): void;
}

/** What an activation has done so far, or would do. */
export interface ActivationCounts {
  /** Subscriptions that were due. */
  readonly due: number;
  /** Form task instances that were made of them. */
  readonly made: number;
  /** Those that wait for their prefill. */
  readonly held: number;
  /** Those that had waited, and have been made now. */
  readonly released: number;
  /** Periods that were missed, and not made up for. */
  readonly passedOver: number;
  /** Subscriptions that have come to their end. */
  readonly ended: number;
  /** Issues on the instances of these. */
  readonly issues: number;
}

export const NOTHING_DUE: ActivationCounts = {
  due: 0,
  made: 0,
  held: 0,
  released: 0,
  passedOver: 0,
  ended: 0,
  issues: 0,
};

/** So many instances and subscriptions are one transaction. */
const MOST_IN_CHUNK = 500;
/** Forms in memory at a time, in UTF-16 units: so much, and one form set more. */
const MOST_FORM_LENGTH = 8_000_000;

/**
 * Makes what is due by a day: first what was held, then the periods of each subscription in order, then the batches that
 * tell the service owners, which are left to be published. It may be left at any step: what is done is done, and the next
 * activation goes on from there. Several at once do no harm.
 * @param day yyyy-MM-dd
 * @returns at each step what has been done up to it
 */
export async function* activate(activating: Activating, day: string): AsyncGenerator<ActivationCounts> {
  let counts = NOTHING_DUE;
  const { store, home } = activating;
  for (const chunk of chunked(heldAndReady(store, day))) {
    counts = sum(counts, await release(activating, chunk));
    activating.onStep?.('chunk');
    yield counts;
  }
  const planning = {
    store,
    settings: home.settings,
    // It may change in between.
    get catalogue() {
      return activating.catalogue;
    },
  };
  for (const chunk of chunked(allSteps(planning, day))) {
    counts = sum(counts, await make(activating, chunk));
    activating.onStep?.('chunk');
    yield counts;
  }
  prepareBatches(activating);
  yield counts;
}

/** What an activation would do; nothing is changed, and no form is filled. */
export function countDue(planning: Pick<Activating, 'home' | 'store' | 'catalogue'>, day: string): ActivationCounts {
  const { store, catalogue, home } = planning;
  let counts = NOTHING_DUE;
  for (const _ready of heldAndReady(store, day)) counts = sum(counts, { ...NOTHING_DUE, released: 1 });
  for (const step of allSteps({ store, catalogue, settings: home.settings }, day)) {
    const held = step.instances.filter(({ isHeld }) => isHeld).length;
    counts = sum(counts, { ...countsOf(step), held, made: step.instances.length - held });
  }
  return counts;
}

function* allSteps(planning: Planning, day: string): Generator<PlannedStep> {
  for (const id of planning.store.subscriptions.dueIds(day)) yield* planSteps(planning, id, day);
}

interface Ready {
  readonly instance: HeldInstance;
  readonly prefill: FoundPrefill;
}

/** Held instances whose prefill has come. */
function* heldAndReady(store: Store, day: string): Generator<Ready> {
  let page: readonly HeldInstance[] = [];
  do {
    page = store.formTasks.heldAfter(page.at(-1)?.id ?? 0, MOST_IN_CHUNK);
    for (const instance of page) {
      const prefill = findPrefill(store, instance, [instance.scheduledDate, day]);
      if (prefill !== null) yield { instance, prefill };
    }
  } while (page.length === MOST_IN_CHUNK);
}

function* chunked<T extends Ready | PlannedStep>(all: Iterable<T>): Generator<readonly T[]> {
  let chunk: T[] = [];
  let count = 0;
  let length = 0;
  for (const one of all) {
    const prefills = 'prefill' in one ? [one.prefill] : one.instances.map(({ prefill }) => prefill);
    chunk.push(one);
    count += Math.max(prefills.length, 1);
    for (const prefill of prefills) for (const { formData } of prefill?.forms ?? []) length += formData.length;
    if (count < MOST_IN_CHUNK && length < MOST_FORM_LENGTH) continue;
    yield chunk;
    chunk = [];
    count = 0;
    length = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function release(activating: Activating, chunk: readonly Ready[]): Promise<ActivationCounts> {
  const { store } = activating;
  const filled = await fillFound(chunk.map(toFill), activating);
  return store.transaction(() => {
    const at = new Date().toISOString();
    let counts = NOTHING_DUE;
    for (const [index, { instance, prefill }] of chunk.entries()) {
      const content = contentOf(filled[index]);
      if (!store.formTasks.release(instance, prefill.formSetId, content, at)) continue;
      counts = sum(counts, { ...NOTHING_DUE, released: 1, issues: content.issues.length });
    }
    return counts;
  });
}

function toFill({ instance, prefill }: Ready): ToFill {
  return { key: instance, prefill };
}

async function make(activating: Activating, chunk: readonly PlannedStep[]): Promise<ActivationCounts> {
  const { store } = activating;
  const filled = await fillFound(chunk.flatMap(toFillAll), activating);
  return store.transaction(() => {
    const at = new Date().toISOString();
    let counts = NOTHING_DUE;
    let index = 0;
    for (const step of chunk) {
      const contents = filled.slice(index, index + step.instances.length);
      index += step.instances.length;
      // Another one has been here meanwhile, or it was sent again or cancelled: the next activation sees to it.
      if (!store.subscriptions.moveOn(step.subscription, step.to, at)) continue;
      counts = sum(counts, countsOf(step));
      for (const [place, instance] of step.instances.entries()) {
        counts = sum(counts, add(store, step, instance, contents[place], at));
      }
    }
    return counts;
  });
}

function toFillAll({ subscription, serviceEditionCode, instances }: PlannedStep): ToFill[] {
  return instances.map(({ prefill }) => ({ key: { ...subscription, serviceEditionCode }, prefill }));
}

function add(
  store: Store,
  { subscription, serviceEditionCode }: PlannedStep,
  { period, prefill, isHeld }: PlannedInstance,
  filled: FilledForms | undefined,
  at: string,
): ActivationCounts {
  const { id: subscriptionId, itemId, batchId, ownerCode, serviceCode, reportee, caseId } = subscription;
  const { number, scheduledDate, dueDate, visibleDate } = period;
  const content = isHeld ? heldContent(serviceCode, serviceEditionCode, scheduledDate) : contentOf(filled);
  const isNew = store.formTasks.add(
    {
      ...{ subscriptionId, itemId, ownerCode, serviceCode, serviceEditionCode, reportee, caseId },
      ...{ period: number, scheduledDate, dueDate, visibleDate, at },
      state: isHeld ? 'held' : 'made',
      formSetId: prefill?.formSetId ?? null,
    },
    content,
    batchId,
  );
  // Sent again with other dates, a subscription may come by a day that it has given an instance for.
  if (!isNew) return NOTHING_DUE;
  return { ...NOTHING_DUE, made: isHeld ? 0 : 1, held: isHeld ? 1 : 0, issues: content.issues.length };
}

function contentOf(filled: FilledForms | undefined): InstanceContent {
  const { changed = new Map(), applied = [], issues = [] } = filled ?? {};
  return { changed, fieldItemIds: [...new Set(applied.map(({ field }) => field.itemId))], issues };
}

function heldContent(serviceCode: string, serviceEditionCode: string, scheduledDate: string): InstanceContent {
  const message = `The form task of ${serviceCode}/${serviceEditionCode} that was scheduled for ${scheduledDate} is held: its subscription has identifying fields, and there is no prefill with the same ones that is valid on that day. It is made by the first activation after such a prefill was accepted.`;
  return {
    changed: new Map(),
    fieldItemIds: [],
    issues: [issue(IssueCode.GeneralError, 'Warning', message)] satisfies Issue[],
  };
}

/** One for each service owner that there is something to tell. */
function prepareBatches({ home, store, catalogue, onNotice, onStep }: Activating): void {
  for (const { ownerCode } of store.formTasks.toSend()) {
    try {
      store.durableTransaction(() => {
        const entries = store.formTasks.countToSend(ownerCode);
        if (entries === 0) return;
        const ownerOrgNumber = catalogue.owner(ownerCode)?.orgNumber ?? null;
        const order = {
          kind: 'FormTaskInstances',
          ownerCode,
          ownerOrgNumber,
          systemUserCode: ownerCode,
          entries,
        } as const;
        prepareOutbound({ home, store }, order, (batchId) => store.formTasks.send(ownerCode, batchId));
      });
      onStep?.('prepare');
    } catch (error) {
      // It has no outbox: what it is to be told waits, and keeps nobody else from theirs.
      if (!(error instanceof ConfigFault)) throw error;
      onNotice(error.message);
    }
  }
}

function countsOf({ isFirst, to }: PlannedStep): ActivationCounts {
  return { ...NOTHING_DUE, due: isFirst ? 1 : 0, passedOver: to.passedOver, ended: to.state === 'ended' ? 1 : 0 };
}

function sum(a: ActivationCounts, b: ActivationCounts): ActivationCounts {
  return {
    due: a.due + b.due,
    made: a.made + b.made,
    held: a.held + b.held,
    released: a.released + b.released,
    passedOver: a.passedOver + b.passedOver,
    ended: a.ended + b.ended,
    issues: a.issues + b.issues,
  };
}
