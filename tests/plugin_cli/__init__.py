"""Plugins examined by `plugins doctor`: without running them, and imported in a process of their own."""
