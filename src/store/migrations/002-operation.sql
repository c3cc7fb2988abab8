-- What operating the intake adds: receipts that change after the fact, sequence numbers set by hand, the audit log,
-- and the indexes of listings. docs/database.md describes the tables.

-- A sub-receipt that says something else than its item does, since somebody updated it or its item was tried again.
CREATE TABLE sub_receipt_change (
  sub_receipt_id INTEGER PRIMARY KEY,
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  status_code TEXT NOT NULL CHECK (status_code IN ('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected')),
  text TEXT NOT NULL,
  last_changed TEXT NOT NULL
) STRICT;
CREATE INDEX sub_receipt_change_receipt ON sub_receipt_change (receipt_id);

-- References that an update added to a sub-receipt, after those that follow from its item.
CREATE TABLE sub_receipt_reference (
  sub_receipt_id INTEGER NOT NULL REFERENCES sub_receipt_change (sub_receipt_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  reference_type TEXT NOT NULL,
  reference_value TEXT NOT NULL,
  PRIMARY KEY (sub_receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Texts that a newer one has taken the place of; the highest ordinal is the newest of them.
CREATE TABLE sub_receipt_history (
  sub_receipt_id INTEGER NOT NULL REFERENCES sub_receipt_change (sub_receipt_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (sub_receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

-- The number that is due next, set by hand. It holds until a shipment is accepted whose receipt came after it.
CREATE TABLE sequence_override (
  id INTEGER PRIMARY KEY,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('prefill', 'subscription', 'correspondence', 'altut')),
  next_value INTEGER NOT NULL,
  after_receipt_id INTEGER NOT NULL,
  set_at TEXT NOT NULL,
  set_by TEXT NOT NULL,
  why TEXT NOT NULL
) STRICT;
CREATE INDEX sequence_override_of ON sequence_override (system_user_code, format, id);

-- Who did what by hand. Nothing in it is ever changed or removed.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  user_name TEXT NOT NULL,
  command TEXT NOT NULL,
  arguments TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Receipts after the fact: found by their references or type, and published again once they have been changed.
CREATE INDEX receipt_reference_value ON receipt_reference (reference_value, reference_type);
CREATE INDEX sub_receipt_reference_value ON sub_receipt_reference (reference_value, reference_type);
CREATE INDEX message_archive_reference ON message (archive_reference) WHERE archive_reference IS NOT NULL;
CREATE INDEX receipt_of_type ON receipt (type_name, last_changed, id);
CREATE INDEX receipt_unpublished ON receipt (id) WHERE published_as IS NULL;

-- A ReceiptSave document: a batch without a shipment, which updates a receipt, or is refused with a receipt of its own.
CREATE TABLE receipt_save (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE,
  system_user_code TEXT,
  receipt_id INTEGER REFERENCES receipt (id),
  sub_receipt_id INTEGER
) STRICT;
CREATE INDEX receipt_save_receipt ON receipt_save (receipt_id) WHERE receipt_id IS NOT NULL;

-- Keeping watch: running totals, so that metrics need no count over a large store. Triggers keep them, in the
-- transaction that commits a batch or changes a shipment. They only rise: what has happened stays counted, also when an
-- item is tried again later or its content is purged. Mailbox '' is the common inbox, format '' a file that can't be told.
CREATE TABLE batch_total (
  mailbox TEXT NOT NULL,
  format TEXT NOT NULL,
  status TEXT NOT NULL,
  batches INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  last_batch_id INTEGER NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (mailbox, format, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE item_total (
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  items INTEGER NOT NULL,
  PRIMARY KEY (format, state)
) STRICT, WITHOUT ROWID;
CREATE TABLE issue_total (
  code INTEGER NOT NULL,
  level TEXT NOT NULL,
  issues INTEGER NOT NULL,
  PRIMARY KEY (code, level)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER batch_counted AFTER UPDATE OF status ON batch WHEN old.status IS NULL AND new.status IS NOT NULL
BEGIN
  INSERT INTO batch_total (mailbox, format, status, batches, bytes, last_batch_id, last_at)
    VALUES (coalesce(new.mailbox, ''), coalesce(new.format, ''), new.status, 1, new.bytes, new.id,
      strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
    ON CONFLICT (mailbox, format, status) DO UPDATE SET batches = batches + 1, bytes = bytes + excluded.bytes,
      last_batch_id = excluded.last_batch_id, last_at = excluded.last_at;
  INSERT INTO issue_total (code, level, issues)
    SELECT code, level, count(*) FROM issue WHERE batch_id = new.id GROUP BY code, level
    ON CONFLICT (code, level) DO UPDATE SET issues = issues + excluded.issues;
END;

-- Items that are neither accepted nor failed were refused for their neighbours, or ignored.
CREATE TRIGGER items_counted AFTER UPDATE OF state, staged_items, accepted_items, failed_items ON shipment
  WHEN new.state = 'accepted' OR new.state = 'failed'
BEGIN
  INSERT INTO item_total (format, state, items)
    SELECT new.format, 'accepted',
      max(0, new.accepted_items - iif(old.state = 'accepted' OR old.state = 'failed', old.accepted_items, 0))
    WHERE true
    ON CONFLICT (format, state) DO UPDATE SET items = items + excluded.items;
  INSERT INTO item_total (format, state, items)
    SELECT new.format, 'failed',
      max(0, new.failed_items - iif(old.state = 'accepted' OR old.state = 'failed', old.failed_items, 0))
    WHERE true
    ON CONFLICT (format, state) DO UPDATE SET items = items + excluded.items;
  INSERT INTO item_total (format, state, items)
    SELECT new.format, 'refused',
      max(0, new.staged_items - new.accepted_items - new.failed_items - iif(old.state = 'accepted' OR old.state = 'failed',
        old.staged_items - old.accepted_items - old.failed_items, 0))
    WHERE true
    ON CONFLICT (format, state) DO UPDATE SET items = items + excluded.items;
END;

INSERT INTO batch_total (mailbox, format, status, batches, bytes, last_batch_id, last_at)
  SELECT '', coalesce(format, ''), status, count(*), sum(bytes), max(id), coalesce(max(ended_at), max(claimed_at))
  FROM batch WHERE status IS NOT NULL GROUP BY format, status;
INSERT INTO item_total (format, state, items)
  SELECT shipment.format, item.state, count(*) FROM item JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' OR shipment.state = 'failed' GROUP BY shipment.format, item.state;
INSERT INTO issue_total (code, level, issues)
  SELECT code, level, count(*) FROM issue JOIN batch ON batch.id = issue.batch_id
  WHERE batch.status IS NOT NULL GROUP BY code, level;

-- How long each stage of a batch took, all its attempts together, and the totals of that by format.
CREATE TABLE batch_duration (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE,
  claim_seconds REAL NOT NULL,
  read_seconds REAL NOT NULL,
  commit_seconds REAL NOT NULL,
  publish_seconds REAL NOT NULL,
  archive_seconds REAL NOT NULL,
  hook_seconds REAL NOT NULL
) STRICT;
CREATE TABLE stage_total (
  format TEXT NOT NULL,
  stage TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (format, stage)
) STRICT, WITHOUT ROWID;

-- That a sender's file is overdue is told once a day.
CREATE TABLE overdue_notice (
  day TEXT NOT NULL,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL,
  due_by TEXT NOT NULL,
  noticed_at TEXT NOT NULL,
  PRIMARY KEY (day, system_user_code, format, due_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX shipment_accepted_at ON shipment (system_user_code, format, ended_at) WHERE state = 'accepted';
CREATE INDEX receipt_unpublished_by_age ON receipt (last_changed) WHERE published_as IS NULL AND batch_id IS NOT NULL;
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_user ON audit (user_name);
CREATE INDEX audit_command ON audit (command);

-- The log of a batch: what its listings and the search go by.

-- An item's id begins with that of its shipment. From shipment 100 on it has more digits than a person number, which
-- would be masked wherever it is printed.
INSERT INTO sqlite_sequence (name, seq) SELECT 'shipment', 0
  WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'shipment');
UPDATE sqlite_sequence SET seq = 99 WHERE name = 'shipment' AND seq < 99;

CREATE INDEX batch_claimed_at ON batch (claimed_at);
CREATE INDEX batch_file_name ON batch (file_name);
CREATE INDEX batch_format ON batch (format);
CREATE INDEX batch_status ON batch (status);
CREATE INDEX batch_mailbox ON batch (mailbox) WHERE mailbox IS NOT NULL;
CREATE INDEX shipment_staged ON shipment (id) WHERE state = 'staged';
CREATE INDEX shipment_owner ON shipment (substr(system_user_code, 1, 3), batch_id);
CREATE INDEX shipment_system_user_code ON shipment (system_user_code, batch_id);
CREATE INDEX shipment_format ON shipment (format, batch_id);
CREATE INDEX shipment_status ON shipment (status, batch_id);
CREATE INDEX shipment_reference ON shipment (reference) WHERE reference IS NOT NULL;
CREATE INDEX item_not_accepted ON item (state) WHERE state <> 'accepted';
CREATE INDEX issue_kind ON issue (level, code);
CREATE INDEX issue_kind_of_batch ON issue (batch_id, level, code);
CREATE INDEX message_reply_option_archive_reference ON message_reply_option (archive_reference)
  WHERE archive_reference IS NOT NULL;

-- Keep and forget: what a purge has removed, what it goes by, and what the audit log has yet to be told of one under way.
ALTER TABLE batch ADD COLUMN file_purged_at TEXT;
ALTER TABLE receipt ADD COLUMN file_purged_at TEXT;
CREATE INDEX batch_file ON batch (archived_as) WHERE archived_as IS NOT NULL AND file_purged_at IS NULL;
CREATE INDEX receipt_file ON receipt (published_at) WHERE published_at IS NOT NULL AND file_purged_at IS NULL;
CREATE INDEX message_may_be_deleted ON message (allow_system_delete_date_time)
  WHERE allow_system_delete_date_time IS NOT NULL;
CREATE INDEX prefill_form_set_ends ON prefill_form_set (valid_to);
CREATE INDEX prefill_field_ends ON prefill_field (valid_to);
CREATE INDEX subscription_ends ON subscription (expiration_date) WHERE expiration_date IS NOT NULL;

-- What an item held and no longer does. The item itself stays, and with it its sub-receipt.
CREATE TABLE purged_content (
  item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind = 'messages' OR kind = 'prefill' OR kind = 'subscriptions' OR kind = 'rawXml'),
  purged_at TEXT NOT NULL,
  PRIMARY KEY (item_id, kind)
) STRICT, WITHOUT ROWID;

-- Counted in the transactions of the removal itself, so that a purge that is killed is not forgotten: the next one enters it.
CREATE TABLE purge_count (
  kind TEXT PRIMARY KEY,
  days INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  user_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
