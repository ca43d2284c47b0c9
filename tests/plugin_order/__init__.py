"""Which plugins load, in which order, and who has each name."""
