CREATE INDEX attempt_batch ON attempt (batch_id);

CREATE INDEX audit_at ON audit (at);

CREATE INDEX audit_command ON audit (command);

CREATE INDEX audit_user ON audit (user_name);

CREATE INDEX batch_claimed_at ON batch (claimed_at);

CREATE INDEX batch_file ON batch (archived_as) WHERE archived_as IS NOT NULL AND file_purged_at IS NULL;

CREATE INDEX batch_file_name ON batch (file_name);

CREATE INDEX batch_format ON batch (format);

CREATE INDEX batch_mailbox ON batch (mailbox) WHERE mailbox IS NOT NULL;

CREATE INDEX batch_owner ON batch (substr(system_user_code, 1, 3));

CREATE INDEX batch_sha256 ON batch (sha256) WHERE sha256 IS NOT NULL;

CREATE INDEX batch_status ON batch (status);

CREATE INDEX batch_system_user_code ON batch (system_user_code);

CREATE INDEX batch_unfinished ON batch (id) WHERE state <> 'archived';

CREATE INDEX form_task_instance_batch ON form_task_instance (outbound_batch_id) WHERE outbound_batch_id IS NOT NULL;

CREATE INDEX form_task_instance_form_set ON form_task_instance (form_set_id) WHERE form_set_id IS NOT NULL;

CREATE INDEX form_task_instance_held ON form_task_instance (id) WHERE state = 'held';

CREATE INDEX form_task_instance_held_of ON form_task_instance (subscription_id) WHERE state = 'held';

CREATE INDEX form_task_instance_to_send ON form_task_instance (owner_code) WHERE state = 'made' AND outbound_batch_id IS NULL;

CREATE INDEX issue_batch ON issue (batch_id);

CREATE INDEX issue_instance ON issue (instance_id) WHERE instance_id IS NOT NULL;

CREATE INDEX issue_item ON issue (item_id) WHERE item_id IS NOT NULL;

CREATE INDEX issue_kind ON issue (level, code);

CREATE INDEX issue_kind_of_batch ON issue (batch_id, level, code);

CREATE INDEX issue_shipment ON issue (shipment_id) WHERE shipment_id IS NOT NULL;

CREATE INDEX item_not_accepted ON item (state) WHERE state <> 'accepted';

CREATE INDEX item_shipment ON item (shipment_id);

CREATE INDEX message_archive_reference ON message (archive_reference) WHERE archive_reference IS NOT NULL;

CREATE INDEX message_event_batch ON message_event (batch_id) WHERE batch_id IS NOT NULL;

CREATE INDEX message_event_file_published ON message_event_file (published_at, batch_id)
  WHERE published_at IS NOT NULL AND file_purged_at IS NULL;

CREATE INDEX message_event_outbound ON message_event (outbound_batch_id, message_group_id, kind, id);

CREATE INDEX message_may_be_deleted ON message (allow_system_delete_date_time)
  WHERE allow_system_delete_date_time IS NOT NULL;

CREATE INDEX message_reply_option_archive_reference ON message_reply_option (archive_reference)
  WHERE archive_reference IS NOT NULL;

CREATE INDEX message_status_due ON message_status (message_group_id, state, due_at, item_id)
  WHERE due_at IS NOT NULL AND purged_at IS NULL
    AND (state = 'Unread' OR (state = 'Read' AND requires_confirmation = 1));

CREATE INDEX message_status_of_group ON message_status (message_group_id, state, visible_at, item_id);

CREATE INDEX outbound_batch_file ON outbound_batch (published_at, id)
  WHERE published_at IS NOT NULL AND file_purged_at IS NULL;

CREATE INDEX outbound_batch_unpublished ON outbound_batch (id) WHERE published_as IS NULL;

CREATE INDEX prefill_field_ends ON prefill_field (valid_to);

CREATE INDEX prefill_form_set_ends ON prefill_form_set (valid_to);

CREATE INDEX prefill_replacement_by ON prefill_replacement (replaced_by);

CREATE INDEX receipt_batch ON receipt (batch_id);

CREATE INDEX receipt_file ON receipt (published_at) WHERE published_at IS NOT NULL AND file_purged_at IS NULL;

CREATE INDEX receipt_of_type ON receipt (type_name, last_changed, id);

CREATE INDEX receipt_reference_value ON receipt_reference (reference_value, reference_type);

CREATE INDEX receipt_save_receipt ON receipt_save (receipt_id) WHERE receipt_id IS NOT NULL;

CREATE UNIQUE INDEX receipt_shipment ON receipt (shipment_id) WHERE shipment_id IS NOT NULL;

