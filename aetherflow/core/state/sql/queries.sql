-- Every query of the store, by name. The form of this file:
--     -- query_name --
--     -- what it is for
--     QUERY

-- put_run --
-- Record a run, or what has become of it; its key stays.
INSERT INTO runs (flow_id, run_id, status, started_at, finished_at, pid, host, token, flow_source, flow_digest, params, options, error, run_key, places, provenance)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (flow_id, run_id) DO UPDATE SET
    status = excluded.status, started_at = excluded.started_at, finished_at = excluded.finished_at, pid = excluded.pid,
    host = excluded.host, token = excluded.token, flow_source = excluded.flow_source, flow_digest = excluded.flow_digest,
    params = excluded.params, options = excluded.options, error = excluded.error, places = excluded.places,
    provenance = excluded.provenance

-- put_job --
-- Record a job, or one item of a loop.
INSERT INTO jobs (run, job_id, item, status, outputs, reason, started_at, finished_at, digest, items)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run, job_id, item) DO UPDATE SET
    status = excluded.status, outputs = excluded.outputs, reason = excluded.reason, started_at = excluded.started_at,
    finished_at = excluded.finished_at, digest = excluded.digest, items = excluded.items

-- put_step --
-- Record that a step is in flight, or how it ended.
INSERT INTO steps (run, job_id, item, step_id, position, status, attempts, outputs, error, reason, started_at, finished_at,
    definition_digest, plugin, plugin_digest, effects)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run, job_id, item, step_id) DO UPDATE SET
    position = excluded.position, status = excluded.status, attempts = excluded.attempts, outputs = excluded.outputs,
    error = excluded.error, reason = excluded.reason, started_at = excluded.started_at, finished_at = excluded.finished_at,
    definition_digest = excluded.definition_digest, plugin = excluded.plugin, plugin_digest = excluded.plugin_digest,
    effects = excluded.effects

-- put_event --
-- Append an event; a number that is taken is an error, for it would mean two writers.
INSERT INTO events (place, type, timestamp, job_id, item, step_id, attempt, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)

-- put_variable --
-- Keep a value that steps share.
INSERT INTO variables (run, name, value) VALUES (?, ?, ?) ON CONFLICT (run, name) DO UPDATE SET value = excluded.value

-- remove_variable --
-- Forget a value that steps shared.
DELETE FROM variables WHERE run = ? AND name = ?

-- run_number --
-- The number by which the other tables name a run.
SELECT number FROM runs WHERE flow_id = ? AND run_id = ?

-- find_run --
-- One run by its names.
SELECT flow_id, run_id, status, started_at, finished_at, pid, host, token, flow_source, flow_digest, params, options, error, run_key, places, provenance
FROM runs WHERE flow_id = ? AND run_id = ?

-- find_run_by_key --
-- The run of a flow that was started with a key.
SELECT flow_id, run_id, status, started_at, finished_at, pid, host, token, flow_source, flow_digest, params, options, error, run_key, places, provenance
FROM runs WHERE flow_id = ? AND run_key = ?

-- unfinished_runs --
-- The runs of a flow that did not succeed, newest first.
SELECT flow_id, run_id, status, started_at, finished_at, pid, host, token, flow_source, flow_digest, params, options, error, run_key, places, provenance
FROM runs WHERE flow_id = ? AND status IN ('FAILED', 'INTERRUPTED', 'RUNNING')
ORDER BY started_at DESC, number DESC

-- list_runs --
-- The runs of one flow, or of all (null), newest first.
SELECT flow_id, run_id, status, started_at, finished_at, pid, host, token, flow_source, flow_digest, params, options, error, run_key, places, provenance
FROM runs WHERE ?1 IS NULL OR flow_id = ?1
ORDER BY started_at DESC, number DESC

-- jobs_of --
-- The jobs of a run, each with its items behind it.
SELECT flow_id, run_id, job_id, item, jobs.status, outputs, reason, jobs.started_at, jobs.finished_at, digest, items
FROM jobs JOIN runs ON runs.number = jobs.run
WHERE flow_id = ? AND run_id = ?
ORDER BY job_id, item

-- steps_of --
-- The steps of a run, job by job, in the order in which they stand in it.
SELECT flow_id, run_id, job_id, item, step_id, position, steps.status, attempts, outputs, steps.error, reason, steps.started_at,
    steps.finished_at, definition_digest, plugin, plugin_digest, effects
FROM steps JOIN runs ON runs.number = steps.run
WHERE flow_id = ? AND run_id = ?
ORDER BY job_id, item, position, step_id

-- events_between --
-- Events by place, in order, at most so many.
SELECT place, type, timestamp, job_id, item, step_id, attempt, payload
FROM events WHERE place > ? AND place < ? ORDER BY place LIMIT ?

-- last_place --
-- The newest event between two places.
SELECT max(place) FROM events WHERE place > ? AND place < ?

-- variables_of --
-- What the steps of a run share.
SELECT name, value FROM variables JOIN runs ON runs.number = variables.run WHERE flow_id = ? AND run_id = ?

-- forget_events --
-- Remove the events between two places.
DELETE FROM events WHERE place > ? AND place < ?

-- forget_variables --
-- Remove what the steps of a run shared, by the run's number, as the three below.
DELETE FROM variables WHERE run = ?

-- forget_steps --
DELETE FROM steps WHERE run = ?

-- forget_jobs --
DELETE FROM jobs WHERE run = ?

-- forget_run --
DELETE FROM runs WHERE number = ?

-- last_event_time --
-- When the newest event between two places happened; the plain columns are those of the row with the greatest place.
SELECT timestamp, max(place) FROM events WHERE place > ? AND place < ?
