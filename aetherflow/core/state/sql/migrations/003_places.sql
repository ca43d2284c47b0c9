-- The roots below which a run's folders lie: what a prune may look into, and nowhere else.

ALTER TABLE runs ADD COLUMN places TEXT NOT NULL DEFAULT '{}'; -- JSON
