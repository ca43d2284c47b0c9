"""What the tests of the data steps share: a context with real folders, as the other built-in steps have it."""

from tests.builtins.conftest import ctx, steps

__all__ = ["ctx", "steps"]
