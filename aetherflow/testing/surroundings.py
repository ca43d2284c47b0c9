"""The environment of what a test runs: the process's own, with every setting of ours replaced."""

import os
from collections.abc import Mapping
from pathlib import Path

from aetherflow.core.environment.snapshot import RESERVED_PREFIX
from aetherflow.core.operations.plugin_trial.sandbox import roots


def environment_in(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Give an environment whose state and workspaces are below a folder; ``more`` is laid over it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(RESERVED_PREFIX)}
    return {**kept, **roots(folder), **more}
