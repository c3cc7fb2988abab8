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
