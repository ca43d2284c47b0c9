"""The cache of bundles: fetched, fingerprinted, active, verified, kept."""
