import { AttachmentReader } from './attachment-reader.js';
import { AuditStore } from './audit-store.js';
import { BatchLog } from './batch-log.js';
import { BatchStore } from './batch-store.js';
import { CatalogueStore } from './catalogue-store.js';
import { ConfirmationStore } from './confirmation-store.js';
import { Database, type DatabaseOptions } from './database.js';
import { FailedItemStore } from './failed-item-store.js';
import { Find } from './find.js';
import { FormTaskStore } from './form-task-store.js';
import { IssueLog } from './issue-log.js';
import { ItemLog } from './item-log.js';
import { MessageAnswerStore } from './message-answer-store.js';
import { MessageEventStore } from './message-event-store.js';
import { MessageLog } from './message-log.js';
import { MessageStatusWriter } from './message-status-writer.js';
import { OutboundStore } from './outbound-store.js';
import { PrefillLookup } from './prefill-lookup.js';
import { PurgeStore } from './purge-store.js';
import { ReceiptSaveStore } from './receipt-save-store.js';
import { ReceiptSearch } from './receipt-search.js';
import { ReceiptStore } from './receipt-store.js';
import { RetryStore } from './retry-store.js';
import { ScheduledRunStore } from './scheduled-run-store.js';
import { SequenceStore } from './sequence-store.js';
import { ShipmentStore } from './shipment-store.js';
import { StatusStore } from './status-store.js';
import { SubscriptionLog } from './subscription-log.js';
import { SubscriptionStore } from './subscription-store.js';
import { TotalsStore } from './totals-store.js';
import { UsageReportStore } from './usage-report-store.js';

export interface StoreOptions extends DatabaseOptions {
  /** The time for what the store dates itself (staged Issues, a shipment's start); the system's, in UTC, when not given. */
  readonly now?: () => string;
}

/** All that intake keeps: one SQLite file, which docs/database.md describes. */
export class Store {
  readonly batches: BatchStore;
  readonly shipments: ShipmentStore;
  readonly receipts: ReceiptStore;
  readonly receiptSearch: ReceiptSearch;
  readonly receiptSaves: ReceiptSaveStore;
  readonly sequences: SequenceStore;
  readonly failedItems: FailedItemStore;
  readonly retries: RetryStore;
  readonly catalogue: CatalogueStore;
  readonly audit: AuditStore;
  readonly totals: TotalsStore;
  readonly status: StatusStore;
  readonly purge: PurgeStore;
  readonly outbound: OutboundStore;
  readonly scheduledRuns: ScheduledRunStore;
  readonly #db: Database;
  #batchLog?: BatchLog;
  #issueLog?: IssueLog;
  #itemLog?: ItemLog;
  #find?: Find;
  #subscriptions?: SubscriptionStore;
  #subscriptionLog?: SubscriptionLog;
  #formTasks?: FormTaskStore;
  #prefill?: PrefillLookup;
  #messageStatus?: MessageStatusWriter;
  #messageEvents?: MessageEventStore;
  #messageAnswers?: MessageAnswerStore;
  #messageLog?: MessageLog;
  #attachments?: AttachmentReader;
  #confirmations?: ConfirmationStore;
  #usageReports?: UsageReportStore;

  private constructor(db: Database, now: () => string) {
    this.#db = db;
    this.batches = new BatchStore(db);
    this.shipments = new ShipmentStore(db, now);
    this.receipts = new ReceiptStore(db);
    this.receiptSearch = new ReceiptSearch(db);
    this.receiptSaves = new ReceiptSaveStore(db);
    this.sequences = new SequenceStore(db);
    this.failedItems = new FailedItemStore(db);
    this.retries = new RetryStore(db);
    this.catalogue = new CatalogueStore(db);
    this.audit = new AuditStore(db);
    this.totals = new TotalsStore(db);
    this.status = new StatusStore(db);
    this.purge = new PurgeStore(db);
    this.outbound = new OutboundStore(db);
    this.scheduledRuns = new ScheduledRunStore(db);
  }

