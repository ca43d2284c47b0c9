"""`runs resume`: the request that continues a recorded run, which knows its flow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aetherflow.core.compilers.uri import STDIN_NAME, is_nameless
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.errors import InputError
from aetherflow.core.operations.requests import RunRequest
from aetherflow.core.operations.run_lookup import opened_run


def resume_request(
    environ: Mapping[str, str], name: str, *, state_file: Path | None = None, **decisions: Any
) -> RunRequest:
    """Give the request that is the same as `run FLOW --resume RUN`; ``decisions`` are further fields of it.

    Raises InputError where there is no such run, or its flow cannot be read again.
    """
    with opened_run(environ, name, state_file) as (store, record):
        if is_nameless(record.flow_source):
            message = f'run "{record.run_id}" had its flow from {_where(record.flow_source)}, which is not kept'
            hint = f"give the flow again: aetherflow run - --resume {record.run_id} < FLOW"
            raise InputError.of(Diagnostic(code="AF-R504", message=message, hint=hint))
        return RunRequest(
            flow=record.flow_source,
            environ=environ,
            workflow=record.options.get("workflow"),
            plugin_paths=tuple(record.options.get("plugin_paths", ())),
            plugins_file=record.options.get("plugins_file"),
            bundle_manifest=record.options.get("bundle_manifest"),
            run_id=record.run_id,
            resume=True,
            state_file=store.path,
            **decisions,
        )


def _where(flow_source: str) -> str:
    return "standard input" if flow_source == STDIN_NAME else f"a text of a program or a command line ({flow_source})"
