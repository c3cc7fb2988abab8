-- What intake keeps. docs/database.md describes the tables; the names are Altinn's.
-- Booleans are 0/1, times of the sender are kept as written, all text is plain.
-- On tables with a row an item, checks are written with OR: IN with more than two values builds a table for each row.

-- A file delivered by a service owner: claimed -> [waiting ->] staging -> committed -> published -> archived
CREATE TABLE batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  work_key TEXT NOT NULL UNIQUE,
  mailbox TEXT,
  file_name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  modified_at TEXT NOT NULL,
  claimed_at TEXT NOT NULL,
  ended_at TEXT,
  state TEXT NOT NULL
    CHECK (state IN ('claimed', 'waiting', 'staging', 'committed', 'published', 'archived')),
  format TEXT CHECK (format IN ('prefill', 'subscription', 'correspondence', 'altut')),
  system_user_code TEXT,
  status TEXT CHECK (status IN ('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected')),
  sha256 TEXT,
  archived_as TEXT
) STRICT;
CREATE INDEX batch_unfinished ON batch (id) WHERE state <> 'archived';
CREATE INDEX batch_sha256 ON batch (sha256) WHERE sha256 IS NOT NULL;

-- A run at a batch. One that was killed has no end.
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  pid INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'interrupted', 'waiting', 'faulted')),
  detail TEXT
) STRICT;
CREATE INDEX attempt_batch ON attempt (batch_id);

-- The part of a file that has a reference and a receipt of its own: staged -> accepted | failed | refused
-- acceptance counts up with each one that is accepted, in the order of that.
CREATE TABLE shipment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  format TEXT NOT NULL CHECK (format IN ('prefill', 'subscription', 'correspondence', 'altut')),
  system_user_code TEXT NOT NULL,
  reference TEXT,
  sequence_no TEXT,
  sequence_value INTEGER,
  state TEXT NOT NULL CHECK (state IN ('staged', 'accepted', 'failed', 'refused')),
  status TEXT CHECK (status IN ('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected')),
  staged_items INTEGER NOT NULL DEFAULT 0,
  accepted_items INTEGER NOT NULL DEFAULT 0,
  failed_items INTEGER NOT NULL DEFAULT 0,
  ignored_items INTEGER NOT NULL DEFAULT 0,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  receipt_id INTEGER UNIQUE REFERENCES receipt (id),
  acceptance INTEGER,
  UNIQUE (batch_id, format)
) STRICT;
CREATE UNIQUE INDEX shipment_accepted_reference ON shipment (system_user_code, format, reference)
  WHERE state = 'accepted' AND format <> 'altut' AND reference IS NOT NULL;
CREATE INDEX shipment_accepted_sequence ON shipment (system_user_code, format, acceptance)
  WHERE state = 'accepted' AND sequence_value IS NOT NULL;
CREATE UNIQUE INDEX shipment_acceptance ON shipment (acceptance) WHERE acceptance IS NOT NULL;

-- A DataItem. id = shipment_id * 1,000,000,000 + ordinal, so a shipment's items stand together, in file order.
CREATE TABLE item (
  id INTEGER PRIMARY KEY,
  shipment_id INTEGER NOT NULL REFERENCES shipment (id) ON DELETE CASCADE,
  ordinal INTEGER GENERATED ALWAYS AS (id % 1000000000) VIRTUAL,
  reportee_ordinal INTEGER,
  line INTEGER NOT NULL,
  position INTEGER NOT NULL,
  byte_offset INTEGER NOT NULL,
  byte_length INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state = 'accepted' OR state = 'failed' OR state = 'refused' OR state = 'ignored'),
  service_code TEXT,
  service_edition_code TEXT,
  reportee TEXT,
  senders_reference TEXT,
  short_name TEXT
) STRICT;
CREATE INDEX item_shipment ON item (shipment_id);

-- Of a failed item: a document of its own, with the envelope's header fields and the namespaces in scope.
CREATE TABLE item_raw_xml (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  raw_xml TEXT NOT NULL
) STRICT;

