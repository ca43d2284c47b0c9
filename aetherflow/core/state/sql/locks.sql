-- Every query of the locks, by name; in the form of queries.sql.

-- find_lock --
-- One lock, whoever holds it.
SELECT key, fencing_token, flow_id, run_id, job_id, item, step_id, pid, host, token, acquired_at, renewed_at, ttl_seconds
FROM locks WHERE key = ?

-- held_locks --
-- The locks that somebody holds, by key.
SELECT key, fencing_token, flow_id, run_id, job_id, item, step_id, pid, host, token, acquired_at, renewed_at, ttl_seconds
FROM locks WHERE flow_id IS NOT NULL ORDER BY key

-- put_lock --
-- Give a lock to a holder, with the next fencing token.
INSERT INTO locks (key, fencing_token, flow_id, run_id, job_id, item, step_id, pid, host, token, acquired_at, renewed_at, ttl_seconds)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
    fencing_token = excluded.fencing_token, flow_id = excluded.flow_id, run_id = excluded.run_id, job_id = excluded.job_id,
    item = excluded.item, step_id = excluded.step_id, pid = excluded.pid, host = excluded.host, token = excluded.token,
    acquired_at = excluded.acquired_at, renewed_at = excluded.renewed_at, ttl_seconds = excluded.ttl_seconds

-- renew_lock --
-- Say that the holder lives; changes nothing where the lock is no longer its own.
UPDATE locks SET renewed_at = ? WHERE key = ? AND fencing_token = ? AND flow_id IS NOT NULL

-- free_lock --
-- Let go of a lock; changes nothing where it is no longer the holder's own.
UPDATE locks SET flow_id = NULL, run_id = NULL, job_id = NULL, item = NULL, step_id = NULL, pid = NULL, host = NULL,
    token = NULL, acquired_at = NULL, renewed_at = NULL, ttl_seconds = NULL
WHERE key = ? AND fencing_token = ? AND flow_id IS NOT NULL

-- free_locks_of_run --
-- Let go of all that a run holds.
UPDATE locks SET flow_id = NULL, run_id = NULL, job_id = NULL, item = NULL, step_id = NULL, pid = NULL, host = NULL,
    token = NULL, acquired_at = NULL, renewed_at = NULL, ttl_seconds = NULL
WHERE flow_id = ? AND run_id = ?
