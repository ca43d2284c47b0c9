"""Tests of the observers that are shipped."""
