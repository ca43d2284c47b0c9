-- Runs and what happened in them.
--
-- A run's flow id and run id stand once, in runs; everything else names the run by its number. The item of a job that
-- is no loop, or of the loop itself, is -1. Columns that hold JSON say so.

CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    flow_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at REAL NOT NULL,
    finished_at REAL,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    token TEXT NOT NULL,
    flow_source TEXT NOT NULL,
    flow_digest TEXT NOT NULL,
    params TEXT NOT NULL, -- JSON
    options TEXT NOT NULL, -- JSON
    error TEXT,
    UNIQUE (flow_id, run_id)
);

CREATE INDEX runs_by_start ON runs (flow_id, started_at);

CREATE TABLE jobs (
    run INTEGER NOT NULL REFERENCES runs (number),
    job_id TEXT NOT NULL,
    item INTEGER NOT NULL,
    status TEXT, -- null while the job runs
    outputs TEXT, -- JSON
    reason TEXT,
    started_at REAL,
    finished_at REAL,
    digest TEXT,
    items TEXT, -- JSON: the list a loop runs over, as first evaluated
    PRIMARY KEY (run, job_id, item)
) WITHOUT ROWID;

CREATE TABLE steps (
    run INTEGER NOT NULL REFERENCES runs (number),
    job_id TEXT NOT NULL,
    item INTEGER NOT NULL,
    step_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    status TEXT, -- null while the step is in flight
    attempts INTEGER NOT NULL,
    outputs TEXT, -- JSON
    error TEXT,
    reason TEXT,
    started_at REAL,
    finished_at REAL,
    definition_digest TEXT,
    plugin TEXT,
    plugin_digest TEXT,
    effects TEXT,
    PRIMARY KEY (run, job_id, item, step_id)
) WITHOUT ROWID;

-- place = run * 2^40 + seq. One integer that only grows within a run makes every new event an append to the last page
-- of the run: measurably cheaper per commit than a key of two columns, and still read run by run, in order.
CREATE TABLE events (
    place INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    timestamp REAL NOT NULL,
    job_id TEXT,
    item INTEGER,
    step_id TEXT,
    attempt INTEGER,
    payload TEXT NOT NULL -- JSON
);

CREATE TABLE variables (
    run INTEGER NOT NULL REFERENCES runs (number),
    name TEXT NOT NULL,
    value TEXT NOT NULL, -- JSON
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
