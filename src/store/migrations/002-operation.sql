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

-- The number that is due next, set by hand. It holds until a later shipment with a sequence number is accepted.
CREATE TABLE sequence_override (
  id INTEGER PRIMARY KEY,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('prefill', 'subscription', 'correspondence', 'altut')),
  next_value INTEGER NOT NULL,
  after_acceptance INTEGER NOT NULL,
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

-- Mend and retry: what a new try at failed items has found, until it takes the place of the old in one transaction. What
-- an item holds that passed now stands in its tables already, where no view shows it. Left by a kill, it is taken back.
CREATE TABLE retry_item (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state = 'accepted' OR state = 'failed' OR state = 'ignored'),
  service_code TEXT,
  service_edition_code TEXT,
  reportee TEXT,
  senders_reference TEXT,
  short_name TEXT,
  raw_xml TEXT
) STRICT;

CREATE TABLE retry_issue (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES retry_item (item_id) ON DELETE CASCADE,
  code INTEGER NOT NULL,
  level TEXT NOT NULL,
  message TEXT NOT NULL,
  line INTEGER,
  position INTEGER,
  reference TEXT
) STRICT;
CREATE INDEX retry_issue_item ON retry_issue (item_id);
