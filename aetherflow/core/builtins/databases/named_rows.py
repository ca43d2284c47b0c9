"""Rows as mappings by column: each column needs a name of its own."""

from collections.abc import Sequence

from aetherflow.core.api import StepFailed


def distinct(names: Sequence[str]) -> Sequence[str]:
    """Give the names of the columns; raises StepFailed where there is none, or two are the same."""
    if not names:
        raise StepFailed("the query gives no columns", hint="write a SELECT with columns")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise StepFailed(f'two columns are named "{twice}"', hint="give each column a name of its own with AS")
    return names