-- The search keys of items of settled shipments: filled in key order when a shipment is settled, since an index kept
-- while staging would touch pages all over the place with every chunk. The trigger keeps them in line.
CREATE TABLE item_by_reportee (
  reportee TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (reportee, item_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE item_by_senders_reference (
  senders_reference TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (senders_reference, item_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER item_deleted AFTER DELETE ON item
BEGIN
  DELETE FROM item_by_reportee WHERE reportee = old.reportee AND item_id = old.id;
  DELETE FROM item_by_senders_reference WHERE senders_reference = old.senders_reference AND item_id = old.id;
END;

-- An error, warning or note, on the batch, on one of its shipments or on one of their items. One that a later try did
-- not find again is outdated.
CREATE TABLE issue (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  shipment_id INTEGER REFERENCES shipment (id) ON DELETE CASCADE,
  item_id INTEGER REFERENCES item (id) ON DELETE CASCADE,
  code INTEGER NOT NULL,
  level TEXT NOT NULL
    CHECK (level = 'Error' OR level = 'Warning' OR level = 'Information' OR level = 'Critical' OR level = 'Other'),
  message TEXT NOT NULL,
  line INTEGER,
  position INTEGER,
  reference TEXT,
  reported_at TEXT NOT NULL,
  outdated_at TEXT,
  CHECK (shipment_id IS NULL OR item_id IS NULL)
) STRICT;
CREATE INDEX issue_batch ON issue (batch_id);
CREATE INDEX issue_shipment ON issue (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX issue_item ON issue (item_id) WHERE item_id IS NOT NULL;

-- Prefill by form set. reportee, service_code and service_edition_code repeat the item's: with the hash they are the
-- key under which a later form set replaces an earlier one, and no index spans two tables.
CREATE TABLE prefill_form_set (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  reportee TEXT NOT NULL,
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  identifying_fields_hash TEXT,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  identity_field_hash_code_given TEXT,
  receivers_reference TEXT
) STRICT;

-- The form sets in force, and on which days, by their key; identifying_fields_hash is '' where there are none. A table of
-- its own, as the search keys are: filled in key order when a shipment is accepted, it costs half of what a mark on each
-- form set and an index on that do.
CREATE TABLE prefill_in_force (
  reportee TEXT NOT NULL,
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  identifying_fields_hash TEXT NOT NULL,
  last_day TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  first_day TEXT NOT NULL,
  PRIMARY KEY (reportee, service_code, service_edition_code, identifying_fields_hash, last_day, item_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER prefill_form_set_deleted AFTER DELETE ON prefill_form_set
BEGIN
  DELETE FROM prefill_in_force
  WHERE reportee = old.reportee AND service_code = old.service_code AND service_edition_code = old.service_edition_code
    AND identifying_fields_hash = ifnull(old.identifying_fields_hash, '')
    AND last_day = substr(old.valid_to, 1, 10) AND item_id = old.item_id;
END;

-- Which form set took the place of which.
CREATE TABLE prefill_replacement (
  item_id INTEGER PRIMARY KEY REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  replaced_by INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX prefill_replacement_by ON prefill_replacement (replaced_by);

CREATE TABLE prefill_identifying_field (
  item_id INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE prefill_form (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  data_format_id TEXT NOT NULL,
  data_format_version TEXT NOT NULL,
  senders_reference TEXT NOT NULL,
  parent_reference TEXT,
  signing_locked INTEGER CHECK (signing_locked IN (0, 1)),
  signed_by_default INTEGER CHECK (signed_by_default IN (0, 1)),
  form_data TEXT NOT NULL,
  UNIQUE (item_id, ordinal)
) STRICT;

CREATE TABLE prefill_attachment (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  attachment_name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  senders_reference TEXT NOT NULL,
  encrypted INTEGER NOT NULL CHECK (encrypted IN (0, 1)),
  attachment_type TEXT NOT NULL,
  signing_locked INTEGER CHECK (signing_locked IN (0, 1)),
  signed_by_default INTEGER CHECK (signed_by_default IN (0, 1)),
  attachment_data BLOB NOT NULL,
  UNIQUE (item_id, ordinal)
) STRICT;

-- Prefill by field, with no service attached.
CREATE TABLE prefill_field (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  field_id TEXT NOT NULL,
  field_index INTEGER,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE subscription (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  service_edition_code_given TEXT,
  start_date TEXT NOT NULL,
  expiration_date TEXT,
  next_scheduled_date TEXT NOT NULL,
  next_due_date TEXT NOT NULL,
  visible_date TEXT,
  period_type TEXT NOT NULL,
  case_id INTEGER,
  identifying_fields_hash TEXT
) STRICT;

CREATE TABLE subscription_identifying_field (
  item_id INTEGER NOT NULL REFERENCES subscription (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

-- A message: of a correspondence file, or an AltUt message mapped onto one.
CREATE TABLE message (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  service_edition_given TEXT,
  short_name TEXT,
  language_code TEXT NOT NULL,
  message_title TEXT NOT NULL,
  message_summary TEXT,
  message_body_is_markup INTEGER NOT NULL CHECK (message_body_is_markup IN (0, 1)),
  visible_date_time TEXT,
  allow_system_delete_date_time TEXT,
  due_date_time TEXT,
  archive_reference TEXT,
  allow_forwarding INTEGER CHECK (allow_forwarding IN (0, 1)),
  case_id INTEGER,
  is_reservable INTEGER CHECK (is_reservable IN (0, 1)),
  on_behalf_of_org_nr TEXT,
  require_confirmation INTEGER CHECK (require_confirmation IN (0, 1)),
  message_body TEXT
) STRICT;

CREATE TABLE message_custom_data (
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  key TEXT,
  value TEXT,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_attachment (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  name TEXT NOT NULL,
  encrypted INTEGER NOT NULL CHECK (encrypted IN (0, 1)),
  senders_reference TEXT,
  function_type TEXT,
  attachment_type TEXT,
  destination_type TEXT,
  data BLOB NOT NULL,
  UNIQUE (item_id, ordinal)
) STRICT;

CREATE TABLE message_xml_attachment (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  senders_reference TEXT NOT NULL,
  data_format_id TEXT NOT NULL,
  data_format_version TEXT NOT NULL,
  form_data_xml TEXT NOT NULL,
  UNIQUE (item_id, ordinal)
) STRICT;

CREATE TABLE message_reply_option (
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'Service' OR kind = 'ArchiveReference' OR kind = 'Url'),
  service_code TEXT,
  service_edition TEXT,
  archive_reference TEXT,
  link_text TEXT,
  link_url TEXT,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification (
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  from_address TEXT,
  shipment_date_time TEXT NOT NULL,
  language_code TEXT NOT NULL,
  notification_type TEXT NOT NULL,
  use_service_owner_short_name_as_sender_of_sms INTEGER
    CHECK (use_service_owner_short_name_as_sender_of_sms IN (0, 1)),
  participant_id TEXT,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_text_token (
  item_id INTEGER NOT NULL,
  notification_ordinal INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  token_num INTEGER NOT NULL,
  token_value TEXT NOT NULL,
  PRIMARY KEY (item_id, notification_ordinal, ordinal),
  FOREIGN KEY (item_id, notification_ordinal) REFERENCES notification (item_id, ordinal) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE notification_end_point (
  item_id INTEGER NOT NULL,
  notification_ordinal INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  transport_type TEXT NOT NULL,
  receiver_address TEXT,
  PRIMARY KEY (item_id, notification_ordinal, ordinal),
  FOREIGN KEY (item_id, notification_ordinal) REFERENCES notification (item_id, ordinal) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE sdp_options (
  item_id INTEGER PRIMARY KEY REFERENCES message (item_id) ON DELETE CASCADE,
  sdp_setting TEXT NOT NULL,
  backup_altinn INTEGER CHECK (backup_altinn IN (0, 1)),
  title TEXT,
  not_sensitive_title TEXT,
  visible_date_time TEXT,
  primary_document_file_name TEXT NOT NULL
) STRICT;

CREATE TABLE sdp_notification (
  item_id INTEGER NOT NULL REFERENCES sdp_options (item_id) ON DELETE CASCADE,
  channel TEXT NOT NULL CHECK (channel IN ('Email', 'Sms')),
  notification_text TEXT NOT NULL,
  address TEXT,
  PRIMARY KEY (item_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE sdp_notification_repetition (
  item_id INTEGER NOT NULL,
  channel TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  days_delayed INTEGER NOT NULL,
  PRIMARY KEY (item_id, channel, ordinal),
  FOREIGN KEY (item_id, channel) REFERENCES sdp_notification (item_id, channel) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- The receipt of a shipment, of a batch that has none, or (without a batch) of what was sent out. sub_receipts ids from
-- sub_receipts_from on belong to its sub-receipts, which are no rows: that of item k is sub_receipts_from + k - 1, and
-- follows from the item and its issues. sub_receipts_dated is the LastChanged of those that nobody has changed since.
-- revision counts the changes of the receipt and its sub-receipts.
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER REFERENCES batch (id),
  shipment_id INTEGER REFERENCES shipment (id),
  sub_receipts_from INTEGER NOT NULL,
  sub_receipts INTEGER NOT NULL,
  sub_receipts_dated TEXT NOT NULL,
  status_code TEXT NOT NULL CHECK (status_code IN ('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected')),
  type_name TEXT NOT NULL,
  text TEXT NOT NULL,
  last_changed TEXT NOT NULL,
  published_as TEXT,
  published_at TEXT,
  revision INTEGER NOT NULL DEFAULT 0,
  CHECK ((batch_id IS NULL) = (type_name = 'Outbound'))
) STRICT;
CREATE INDEX receipt_batch ON receipt (batch_id);
CREATE INDEX receipt_sub_receipts ON receipt (sub_receipts_from, sub_receipts);
CREATE UNIQUE INDEX receipt_shipment ON receipt (shipment_id) WHERE shipment_id IS NOT NULL;

CREATE TABLE receipt_reference (
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  reference_type TEXT NOT NULL,
  reference_value TEXT NOT NULL,
  PRIMARY KEY (receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Texts that a newer one has taken the place of; the highest ordinal is the newest of them.
CREATE TABLE receipt_history (
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

-- The service catalogue as it was last imported; ordinal is the place in its file.
CREATE TABLE catalogue_import (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  service_owners INTEGER NOT NULL,
  services INTEGER NOT NULL
) STRICT;

CREATE TABLE service_owner (
  code TEXT PRIMARY KEY,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  org_number TEXT,
  ignore_service_codes TEXT NOT NULL DEFAULT '[]',
  settings TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  service_owner TEXT REFERENCES service_owner (code),
  type TEXT NOT NULL CHECK (type IN ('FormTask', 'Correspondence')),
  name TEXT NOT NULL,
  has_message INTEGER NOT NULL CHECK (has_message IN (0, 1)),
  message_title TEXT,
  message_require_body INTEGER CHECK (message_require_body IN (0, 1)),
  message_require_confirmation INTEGER CHECK (message_require_confirmation IN (0, 1)),
  message_confirmations TEXT CHECK (message_confirmations IN ('none', 'opened', 'confirmed')),
  message_usage_report_days INTEGER,
  PRIMARY KEY (service_code, service_edition_code)
) STRICT, WITHOUT ROWID;
CREATE INDEX service_of_owner ON service (service_owner);

CREATE TABLE service_form (
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  data_format_id TEXT NOT NULL,
  data_format_version TEXT NOT NULL,
  schema TEXT,
  PRIMARY KEY (service_code, service_edition_code, ordinal),
  FOREIGN KEY (service_code, service_edition_code)
    REFERENCES service (service_code, service_edition_code) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What may be seen: nothing of a staged shipment is in these views, and content only of accepted ones.
CREATE VIEW visible_item AS
  SELECT item.*, shipment.batch_id, shipment.format, shipment.system_user_code
  FROM item JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state IN ('accepted', 'failed');
CREATE VIEW visible_prefill_form_set AS
  SELECT prefill_form_set.*, prefill_in_force.item_id IS NOT NULL AS in_force, prefill_replacement.replaced_by,
    item.shipment_id, item.senders_reference, shipment.system_user_code
  FROM prefill_form_set JOIN item ON item.id = prefill_form_set.item_id
    JOIN shipment ON shipment.id = item.shipment_id
    LEFT JOIN prefill_in_force ON prefill_in_force.reportee = prefill_form_set.reportee
      AND prefill_in_force.service_code = prefill_form_set.service_code
      AND prefill_in_force.service_edition_code = prefill_form_set.service_edition_code
      AND prefill_in_force.identifying_fields_hash = ifnull(prefill_form_set.identifying_fields_hash, '')
      AND prefill_in_force.last_day = substr(prefill_form_set.valid_to, 1, 10)
      AND prefill_in_force.item_id = prefill_form_set.item_id
    LEFT JOIN prefill_replacement ON prefill_replacement.item_id = prefill_form_set.item_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';
CREATE VIEW visible_prefill_field AS
  SELECT prefill_field.*, item.shipment_id, item.reportee, shipment.system_user_code
  FROM prefill_field JOIN item ON item.id = prefill_field.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';
CREATE VIEW visible_subscription AS
  SELECT subscription.*, item.shipment_id, item.reportee, item.service_code, item.service_edition_code,
    shipment.system_user_code
  FROM subscription JOIN item ON item.id = subscription.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';
CREATE VIEW visible_message AS
  SELECT message.*, item.shipment_id, item.reportee, item.service_code, item.service_edition_code,
    item.senders_reference, shipment.format, shipment.system_user_code
  FROM message JOIN item ON item.id = message.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';
