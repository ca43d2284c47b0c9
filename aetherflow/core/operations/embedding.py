"""What embedding programs ask for, by keyword arguments, as the requests of the operations."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from aetherflow.core.contracts.compiled_flow import FlowText
from aetherflow.core.contracts.diagnostic import Diagnostic
from aetherflow.core.contracts.event import Event
from aetherflow.core.contracts.observer import ObserverPlugin
from aetherflow.core.operations.arguments import check_arguments
from aetherflow.core.operations.requests import FlowRequest, RunRequest
from aetherflow.core.operations.validate_flow import validate

PluginPaths = Sequence[str | Path]


def run_request(
    flow: str | Path,
    params: Mapping[str, Any],
    *,
    text: FlowText | None = None,
    plugins: Sequence[Any] = (),
    observers: Sequence[Callable[[Event], None] | ObserverPlugin] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: PluginPaths = (),
    run_id: str | None = None,
    run_key: str | None = None,
    resume: bool = False,
) -> RunRequest:
    """Ask for a run by the keywords of programs; ``text`` is the flow where it has been compiled already."""
    check_arguments(flow=flow, params=params, plugins=plugins, observers=observers, env=env, plugin_paths=plugin_paths)
    check_arguments(run_id=run_id, run_key=run_key, resume=resume)
    return RunRequest(
        flow=str(flow),
        text=text,
        environ=_environment(env),
        params={name: _as_text(name, value) for name, value in params.items()},
        plugins=plugins,
        plugin_paths=tuple(map(str, plugin_paths)),
        run_id=run_id,
        run_key=run_key,
        resume=resume,
        observers=observers,
    )


def flow_request(
    text: FlowText,
    *,
    plugins: Sequence[Any] = (),
    env: Mapping[str, str] | None = None,
    plugin_paths: PluginPaths = (),
) -> FlowRequest:
    """Ask about a flow that has been compiled, by the keywords of programs."""
    check_arguments(plugins=plugins, env=env, plugin_paths=plugin_paths)
    return FlowRequest(
        flow=text.name,
        text=text,
        environ=_environment(env),
        plugins=plugins,
        plugin_paths=tuple(map(str, plugin_paths)),
    )


def validate_flow(
    flow: str | Path, *, plugins: Sequence[Any], env: Mapping[str, str] | None, plugin_paths: PluginPaths
) -> list[Diagnostic]:
    """Validate a flow; see `aetherflow.core.api.validate_flow`."""
    check_arguments(flow=flow, plugins=plugins, env=env, plugin_paths=plugin_paths)
    request = FlowRequest(
        flow=str(flow),
        environ=_environment(env),
        plugins=plugins,
        plugin_paths=tuple(map(str, plugin_paths)),
    )
    return validate(request).diagnostics


def _environment(given: Mapping[str, str] | None) -> Mapping[str, str]:
    return dict(os.environ) if given is None else given


def _as_text(name: str, value: Any) -> str:
    try:
        return value if isinstance(value, str) else msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        what = f'the parameter "{name}" must be what JSON can say, found {type(value).__name__}'
        raise TypeError(what) from None
