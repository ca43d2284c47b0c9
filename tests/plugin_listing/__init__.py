"""Plugins listed and asked about, by the real command line on real folders."""