CREATE INDEX receipt_sub_receipts ON receipt (sub_receipts_from, sub_receipts);

CREATE INDEX receipt_unpublished ON receipt (id) WHERE published_as IS NULL;

CREATE INDEX receipt_unpublished_by_age ON receipt (last_changed) WHERE published_as IS NULL AND batch_id IS NOT NULL;

CREATE INDEX retry_issue_item ON retry_issue (item_id);

CREATE INDEX sequence_override_of ON sequence_override (system_user_code, format, id);

CREATE INDEX service_of_owner ON service (service_owner);

CREATE UNIQUE INDEX shipment_acceptance ON shipment (acceptance) WHERE acceptance IS NOT NULL;

CREATE INDEX shipment_accepted_at ON shipment (system_user_code, format, ended_at) WHERE state = 'accepted';

CREATE UNIQUE INDEX shipment_accepted_reference ON shipment (system_user_code, format, reference)
  WHERE state = 'accepted' AND format <> 'altut' AND reference IS NOT NULL;

CREATE INDEX shipment_accepted_sequence ON shipment (system_user_code, format, acceptance)
  WHERE state = 'accepted' AND sequence_value IS NOT NULL;

CREATE INDEX shipment_format ON shipment (format, batch_id);

CREATE INDEX shipment_reference ON shipment (reference) WHERE reference IS NOT NULL;

CREATE INDEX shipment_staged ON shipment (id) WHERE state = 'staged';

CREATE INDEX shipment_status ON shipment (status, batch_id);

CREATE INDEX sub_receipt_change_receipt ON sub_receipt_change (receipt_id);

CREATE INDEX sub_receipt_reference_value ON sub_receipt_reference (reference_value, reference_type);

CREATE INDEX subscription_change_of ON subscription_change (subscription_id);

CREATE INDEX subscription_ends ON subscription (expiration_date) WHERE expiration_date IS NOT NULL;

CREATE INDEX subscription_schedule_due ON subscription_schedule (next_scheduled_date) WHERE state = 'active';

CREATE INDEX subscription_schedule_sent_again ON subscription_schedule (item_id) WHERE item_id <> id;

CREATE INDEX subscription_schedule_service ON subscription_schedule (service_code);

CREATE INDEX subscription_schedule_state ON subscription_schedule (state);

CREATE INDEX usage_report_batch ON usage_report (outbound_batch_id, message_group_id, item_id);

CREATE INDEX usage_report_service_group ON usage_report_service (message_group_id);

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY,
  batch_id INTEGER NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
  pid INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'interrupted', 'waiting', 'faulted')),
  detail TEXT
) STRICT;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  user_name TEXT NOT NULL,
  command TEXT NOT NULL,
  arguments TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

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
, file_purged_at TEXT) STRICT;

CREATE TABLE batch_duration (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE,
  claim_seconds REAL NOT NULL,
  read_seconds REAL NOT NULL,
  commit_seconds REAL NOT NULL,
  publish_seconds REAL NOT NULL,
  archive_seconds REAL NOT NULL,
  hook_seconds REAL NOT NULL
) STRICT;

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

CREATE TABLE catalogue_import (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  service_owners INTEGER NOT NULL,
  services INTEGER NOT NULL
) STRICT;

