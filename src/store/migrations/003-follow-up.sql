-- What follows intake: batches that go out, tasks that are done once a day, subscriptions that come due, messages that are read.
-- docs/database.md describes the tables.

-- Batches that go out. What is in one is settled when its row is made, together with its receipt; its file is written from
-- the store afterwards, to the same bytes however often. sequence_no counts by kind and system user code, from 1.
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
CREATE INDEX outbound_batch_unpublished ON outbound_batch (id) WHERE published_as IS NULL;
CREATE INDEX outbound_batch_file ON outbound_batch (published_at, id)
  WHERE published_at IS NOT NULL AND file_purged_at IS NULL;

-- Tasks that are done once a day: a row once it has been done that local day.
CREATE TABLE scheduled_run (
  task TEXT NOT NULL,
  day TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  PRIMARY KEY (task, day)
) STRICT, WITHOUT ROWID;

-- Subscriptions: the life of what items in `subscription` say. id is that of the item that brought it first, item_id that of
-- the item that says how it is now: the same subscription sent again. periods is how many are behind it, counted from the
-- dates of that item; passed_over how many of all gave no instance. Dates are calendar days.
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
CREATE INDEX subscription_schedule_due ON subscription_schedule (next_scheduled_date) WHERE state = 'active';
CREATE INDEX subscription_schedule_state ON subscription_schedule (state);
CREATE INDEX subscription_schedule_service ON subscription_schedule (service_code);
CREATE INDEX subscription_schedule_sent_again ON subscription_schedule (item_id) WHERE item_id <> id;

-- What makes a subscription the same when it is sent again. No edition, and no identifying fields, are ''. A table of its
-- own, filled in key order when a shipment is accepted, as the search keys of items are.
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

-- What has happened to a subscription besides its periods: it was sent again, or cancelled by hand; and how it was before.
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
CREATE INDEX subscription_change_of ON subscription_change (subscription_id);

-- What a subscription gives in a period: held (until its prefill comes) -> made -> in an outbound batch; or held -> dropped.
-- One for each day that it is scheduled for: that it is there keeps it from being made a second time.
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
CREATE INDEX form_task_instance_held ON form_task_instance (id) WHERE state = 'held';
CREATE INDEX form_task_instance_held_of ON form_task_instance (subscription_id) WHERE state = 'held';
CREATE INDEX form_task_instance_to_send ON form_task_instance (owner_code) WHERE state = 'made' AND outbound_batch_id IS NULL;
CREATE INDEX form_task_instance_batch ON form_task_instance (outbound_batch_id) WHERE outbound_batch_id IS NOT NULL;
CREATE INDEX form_task_instance_form_set ON form_task_instance (form_set_id) WHERE form_set_id IS NOT NULL;

