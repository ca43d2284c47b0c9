-- What a run's latest execution went by: mode, manifest, bundle, plugins.

ALTER TABLE runs ADD COLUMN provenance TEXT NOT NULL DEFAULT '{}'; -- JSON
