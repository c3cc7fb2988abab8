-- What follows intake: batches that go out, tasks that are done once a day, subscriptions that come due.
-- docs/database.md describes the tables.

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
