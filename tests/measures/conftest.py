"""Runs flows in this process, as the tests of the runner do."""

from tests.runner.conftest import runner

__all__ = ["runner"]