  /**
   * Opens the store, making it where there is none and migrating an older one (after copying it beside itself).
   * @throws IoFault when it can't be opened or written, ConfigFault when a newer version made it or it is damaged.
   */
  static open(file: string, options: StoreOptions): Store {
    const db = Database.open(file, options);
    const store = new Store(db, options.now ?? (() => new Date().toISOString()));
    // Not before: a store has a temporary table of its own.
    if (options.readonly) db.exec('PRAGMA query_only = ON');
    return store;
  }

  // What only looks is made when it is asked for: the intake needs none of these statements.

  get batchLog(): BatchLog {
    this.#batchLog ??= new BatchLog(this.#db);
    return this.#batchLog;
  }

  get issueLog(): IssueLog {
    this.#issueLog ??= new IssueLog(this.#db);
    return this.#issueLog;
  }

  get itemLog(): ItemLog {
    this.#itemLog ??= new ItemLog(this.#db);
    return this.#itemLog;
  }

  get find(): Find {
    this.#find ??= new Find(this.#db);
    return this.#find;
  }

  // What follows intake, which needs none of it either.

  get subscriptions(): SubscriptionStore {
    this.#subscriptions ??= new SubscriptionStore(this.#db);
    return this.#subscriptions;
  }

  get subscriptionLog(): SubscriptionLog {
    this.#subscriptionLog ??= new SubscriptionLog(this.#db);
    return this.#subscriptionLog;
  }

  get formTasks(): FormTaskStore {
    this.#formTasks ??= new FormTaskStore(this.#db);
    return this.#formTasks;
  }

  get prefill(): PrefillLookup {
    this.#prefill ??= new PrefillLookup(this.#db);
    return this.#prefill;
  }

  // Only files of messages and of message events need these.

  get messageStatus(): MessageStatusWriter {
    this.#messageStatus ??= new MessageStatusWriter(this.#db);
    return this.#messageStatus;
  }

  get messageEvents(): MessageEventStore {
    this.#messageEvents ??= new MessageEventStore(this.#db);
    return this.#messageEvents;
  }

  get messageAnswers(): MessageAnswerStore {
    this.#messageAnswers ??= new MessageAnswerStore(this.#db);
    return this.#messageAnswers;
  }

  get messageLog(): MessageLog {
    this.#messageLog ??= new MessageLog(this.#db);
    return this.#messageLog;
  }

  get attachments(): AttachmentReader {
    this.#attachments ??= new AttachmentReader(this.#db);
    return this.#attachments;
  }

  // Only sending out needs these.

  get confirmations(): ConfirmationStore {
    this.#confirmations ??= new ConfirmationStore(this.#db);
    return this.#confirmations;
  }

  get usageReports(): UsageReportStore {
    this.#usageReports ??= new UsageReportStore(this.#db);
    return this.#usageReports;
  }

  /** Runs work in one transaction, which nested calls join. What it throws undoes all of it. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work);
  }

  /** The same, on the disk before it returns, with all that was committed before: for the commit of a batch. */
  durableTransaction<T>(work: () => T): T {
    return this.#db.durableTransaction(work);
  }

  /** Runs reading work on one state of the store, whatever others write meanwhile. */
  snapshot<T>(work: () => T): T {
    return this.#db.snapshot(work);
  }

  /** The SQL of every statement the store uses, for a look at the query plans. */
  get statements(): readonly string[] {
    // Made as they are asked for, their statements among them.
    for (const _made of [this.batchLog, this.issueLog, this.itemLog, this.find]);
    for (const _made of [this.subscriptions, this.subscriptionLog, this.formTasks, this.prefill]);
    for (const _made of [
      this.messageStatus,
      this.messageEvents,
      this.messageAnswers,
      this.messageLog,
      this.attachments,
    ]);
    for (const _made of [this.confirmations, this.usageReports]);
    return this.#db.sources;
  }

  close(): void {
    this.#db.close();
  }
}