-- The forms of an instance that field prefill has changed; all others are as the form set has them.
CREATE TABLE form_task_instance_form (
  instance_id INTEGER NOT NULL REFERENCES form_task_instance (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  form_data TEXT NOT NULL,
  PRIMARY KEY (instance_id, ordinal)
) STRICT;

-- The field prefill (by its item) that has gone into the forms of an instance.
CREATE TABLE form_task_instance_field (
  instance_id INTEGER NOT NULL REFERENCES form_task_instance (id) ON DELETE CASCADE,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (instance_id, item_id)
) STRICT, WITHOUT ROWID;

-- An Issue on an instance has the batch of its subscription, and neither shipment nor item: it changes no receipt.
ALTER TABLE issue ADD COLUMN instance_id INTEGER REFERENCES form_task_instance (id) ON DELETE CASCADE;
CREATE INDEX issue_instance ON issue (instance_id) WHERE instance_id IS NOT NULL;

-- Field prefill of accepted shipments by its reportee, filled when the shipment is accepted.
CREATE TABLE prefill_field_by_reportee (
  reportee TEXT NOT NULL,
  item_id INTEGER NOT NULL,
  PRIMARY KEY (reportee, item_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER prefill_field_deleted AFTER DELETE ON prefill_field
BEGIN
  DELETE FROM prefill_field_by_reportee
  WHERE reportee = (SELECT reportee FROM item WHERE id = old.item_id) AND item_id = old.item_id;
END;

-- A subscription whose content is purged has ended; what it still held comes no more.
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

-- A form set that is purged takes what instances have of it along: the forms with field prefill in them.
CREATE TRIGGER form_task_instance_form_set_deleted AFTER DELETE ON prefill_form_set
BEGIN
  DELETE FROM form_task_instance_form
    WHERE instance_id IN (SELECT id FROM form_task_instance WHERE form_set_id = old.item_id);
  UPDATE form_task_instance SET forms_purged_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE form_set_id = old.item_id;
END;

-- What had been accepted before there were these tables.
INSERT INTO subscription_key (owner_code, reportee, service_code, service_edition_code, start_date,
    identifying_fields_hash, subscription_id)
  SELECT substr(system_user_code, 1, 3), reportee, service_code, ifnull(service_edition_code_given, ''),
    substr(start_date, 1, 10), ifnull(identifying_fields_hash, ''), max(item_id)
  FROM visible_subscription GROUP BY 1, 2, 3, 4, 5, 6;
INSERT INTO subscription_schedule (id, item_id, owner_code, service_code, service_edition_code, state,
    next_scheduled_date, next_due_date)
  SELECT item_id, item_id, owner_code, subscription_key.service_code, service_edition_code_given, 'active',
    substr(next_scheduled_date, 1, 10), substr(next_due_date, 1, 10)
  FROM subscription_key JOIN visible_subscription ON visible_subscription.item_id = subscription_id;
INSERT INTO prefill_field_by_reportee (reportee, item_id) SELECT reportee, item_id FROM visible_prefill_field;

-- Messages that are read and confirmed. What the messages of one sender and service have in common: a few rows, by
-- which the many are indexed.
CREATE TABLE message_group (
  id INTEGER PRIMARY KEY,
  system_user_code TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format = 'correspondence' OR format = 'altut'),
  service_code TEXT NOT NULL,
  service_edition_code TEXT NOT NULL,
  UNIQUE (system_user_code, format, service_code, service_edition_code)
) STRICT;

-- How far a message has come: made when its shipment is accepted, and kept when its content is purged. One that is Unread
-- and not visible yet counts as Created: that depends on the time, so it stands nowhere.
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
CREATE INDEX message_status_of_group ON message_status (message_group_id, state, visible_at, item_id);
CREATE INDEX message_status_due ON message_status (message_group_id, state, due_at, item_id)
  WHERE due_at IS NOT NULL AND purged_at IS NULL
    AND (state = 'Unread' OR (state = 'Read' AND requires_confirmation = 1));
CREATE TRIGGER message_purged AFTER INSERT ON purged_content WHEN new.kind = 'messages'
BEGIN
  UPDATE message_status SET purged_at = new.purged_at WHERE item_id = new.item_id;
END;

-- That a message was read or confirmed, once each. outbound_batch_id: in which batch that went out; NULL: in none yet.
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
CREATE INDEX message_event_outbound ON message_event (outbound_batch_id, message_group_id, kind, id);
CREATE INDEX message_event_batch ON message_event (batch_id) WHERE batch_id IS NOT NULL;

-- A batch that is a file of message events: its lines are carried out chunk by chunk, each with its answer. read_up_to is
-- the checkpoint: the last line that was dealt with.
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
CREATE INDEX message_event_file_published ON message_event_file (published_at, batch_id)
  WHERE published_at IS NOT NULL AND file_purged_at IS NULL;
CREATE TABLE message_event_answer (
  batch_id INTEGER NOT NULL REFERENCES message_event_file (batch_id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (batch_id, line)
) STRICT, WITHOUT ROWID;

-- Usage data: in which batch a message was reported, so many days after it was sent, and how far it had come then. Once for
-- each number of days.
CREATE TABLE usage_report (
  item_id INTEGER NOT NULL REFERENCES message_status (item_id) ON DELETE CASCADE,
  days INTEGER NOT NULL,
  message_group_id INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state = 'Unread' OR state = 'Read' OR state = 'Confirmed'),
  outbound_batch_id INTEGER NOT NULL REFERENCES outbound_batch (id),
  PRIMARY KEY (item_id, days)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_report_batch ON usage_report (outbound_batch_id, message_group_id, item_id);

-- The services in a batch of usage data, as the catalogue named them when it was prepared.
CREATE TABLE usage_report_service (
  outbound_batch_id INTEGER NOT NULL REFERENCES outbound_batch (id),
  message_group_id INTEGER NOT NULL REFERENCES message_group (id),
  service_name TEXT NOT NULL,
  PRIMARY KEY (outbound_batch_id, message_group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_report_service_group ON usage_report_service (message_group_id);
