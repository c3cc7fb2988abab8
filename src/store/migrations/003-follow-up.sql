-- What follows intake: batches that go out, tasks that are done once a day, subscriptions that come due.
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
