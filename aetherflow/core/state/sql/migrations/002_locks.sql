-- Locks, and the keys by which runs are started once only.
--
-- The row of a lock is never removed: its fencing token grows with every holder, and must survive the release. A lock
-- that nobody holds has no flow_id, and nothing in the columns behind it.

CREATE TABLE locks (
    key TEXT PRIMARY KEY,
    fencing_token INTEGER NOT NULL,
    flow_id TEXT,
    run_id TEXT,
    job_id TEXT,
    item INTEGER,
    step_id TEXT,
    pid INTEGER,
    host TEXT,
    token TEXT, -- what the children of the holder's run carry in their environment
    acquired_at REAL,
    renewed_at REAL,
    ttl_seconds REAL
) WITHOUT ROWID;

ALTER TABLE runs ADD COLUMN run_key TEXT;

CREATE UNIQUE INDEX runs_by_key ON runs (flow_id, run_key) WHERE run_key IS NOT NULL;
