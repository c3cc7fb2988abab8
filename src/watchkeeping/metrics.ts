/** What Prometheus is told of a home. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Home } from '../config/home.js';
import { FORMATS } from '../domain/format.js';
import { maskPersonNumbers } from '../domain/mask.js';
import { RECEIPT_STATUS_CODES } from '../domain/receipt.js';
import { STAGES } from '../domain/stage.js';
import type { Store } from '../store/store.js';
import { REASON_CODES } from './health.js';
import { type Status, type StoreToLookAt, statusOf } from './status.js';

/** One value of a metric. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** In Prometheus' text format. Counters come from the store, so that every process gives the same. */
export function metricsText(home: Home, store: StoreToLookAt, nowMs: number): Promise<string> {
  return registryOf(home, store, nowMs).metrics();
}

export async function metricsSamples(home: Home, store: StoreToLookAt, nowMs: number): Promise<readonly Sample[]> {
  const metrics = await registryOf(home, store, nowMs).getMetricsAsJSON();
  return metrics.flatMap(({ name, values }) =>
    values.map(({ labels, value }) => ({ name, labels: labels as Sample['labels'], value })),
  );
}

function registryOf(home: Home, store: StoreToLookAt, nowMs: number): Registry {
  const registry = new Registry();
  // Several homes of one machine may have their files in one folder.
  registry.setDefaultLabels({ home: maskPersonNumbers(home.root) });
  if (store !== null && !('fault' in store)) {
    store.snapshot(() => addTotals(new Metrics(registry), home, store));
  }
  addStatus(new Metrics(registry), statusOf(home, store, nowMs));
  return registry;
}

const COMMON = 'common';
const UNKNOWN = 'unknown';
const KNOWN_FORMATS = [...FORMATS, UNKNOWN];

function addTotals(metrics: Metrics, home: Home, { totals }: Store): void {
  const batches = metrics.counter('batches_total', 'Batches (files) that have been committed.', [
    'mailbox',
    'format',
    'status',
  ]);
  const bytes = metrics.counter('bytes_total', 'Bytes of the files that have been committed.', [
    'mailbox',
    'format',
    'status',
  ]);
  // What has not happened yet is 0, so that its first time is seen as a rise.
  for (const { owner } of home.mailboxes) {
    for (const format of KNOWN_FORMATS) {
      for (const status of RECEIPT_STATUS_CODES) {
        batches.inc({ mailbox: owner ?? COMMON, format, status }, 0);
        bytes.inc({ mailbox: owner ?? COMMON, format, status }, 0);
      }
    }
  }
  for (const total of totals.batches()) {
    const labels = { mailbox: total.mailbox ?? COMMON, format: total.format ?? UNKNOWN, status: total.status };
    batches.inc(labels, total.batches);
    bytes.inc(labels, total.bytes);
  }

  const items = metrics.counter(
    'items_total',
    'Items of shipments that were not refused whole; refused: without a fault of their own.',
    ['format', 'state'],
  );
  for (const format of FORMATS) for (const state of ITEM_STATES) items.inc({ format, state }, 0);
  for (const total of totals.items()) items.inc({ format: total.format, state: total.state }, total.items);

  const issues = metrics.counter('issues_total', 'Issues of batches and items.', ['code', 'level']);
  for (const { code, level, issues: count } of totals.issues()) issues.inc({ code, level }, count);

  const seconds = metrics.counter('stage_seconds_total', 'Seconds that files have spent at each stage of their way.', [
    'format',
    'stage',
  ]);
  for (const format of KNOWN_FORMATS) for (const stage of STAGES) seconds.inc({ format, stage }, 0);
  for (const total of totals.stages())
    seconds.inc({ format: total.format ?? UNKNOWN, stage: total.stage }, total.seconds);
}

const ITEM_STATES = ['accepted', 'failed', 'refused'] as const;

function addStatus(metrics: Metrics, status: Status): void {
  const { lastSuccess, lastFailure, inboxes, inWork, store, freeDisk } = status;
  const success = metrics.gauge('last_success_timestamp_seconds', 'When a batch last had the status OK.');
  const failure = metrics.gauge('last_failure_timestamp_seconds', 'When a batch last had another status than OK.');
  success.set(unixSeconds(lastSuccess?.at));
  failure.set(unixSeconds(lastFailure?.at));

  const files = metrics.gauge('inbox_files', 'Files that wait in the inbox.', ['mailbox']);
  const bytes = metrics.gauge('inbox_bytes', 'Bytes of the files that wait in the inbox.', ['mailbox']);
  const oldest = metrics.gauge('inbox_oldest_age_seconds', 'How long the oldest of them has waited.', ['mailbox']);
  for (const inbox of inboxes) {
    const labels = { mailbox: inbox.mailbox ?? COMMON };
    files.set(labels, inbox.files);
    bytes.set(labels, inbox.bytes);
    oldest.set(labels, inbox.oldestSeconds ?? 0);
  }
  metrics.gauge('work_files', 'Files in work.').set(inWork.files);
  metrics
    .gauge('work_oldest_age_seconds', 'How long the oldest of them has been there.')
    .set(inWork.oldestSeconds ?? 0);
  metrics
    .gauge(
      'unpublished_receipts',
      'Receipts that have waited for longer than maxWaitingSeconds to come into the outbox.',
    )
    .set(status.unpublishedReceipts);
  metrics
    .gauge(
      'unpublished_outbound_batches',
      'Batches prepared to go out that have waited for longer than maxWaitingSeconds to come into the outbox.',
    )
    .set(status.unpublishedOutbound);

  metrics.gauge('store_bytes', 'Size of the store, with its log.').set(store.bytes + store.walBytes);
  const free = metrics.gauge('free_disk_bytes', 'Free room on the disk of the folder.', ['folder']);
  for (const { folder, bytes } of freeDisk) free.set({ folder }, bytes);
  const overdue = metrics.gauge(
    'expected_overdue',
    '1 when no shipment of that sender has been accepted today though its time has passed.',
    ['system_user_code', 'format', 'by'],
  );
  for (const { systemUserCode, format, by, state } of status.expected) {
    overdue.set(
      { system_user_code: maskPersonNumbers(systemUserCode), format: format ?? 'any', by },
      state === 'overdue' ? 1 : 0,
    );
  }

  metrics
    .gauge('healthy', '1 when nothing needs attention: what `altinn-batch status` says.')
    .set(status.healthy ? 1 : 0);
  const unhealthy = metrics.gauge('unhealthy', '1 for each reason why it is not healthy.', ['reason']);
  for (const reason of REASON_CODES) {
    unhealthy.set({ reason }, status.reasons.some(({ code }) => code === reason) ? 1 : 0);
  }
  metrics.gauge('info', 'The version of altinn-batch.', ['version']).set({ version: status.version }, 1);
}

/** 0 for what has never been. */
function unixSeconds(utc: string | undefined): number {
  return utc === undefined ? 0 : Date.parse(utc) / 1000;
}

/** Makes metrics of one registry, whose names begin alike. */
class Metrics {
  readonly #registers: Registry[];

  constructor(registry: Registry) {
    this.#registers = [registry];
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter<L>({ name: `altinn_batch_${name}`, help, labelNames, registers: this.#registers });
  }

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge<L>({ name: `altinn_batch_${name}`, help, labelNames, registers: this.#registers });
  }
}
