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
CREATE INDEX message_archive_reference ON message (archive_reference) WHERE archive_reference IS NOT NULL;
CREATE INDEX message_reply_option_archive_reference ON message_reply_option (archive_reference)
  WHERE archive_reference IS NOT NULL;
CREATE INDEX receipt_reference_archive ON receipt_reference (reference_value)
  WHERE reference_type = 'ArchiveReference';
CREATE INDEX sub_receipt_reference_archive ON sub_receipt_reference (reference_value)
  WHERE reference_type = 'ArchiveReference';
