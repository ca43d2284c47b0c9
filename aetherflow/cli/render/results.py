"""A run's result as `run --json` prints it."""

from typing import Any

import msgspec

from aetherflow.core.contracts.result import RunResult
from aetherflow.core.diagnostics.forms import to_json


def run_json(result: RunResult) -> dict[str, Any]:
    """Give the form of `run --json`; a job that is no loop has no `items`."""
    told: dict[str, Any] = msgspec.to_builtins(msgspec.structs.replace(result, diagnostics=[]))
    for job in (*told["jobs"].values(), *told["handlers"].values()):
        if job["items"] is None:
            del job["items"]
    return told | {"diagnostics": [to_json(diagnostic) for diagnostic in result.diagnostics]}