CREATE TABLE form_task_instance (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  subscription_id INTEGER NOT NULL REFERENCES subscription_schedule (id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL,
  owner_code TEXT NOT NULL,
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  reportee TEXT NOT NULL,
  period INTEGER NOT NULL,
  scheduled_date TEXT NOT NULL,
  due_date TEXT NOT NULL,
  visible_date TEXT,
  case_id INTEGER,
  state TEXT NOT NULL CHECK (state = 'held' OR state = 'made' OR state = 'dropped'),
  form_set_id INTEGER,
  planned_at TEXT NOT NULL,
  made_at TEXT,
  forms_purged_at TEXT,
  outbound_batch_id INTEGER REFERENCES outbound_batch (id),
  UNIQUE (subscription_id, scheduled_date)
) STRICT;

CREATE TABLE form_task_instance_field (
  instance_id INTEGER NOT NULL REFERENCES form_task_instance (id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (instance_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_task_instance_form (
  instance_id INTEGER NOT NULL REFERENCES form_task_instance (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  form_data TEXT NOT NULL,
  PRIMARY KEY (instance_id, ordinal)
) STRICT;

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
  outdated_at TEXT, instance_id INTEGER REFERENCES form_task_instance (id) ON DELETE CASCADE,
  CHECK (shipment_id IS NULL OR item_id IS NULL)
) STRICT;

CREATE TABLE issue_total (
  code INTEGER NOT NULL,
  level TEXT NOT NULL,
  issues INTEGER NOT NULL,
  PRIMARY KEY (code, level)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE item_raw_xml (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  raw_xml TEXT NOT NULL
) STRICT;

CREATE TABLE item_total (
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  items INTEGER NOT NULL,
  PRIMARY KEY (format, state)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE message_custom_data (
  item_id INTEGER NOT NULL REFERENCES message (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  key TEXT,
  value TEXT,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_event (
  id INTEGER PRIMARY KEY,
  item_id INTEGER NOT NULL REFERENCES message_status (item_id) ON DELETE CASCADE,
  message_group_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'Read' OR kind = 'Confirmed'),
  at TEXT NOT NULL,
  at_given TEXT,
  person_number TEXT,
  roles TEXT,
  method INTEGER CHECK (method BETWEEN 1 AND 4),
  source TEXT NOT NULL CHECK (source = 'command' OR source = 'file' OR source = 'inbox'),
  batch_id INTEGER REFERENCES batch (id) ON DELETE SET NULL,
  line INTEGER,
  recorded_at TEXT NOT NULL,
  outbound_batch_id INTEGER REFERENCES outbound_batch (id),
  UNIQUE (item_id, kind)
) STRICT;

CREATE TABLE message_event_answer (
  batch_id INTEGER NOT NULL REFERENCES message_event_file (batch_id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (batch_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_event_file (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE,
  read_up_to INTEGER NOT NULL DEFAULT 0,
  events INTEGER NOT NULL DEFAULT 0,
  carried_out INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  published_as TEXT,
  published_at TEXT,
  file_purged_at TEXT
) STRICT;

CREATE TABLE message_group (
  id INTEGER PRIMARY KEY,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format = 'correspondence' OR format = 'altut'),
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  UNIQUE (system_user_code, format, service_code, service_edition_code)
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

CREATE TABLE message_status (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  message_group_id INTEGER NOT NULL REFERENCES message_group (id),
  state TEXT NOT NULL CHECK (state = 'Unread' OR state = 'Read' OR state = 'Confirmed'),
  visible_at TEXT NOT NULL,
  due_at TEXT,
  requires_confirmation INTEGER NOT NULL CHECK (requires_confirmation = 0 OR requires_confirmation = 1),
  read_at TEXT,
  confirmed_at TEXT,
  purged_at TEXT
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

CREATE TABLE notification_end_point (
  item_id INTEGER NOT NULL,
  notification_ordinal INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  transport_type TEXT NOT NULL,
  receiver_address TEXT,
  PRIMARY KEY (item_id, notification_ordinal, ordinal),
  FOREIGN KEY (item_id, notification_ordinal) REFERENCES notification (item_id, ordinal) ON DELETE CASCADE
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

CREATE TABLE outbound_batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN
    ('AltUtConfirmationBatch', 'CorrespondenceConfirmations', 'CorrespondenceUsageData', 'FormTaskInstances')),
  owner_code TEXT NOT NULL,
  system_user_code TEXT NOT NULL,
  sequence_no INTEGER NOT NULL,
  reference TEXT NOT NULL UNIQUE,
  prepared_at TEXT NOT NULL,
  shipment_date_time TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  entries INTEGER NOT NULL,
  receipt_id INTEGER NOT NULL UNIQUE REFERENCES receipt (id),
  published_as TEXT,
  published_at TEXT,
  file_purged_at TEXT,
  UNIQUE (kind, system_user_code, sequence_no)
) STRICT;

CREATE TABLE overdue_notice (
  day TEXT NOT NULL,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL,
  due_by TEXT NOT NULL,
  noticed_at TEXT NOT NULL,
  PRIMARY KEY (day, system_user_code, format, due_by)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE prefill_field (
  item_id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  field_id TEXT NOT NULL,
  field_index INTEGER,
  valid_from TEXT NOT NULL,
  valid_to TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE prefill_field_by_reportee (
  reportee TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (reportee, item_id)
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

CREATE TABLE prefill_identifying_field (
  item_id INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE prefill_replacement (
  item_id INTEGER PRIMARY KEY REFERENCES prefill_form_set (item_id) ON DELETE CASCADE,
  replaced_by INTEGER NOT NULL REFERENCES prefill_form_set (item_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE purge_count (
  kind TEXT PRIMARY KEY,
  days INTEGER NOT NULL,
  removed INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  user_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE purged_content (
  item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind = 'messages' OR kind = 'prefill' OR kind = 'subscriptions' OR kind = 'rawXml'),
  purged_at TEXT NOT NULL,
  PRIMARY KEY (item_id, kind)
) STRICT, WITHOUT ROWID;

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
  revision INTEGER NOT NULL DEFAULT 0, file_purged_at TEXT,
  CHECK ((batch_id IS NULL) = (type_name = 'Outbound'))
) STRICT;

CREATE TABLE receipt_history (
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_reference (
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  reference_type TEXT NOT NULL,
  reference_value TEXT NOT NULL,
  PRIMARY KEY (receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipt_save (
  batch_id INTEGER PRIMARY KEY REFERENCES batch (id) ON DELETE CASCADE,
  receipt_id INTEGER REFERENCES receipt (id),
  sub_receipt_id INTEGER
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

CREATE TABLE scheduled_run (
  task TEXT NOT NULL,
  day TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  PRIMARY KEY (task, day)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE sdp_options (
  item_id INTEGER PRIMARY KEY REFERENCES message (item_id) ON DELETE CASCADE,
  sdp_setting TEXT NOT NULL,
  backup_altinn INTEGER CHECK (backup_altinn IN (0, 1)),
  title TEXT,
  not_sensitive_title TEXT,
  visible_date_time TEXT,
  primary_document_file_name TEXT NOT NULL
) STRICT;

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

CREATE TABLE service_owner (
  code TEXT PRIMARY KEY,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  org_number TEXT,
  ignore_service_codes TEXT NOT NULL DEFAULT '[]',
  settings TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

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

CREATE TABLE stage_total (
  format TEXT NOT NULL,
  stage TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (format, stage)
) STRICT, WITHOUT ROWID;

CREATE TABLE sub_receipt_change (
  sub_receipt_id INTEGER PRIMARY KEY,
  receipt_id INTEGER NOT NULL REFERENCES receipt (id) ON DELETE CASCADE,
  status_code TEXT NOT NULL CHECK (status_code IN ('OK', 'UnExpectedError', 'ValidationFailed', 'Rejected')),
  text TEXT NOT NULL,
  last_changed TEXT NOT NULL
) STRICT;

CREATE TABLE sub_receipt_history (
  sub_receipt_id INTEGER NOT NULL REFERENCES sub_receipt_change (sub_receipt_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (sub_receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE sub_receipt_reference (
  sub_receipt_id INTEGER NOT NULL REFERENCES sub_receipt_change (sub_receipt_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  reference_type TEXT NOT NULL,
  reference_value TEXT NOT NULL,
  PRIMARY KEY (sub_receipt_id, ordinal)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE subscription_change (
  id INTEGER PRIMARY KEY,
  subscription_id INTEGER NOT NULL REFERENCES subscription_schedule (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind = 'sent again' OR kind = 'cancelled'),
  item_id INTEGER,
  item_id_before INTEGER,
  state_before TEXT,
  next_scheduled_date_before TEXT,
  next_due_date_before TEXT,
  periods_before INTEGER,
  user_name TEXT,
  why TEXT
) STRICT;

CREATE TABLE subscription_identifying_field (
  item_id INTEGER NOT NULL REFERENCES subscription (item_id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (item_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription_key (
  reportee TEXT NOT NULL,
  owner_code TEXT NOT NULL,
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  start_date TEXT NOT NULL,
  identifying_fields_hash TEXT NOT NULL,
  subscription_id INTEGER NOT NULL,
  PRIMARY KEY (reportee, owner_code, service_code, service_edition_code, start_date, identifying_fields_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscription_schedule (
  id INTEGER PRIMARY KEY REFERENCES item (id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL,
  owner_code TEXT NOT NULL,
  service_code TEXT NOT NULL,
  service_edition_code TEXT,
  state TEXT NOT NULL CHECK (state = 'active' OR state = 'ended' OR state = 'cancelled'),
  next_scheduled_date TEXT NOT NULL,
  next_due_date TEXT NOT NULL,
  periods INTEGER NOT NULL DEFAULT 0,
  passed_over INTEGER NOT NULL DEFAULT 0,
  ended_at TEXT
) STRICT;

CREATE TABLE usage_report (
  item_id INTEGER NOT NULL REFERENCES message_status (item_id) ON DELETE CASCADE,
  days INTEGER NOT NULL,
  message_group_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state = 'Unread' OR state = 'Read' OR state = 'Confirmed'),
  outbound_batch_id INTEGER NOT NULL REFERENCES outbound_batch (id),
  PRIMARY KEY (item_id, days)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage_report_service (
  outbound_batch_id INTEGER NOT NULL REFERENCES outbound_batch (id),
  message_group_id INTEGER NOT NULL REFERENCES message_group (id),
  service_name TEXT NOT NULL,
  PRIMARY KEY (outbound_batch_id, message_group_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ABORT, 'the audit log is append-only');
END;

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

CREATE TRIGGER form_task_instance_form_set_deleted AFTER DELETE ON prefill_form_set
BEGIN
  DELETE FROM form_task_instance_form
    WHERE instance_id IN (SELECT id FROM form_task_instance WHERE form_set_id = old.item_id);
  UPDATE form_task_instance SET forms_purged_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE form_set_id = old.item_id;
END;

CREATE TRIGGER item_deleted AFTER DELETE ON item
BEGIN
  DELETE FROM item_by_reportee WHERE reportee = old.reportee AND item_id = old.id;
  DELETE FROM item_by_senders_reference WHERE senders_reference = old.senders_reference AND item_id = old.id;
END;

CREATE TRIGGER items_counted AFTER UPDATE OF state, staged_items, accepted_items, failed_items, ignored_items ON shipment
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
      max(0, new.staged_items - new.accepted_items - new.failed_items - new.ignored_items
        - iif(old.state = 'accepted' OR old.state = 'failed',
          old.staged_items - old.accepted_items - old.failed_items - old.ignored_items, 0))
    WHERE true
    ON CONFLICT (format, state) DO UPDATE SET items = items + excluded.items;
  INSERT INTO item_total (format, state, items)
    SELECT new.format, 'ignored',
      new.ignored_items - iif(old.state = 'accepted' OR old.state = 'failed', old.ignored_items, 0)
    WHERE new.ignored_items > iif(old.state = 'accepted' OR old.state = 'failed', old.ignored_items, 0)
    ON CONFLICT (format, state) DO UPDATE SET items = items + excluded.items;
END;

CREATE TRIGGER message_purged AFTER INSERT ON purged_content WHEN new.kind = 'messages'
BEGIN
  UPDATE message_status SET purged_at = new.purged_at WHERE item_id = new.item_id;
END;

CREATE TRIGGER prefill_field_deleted AFTER DELETE ON prefill_field
BEGIN
  DELETE FROM prefill_field_by_reportee
  WHERE reportee = (SELECT reportee FROM item WHERE id = old.item_id) AND item_id = old.item_id;
END;

CREATE TRIGGER prefill_form_set_deleted AFTER DELETE ON prefill_form_set
BEGIN
  DELETE FROM prefill_in_force
  WHERE reportee = old.reportee AND service_code = old.service_code AND service_edition_code = old.service_edition_code
    AND identifying_fields_hash = ifnull(old.identifying_fields_hash, '')
    AND last_day = substr(old.valid_to, 1, 10) AND item_id = old.item_id;
END;

CREATE TRIGGER subscription_deleted AFTER DELETE ON subscription
BEGIN
  UPDATE subscription_schedule SET state = 'ended', ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE id = old.item_id AND item_id = old.item_id AND state = 'active';
  UPDATE subscription_schedule SET state = 'ended', ended_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
    WHERE item_id = old.item_id AND item_id <> id AND state = 'active';
  UPDATE form_task_instance SET state = 'dropped'
    WHERE subscription_id = old.item_id AND state = 'held'
      AND EXISTS (SELECT 1 FROM subscription_schedule WHERE id = old.item_id AND item_id = old.item_id);
  UPDATE form_task_instance SET state = 'dropped'
    WHERE subscription_id IN (SELECT id FROM subscription_schedule WHERE item_id = old.item_id AND item_id <> id)
      AND state = 'held';
END;

CREATE VIEW visible_item AS
  SELECT item.*, shipment.batch_id, shipment.format, shipment.system_user_code
  FROM item JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state IN ('accepted', 'failed');

CREATE VIEW visible_message AS
  SELECT message.*, item.shipment_id, item.reportee, item.service_code, item.service_edition_code,
    item.senders_reference, shipment.format, shipment.system_user_code
  FROM message JOIN item ON item.id = message.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';

CREATE VIEW visible_prefill_field AS
  SELECT prefill_field.*, item.shipment_id, item.reportee, shipment.system_user_code
  FROM prefill_field JOIN item ON item.id = prefill_field.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';

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

CREATE VIEW visible_subscription AS
  SELECT subscription.*, item.shipment_id, item.reportee, item.service_code, item.service_edition_code,
    shipment.system_user_code
  FROM subscription JOIN item ON item.id = subscription.item_id
    JOIN shipment ON shipment.id = item.shipment_id
  WHERE shipment.state = 'accepted' AND item.state = 'accepted';
